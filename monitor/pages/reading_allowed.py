"""Who may see pages: everybody where the site says so, else whoever is signed in; some are for users or staff alone."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from data_models import settings


def sign_in_first(request: HttpRequest) -> HttpResponse | None:
    """The way to the sign-in and back, for who may not read without; else None."""
    if settings.switch("HMSF_MONITOR_ANONYMOUS") or request.user.is_authenticated:
        return None
    return redirect_to_login(request.get_full_path())


def users_only(request: HttpRequest) -> HttpResponse | None:
    """The way to the sign-in and back for who has not signed in, whatever anonymous readers may do; else None."""
    return None if request.user.is_authenticated else redirect_to_login(request.get_full_path())


def staff_only(request: HttpRequest) -> HttpResponse | None:
    """As `users_only`. Raises PermissionDenied for users who are not staff."""
    if request.user.is_authenticated and not request.user.is_staff:
        raise PermissionDenied
    return users_only(request)
