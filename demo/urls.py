"""Addresses of the demo; those of blocks and handlers are the LMS's."""

from django.db.transaction import non_atomic_requests
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.static import serve

from demo import courseware, pages, settings, studio

_COURSE = "courses/<str:course_key>/"
_STUDIO = _COURSE + "studio/"
_HANDLER = _COURSE + "xblock/<str:usage_key>/handler/<str:handler>"

urlpatterns = [
    path("", pages.people, name="people"),
    path("courses/", pages.courses, name="courses"),
    path(_COURSE, pages.outline, name="course"),
    path(_COURSE + "unit/<str:usage_key>/", pages.unit, name="unit"),
    path(_COURSE + "jump_to/<str:usage_key>", pages.jump_to, name="jump-to"),
    path(_COURSE + "progress/", pages.progress, name="progress"),
    path(_COURSE + "gradebook/", pages.gradebook, name="gradebook"),
    path(_COURSE + "instructor/", pages.instructor, name="instructor"),
    path(_COURSE + "masquerade/", pages.masquerade, name="masquerade"),
    path("xblock/<str:usage_key>", courseware.render_xblock, name="xblock"),
    path(_HANDLER, courseware.handle),
    path(_HANDLER + "/<path:suffix>", courseware.handle),
    path(_STUDIO, studio.outline, name="studio"),
    path(_STUDIO + "publish/", studio.publish, name="studio-publish"),
    path(_STUDIO + "unit/<str:usage_key>/", studio.unit, name="studio-unit"),
    path(_STUDIO + "unit/<str:usage_key>/add/", studio.add, name="studio-add"),
    path(_STUDIO + "edit/<str:usage_key>/", studio.edit, name="studio-edit"),
    path(_STUDIO + "xblock/<str:usage_key>/handler/<str:handler>", studio.handle, name="studio-handler"),
    path("boidung/", include("boidung_xblock.urls", namespace="boidung")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("favicon.ico", RedirectView.as_view(url="/static/boidung/img/favicon.svg")),
    path("static/<path:path>", non_atomic_requests(serve), {"document_root": settings.STATIC_ROOT}),
]
