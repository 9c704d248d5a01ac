"""/account/password/: a local account's own new password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import PasswordChangeView
from django.contrib.messages.views import SuccessMessageMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy


class NewPassword(SuccessMessageMixin, PasswordChangeView):
    """Asks for the old one; other sessions of the user end. API tokens stay: their page deletes them."""

    template_name = "registration/new_password.html"
    success_url = reverse_lazy("account")
    success_message = "The password is changed; where else you were signed in, you no longer are."

    def dispatch(self, request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:  # noqa: ANN401 (Django's)
        """The form, or the way to the sign-in. Raises PermissionDenied for an account of single sign-on."""
        if request.user.is_authenticated and not request.user.has_usable_password():
            raise PermissionDenied
        return super().dispatch(request, *given, **named)
