"""Add a local account that may read, and nothing else."""

from __future__ import annotations

import argparse
import os
import sys
from getpass import getpass

from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

VARIABLE = "HMSF_MONITOR_READER_PASSWORD"


class Command(BaseCommand):
    """The command."""

    help = f"add a local account that may only read; its password is in {VARIABLE}, or is asked for"

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """The user's name."""
        parser.add_argument("name")

    def handle(self, *, name: str, **options: object) -> None:
        """Make the user. Raises CommandError for a name or a password that is not taken."""
        user = get_user_model()(username=name)
        try:
            user.full_clean(exclude=["password"])
            password = password_of(name)
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.set_password(password)
        user.save()


def password_of(name: str) -> str:
    """The password that is given, or typed twice. Raises CommandError where there is none, or two."""
    if password := os.environ.get(VARIABLE):
        return password
    if not sys.stdin.isatty():
        raise CommandError(f"{VARIABLE} is not set, and there is no terminal to ask at: give the password there")
    password = getpass(f"Password of {name}: ")
    if getpass("The same again: ") != password:
        raise CommandError("the two passwords differ: run it again")
    return password
