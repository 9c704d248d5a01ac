"""The app of accounts, for Django."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Its name and label."""

    name = "monitor.accounts"
    label = "accounts"
