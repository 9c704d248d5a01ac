"""The app of pages, for Django: it has templates and static files."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    """Its name and label."""

    name = "monitor.pages"
    label = "pages"
