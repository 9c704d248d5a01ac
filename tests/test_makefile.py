"""`make help` lists what can be made."""

from __future__ import annotations

import subprocess

from data_models import settings


def make(*arguments: str) -> str:
    """What make prints."""
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments], cwd=settings.ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_help_lists_every_target_with_what_it_does() -> None:
    makefile = (settings.ROOT / "Makefile").read_text()
    [phony] = [line.split(":")[1].split() for line in makefile.splitlines() if line.startswith(".PHONY:")]
    listed = [line.split(maxsplit=2) for line in make("help").splitlines()]
    assert {(word, bool(told)) for word, _, told in listed} == {("make", True)}
    # `installed` is a condition of others.
    assert {target for _, target, _ in listed} == set(phony) - {"installed"}
    assert make() == make("help")
