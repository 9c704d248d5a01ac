"""Who may see pages: everybody where the site says so, else whoever is signed in."""

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


def staff_only(request: HttpRequest) -> HttpResponse | None:
    """The way to the sign-in for who has not signed in, None for staff. Raises PermissionDenied for others."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not request.user.is_staff:
        raise PermissionDenied
    return None
