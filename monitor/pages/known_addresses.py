"""Addresses that people know from PanDA's monitor, such as /job/123/ or /site/NAME/, lead to the pages here."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

# The page, and the parameter that says what it is of.
KNOWN = {
    "job": "pandaid",
    "task": "jeditaskid",
    "request": "reqid",
    "site": "computingsite",
    "user": "produsername",
}


def known(page: str, parameter: str) -> Callable[..., HttpResponse]:
    """A view that redirects to a page with what the path names as a parameter, and all others as they are."""

    @require_safe
    def view(request: HttpRequest, value: str) -> HttpResponse:
        return moved(request, page, {parameter: value})

    return view


@require_safe
def known_node(request: HttpRequest, site: str, node: str) -> HttpResponse:
    """A worker node of a site."""
    return moved(request, "node", {"computingsite": site, "node": node})


def moved(request: HttpRequest, page: str, named: dict[str, str]) -> HttpResponse:
    """The redirection; the site's own page only, whatever the path says."""
    given = request.GET.copy()
    for name, value in named.items():
        given[name] = value
    return HttpResponseRedirect(f"{reverse(page)}?{given.urlencode()}")
