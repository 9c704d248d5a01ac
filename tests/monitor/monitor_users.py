"""Users of the monitor in tests, and what their browsers send."""

from __future__ import annotations

from itertools import count

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.test import Client

PASSWORD = "a long enough pass-phrase"
_numbers = count(1)


def new_user(**properties: bool) -> User:
    """A user of a new name, with PASSWORD."""
    return get_user_model().objects.create_user(f"user{next(_numbers)}", password=PASSWORD, **properties)


def csrf(client: Client) -> dict[str, str]:
    """The header that requests need which change something."""
    return {"X-CSRFToken": client.get("/api/v1/account").json()["csrf"]}
