"""The addresses of the pages. What a page is of stands in its query, under the names of the JSON interface."""

from __future__ import annotations

from django.urls import path

from monitor.pages.known_addresses import KNOWN, known, known_node
from monitor.pages.run_reports import run_report
from monitor.pages.views import PAGES, AccountPage, Page, StaffPage

urlpatterns = [
    path("", Page.as_view(page="overview"), name="overview"),
    path("staff/", StaffPage.as_view(page="staff"), name="staff"),
    path("account/", AccountPage.as_view(page="account"), name="account"),
    *(path(f"{name}/", Page.as_view(page=name), name=name) for name in PAGES),
    *(path(f"{name}/<path:value>/", known(name, column), name=f"known-{name}") for name, column in KNOWN.items()),
    path("report/<str:load>/<str:extraction>/", run_report, name="run-report"),
    path("wn/<str:site>/<path:node>/", known_node, name="known-node"),
]
