"""The addresses of the pages and of the plain JSON endpoints beside them."""

from django.urls import path

from boidung_xblock.pages import draft_views, file_views

app_name = "boidung"

urlpatterns = [
    path("draft/", draft_views.save_draft, name="draft"),
    path("files/", file_views.upload_file, name="file-upload"),
    path("files/<uuid:uid>/", file_views.download_file, name="file"),
    path("files/<uuid:uid>/remove/", file_views.remove_file, name="file-remove"),
]

try:  # while the pages are being written beside this file
    from boidung_xblock.pages import desk_views, home_views

    urlpatterns += [
        path("", home_views.home, name="home"),
        path("course/<str:course_key>/", desk_views.desk, name="desk"),
        path("course/<str:course_key>/work/<int:reflection_id>/", desk_views.work, name="work"),
        path("course/<str:course_key>/work/<int:reflection_id>/mark/", desk_views.mark, name="mark"),
        path("course/<str:course_key>/work/<int:reflection_id>/return/", desk_views.return_work, name="return"),
    ]
except ImportError:
    pass
try:
    from boidung_xblock.pages import roster_views

    urlpatterns += [
        path("round/<int:round_id>/roster/", roster_views.roster, name="roster"),
        path("round/<int:round_id>/roster/import/<int:import_id>/", roster_views.roster_import, name="roster-import"),
        path(
            "round/<int:round_id>/roster/import/<int:import_id>/apply/", roster_views.roster_apply, name="roster-apply"
        ),
        path(
            "round/<int:round_id>/roster/import/<int:import_id>/rejected.xlsx",
            roster_views.roster_rejected,
            name="roster-rejected",
        ),
    ]
except ImportError:
    pass
