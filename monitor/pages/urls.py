"""The addresses of the pages. What a page is of stands in its query, under the names of the JSON interface."""

from __future__ import annotations

from django.urls import path

from monitor.pages.views import Page

urlpatterns = [
    path("", Page.as_view(page="overview"), name="overview"),
]
