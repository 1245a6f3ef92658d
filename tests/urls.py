"""Our pages where the LMS has them, and a simple log-in."""

from django.contrib.auth.views import LoginView
from django.urls import include, path

urlpatterns = [
    path("login", LoginView.as_view(template_name="login.html"), name="login"),
    path("boidung/", include("boidung_xblock.urls", namespace="boidung")),
]
