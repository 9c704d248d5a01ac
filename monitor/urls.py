"""The addresses: the JSON interface below /api/v1/, signing in and out, and health."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from monitor import health
from monitor.api.v1 import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("login/", LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("", include("monitor.pages.urls")),
    path("health/", health.live, name="health"),
    path("health/ready/", health.ready, name="ready"),
]
