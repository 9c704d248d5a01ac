"""The addresses: the JSON interface below /api/v1/, the pages, signing in and out, and health."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from monitor import health
from monitor.accounts import single_sign_on
from monitor.accounts.new_password import NewPassword
from monitor.api.v1 import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("login/", LoginView.as_view(extra_context={"single_sign_on": single_sign_on.configured}), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("account/password/", NewPassword.as_view(), name="password"),
    path("", include("monitor.pages.urls")),
    path("oidc/leave/", single_sign_on.Leave.as_view(), name="oidc_leave"),
    path("oidc/callback/", single_sign_on.Return.as_view(), name="oidc_authentication_callback"),
    path("health/", health.live, name="health"),
    path("health/ready/", health.ready, name="ready"),
]
