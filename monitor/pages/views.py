"""Views of the pages. They read no job: what they say of one is asked by the browser."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.generic import TemplateView

from data_models.error_components import COMPONENTS
from data_models.window import format_time
from monitor.pages.reading_allowed import sign_in_first, staff_only, users_only

CODE_COLUMNS = " ".join(f"{one.name}:{one.code_column}" for one in COMPONENTS)
# The pages of the menu, in its order.
MENU = (
    ("overview", "Overview"),
    ("errors", "Errors"),
    ("sites", "Sites"),
    ("users", "Users"),
    ("tasks", "Tasks"),
    ("jobs", "Jobs"),
    ("dictionary", "Dictionary"),
    ("coverage", "Archive"),
)
# All but the overview, each at /NAME/.
PAGES = (
    *(name for name, _ in MENU[1:]),
    "error",
    "message",
    "site",
    "node",
    "user",
    "task",
    "request",
    "job",
)


class Page(TemplateView):
    """A page by its name: pages/NAME.html, /NAME/. `now`: the server's clock, as clients' clocks are wrong at times."""

    page = ""
    allowed = staticmethod(sign_in_first)
    http_method_names = ("get", "head", "options")

    def dispatch(self, request: HttpRequest, *given: Any, **named: Any) -> HttpResponse:  # noqa: ANN401 (Django's)
        """The page, or the way to the sign-in."""
        return self.allowed(request) or super().dispatch(request, *given, **named)

    def get_template_names(self) -> list[str]:
        """The page's own template."""
        return [f"pages/{self.page}.html"]

    def get_context_data(self, **given: Any) -> dict[str, Any]:  # noqa: ANN401 (Django's signature)
        """Where the interface and the pages are, and what codes are called."""
        return super().get_context_data(**given) | {
            "page": self.page,
            "menu": [(name, title, reverse(name)) for name, title in menu_of(self.request)],
            "api": reverse("api-1:api-root"),
            "pages": reverse("overview"),
            "components": CODE_COLUMNS,
            "now": format_time(datetime.now(UTC)),
        }


class StaffPage(Page):
    """A page for staff: others are sent to the sign-in, or refused."""

    allowed = staticmethod(staff_only)


class AccountPage(Page):
    """A page for who has signed in: their account and API tokens."""

    allowed = staticmethod(users_only)


def menu_of(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    """The menu of whoever asks."""
    return (*MENU, ("staff", "Staff")) if request.user.is_staff else MENU
