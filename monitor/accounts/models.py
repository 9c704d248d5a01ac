"""API tokens, subjects of single sign-on, and the audit log. Users are Django's own."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

PREFIX = "hmsf_"
MARK_CHARS = 8


def digest_of(token: str) -> str:
    """What is stored of a token. It is 256 random bits, so a plain hash cannot be turned round."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class ApiToken(models.Model):
    """A token by which scripts read in the name of a user; only its hash is stored."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    mark = models.CharField(max_length=16, editable=False)
    created = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField()

    class Meta:
        """Newest first."""

        ordering = ("-created",)

    @classmethod
    def issue(cls, user: models.Model, name: str, expires: datetime) -> tuple[Self, str]:
        """A new token and its text, which is shown this once."""
        text = PREFIX + secrets.token_urlsafe(32)
        return cls.objects.create(
            user=user, name=name, digest=digest_of(text), mark=text[: len(PREFIX) + MARK_CHARS], expires=expires
        ), text

    @classmethod
    def holder(cls, text: str) -> models.Model | None:
        """The active user a token is of; None if it is unknown or has expired."""
        found = cls.objects.select_related("user").filter(digest=digest_of(text), expires__gt=timezone.now()).first()
        return found.user if found and found.user.is_active else None

    def __str__(self) -> str:
        """Its name and how it begins."""
        return f"{self.name} ({self.mark}...)"


class SingleSignOn(models.Model):
    """Who a user is at an OpenID provider: its subject, which is given to nobody else."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="single_sign_on")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)

    class Meta:
        """One user a subject."""

        constraints = (models.UniqueConstraint(fields=("issuer", "subject"), name="one_user_a_subject"),)

    def __str__(self) -> str:
        """Both."""
        return f"{self.subject} at {self.issuer}"


class AuditEntry(models.Model):
    """What a member of staff did; entries are added, never changed."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    user = models.CharField(max_length=150)
    address = models.CharField(max_length=64)
    action = models.CharField(max_length=40)
    window = models.CharField(max_length=60)
    reason = models.CharField(max_length=500)
    outcome = models.CharField(max_length=500)

    class Meta:
        """Newest first."""

        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        """In one line."""
        return f"{self.at:%Y-%m-%dT%H:%M:%SZ} {self.user} {self.action} {self.window}: {self.outcome}"
