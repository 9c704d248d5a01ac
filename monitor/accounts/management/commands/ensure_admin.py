"""Make an administrator unless there is one of that name: for set-ups that run more than once."""

from __future__ import annotations

import argparse
import os

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

VARIABLE = "DJANGO_SUPERUSER_PASSWORD"


class Command(BaseCommand):
    """The command."""

    help = f"make an administrator with the password in {VARIABLE}, unless there is one of that name"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The user's name."""
        parser.add_argument("name")

    def handle(self, *, name: str, **options: object) -> None:
        """Make the user. Raises CommandError without a password."""
        users = get_user_model().objects
        if users.filter(username=name).exists():
            return
        if not (password := os.environ.get(VARIABLE)):
            raise CommandError(f"{VARIABLE} is not set: give the administrator's password there")
        users.create_superuser(name, password=password)
