"""Where Open edX looks for the plugin's addresses (under /boidung/)."""

from boidung_xblock.pages.urls import app_name, urlpatterns

__all__ = ["app_name", "urlpatterns"]
