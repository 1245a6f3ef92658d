"""The addresses of the pages and of the plain JSON endpoints beside them."""

from django.urls import path

from boidung_xblock.pages import desk_views, draft_views, file_views, home_views, roster_views

app_name = "boidung"

_WORK = "course/<str:course_key>/work/<int:reflection_id>/"
_ROSTER = "round/<int:round_id>/roster/"
_IMPORT = _ROSTER + "import/<int:import_id>/"

urlpatterns = [
    path("", home_views.home, name="home"),
    path("course/<str:course_key>/", desk_views.desk, name="desk"),
    path(_WORK, desk_views.work, name="work"),
    path(_WORK + "opened/", desk_views.opened, name="opened"),
    path(_WORK + "mark/", desk_views.mark, name="mark"),
    path(_WORK + "return/", desk_views.return_work, name="return"),
    path(_ROSTER, roster_views.roster, name="roster"),
    path(_IMPORT, roster_views.roster_import, name="roster-import"),
    path(_IMPORT + "apply/", roster_views.roster_apply, name="roster-apply"),
    path(_IMPORT + "rejected.xlsx", roster_views.roster_rejected, name="roster-rejected"),
    path("draft/", draft_views.save_draft, name="draft"),
    path("files/", file_views.upload_file, name="file-upload"),
    path("files/<uuid:uid>/", file_views.download_file, name="file"),
    path("files/<uuid:uid>/remove/", file_views.remove_file, name="file-remove"),
]
