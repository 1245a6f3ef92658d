"""The addresses of the pages and of the plain JSON endpoints beside them."""

from django.urls import path

from boidung_xblock.pages import (
    confirmation_views,
    desk_views,
    draft_views,
    file_views,
    home_views,
    minutes_views,
    question_views,
    results_views,
    roster_views,
)

app_name = "boidung"

_WORK = "course/<str:course_key>/work/<int:reflection_id>/"
_MINUTES = "course/<str:course_key>/minutes/<int:activity_id>/<int:group_id>/"
_ROSTER = "round/<int:round_id>/roster/"
_IMPORT = _ROSTER + "import/<int:import_id>/"

urlpatterns = [
    path("", home_views.home, name="home"),
    path("course/<str:course_key>/", desk_views.desk, name="desk"),
    path(_WORK, desk_views.work, name="work"),
    path(_WORK + "opened/", desk_views.opened, name="opened"),
    path(_WORK + "mark/", desk_views.mark, name="mark"),
    path(_WORK + "return/", desk_views.return_work, name="return"),
    path("course/<str:course_key>/ask/", question_views.ask, name="ask"),
    path("course/<str:course_key>/questions/", question_views.questions, name="questions"),
    path("course/<str:course_key>/question/<int:question_id>/", question_views.question, name="question"),
    path("course/<str:course_key>/minutes/", minutes_views.minutes_list, name="minutes-list"),
    path(_MINUTES, minutes_views.minutes, name="minutes"),
    path(_MINUTES + "save/", minutes_views.save, name="minutes-save"),
    path(_MINUTES + "send/", minutes_views.send, name="minutes-send"),
    path(_MINUTES + "confirm/", minutes_views.confirm, name="minutes-confirm"),
    path(_MINUTES + "approve/", minutes_views.approve, name="minutes-approve"),
    path(_MINUTES + "reopen/", minutes_views.reopen, name="minutes-reopen"),
    path(_MINUTES + "made-up/", minutes_views.made_up, name="minutes-made-up"),
    path(_MINUTES + "print/", minutes_views.minutes_print, name="minutes-print"),
    path(_MINUTES + "minutes.docx", minutes_views.minutes_as_docx, name="minutes-docx"),
    path("course/<str:course_key>/results/", results_views.results, name="results"),
    path("course/<str:course_key>/results/make/", results_views.make, name="results-make"),
    path("course/<str:course_key>/results/<int:file_id>.xlsx", results_views.download, name="results-file"),
    path("course/<str:course_key>/confirmation/", confirmation_views.confirmation, name="confirmation"),
    path(_ROSTER, roster_views.roster, name="roster"),
    path(_IMPORT, roster_views.roster_import, name="roster-import"),
    path(_IMPORT + "apply/", roster_views.roster_apply, name="roster-apply"),
    path(_IMPORT + "rejected.xlsx", roster_views.roster_rejected, name="roster-rejected"),
    path("draft/", draft_views.save_draft, name="draft"),
    path("files/", file_views.upload_file, name="file-upload"),
    path("files/<uuid:uid>/", file_views.download_file, name="file"),
    path("files/<uuid:uid>/remove/", file_views.remove_file, name="file-remove"),
]
