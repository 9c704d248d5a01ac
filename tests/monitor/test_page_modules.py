"""The pages' own modules, tested by Node's own runner where there is Node."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from browser_parts import node_program

from data_models.settings import ROOT

FRONTEND = ROOT / "monitor" / "frontend"
TESTS = sorted((FRONTEND / "test").glob("*.test.js"))
SOURCES = sorted((FRONTEND / "src").rglob("*.js"))
# By which a text could become markup, or a script.
MARKUP = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "DOMParser")


def test_modules() -> None:
    done = subprocess.run(
        [node_program(), "--test", *TESTS], cwd=FRONTEND, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    assert "fail 0\n" in done.stdout


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.name)
def test_no_module_makes_markup_of_texts(file: Path) -> None:
    text = file.read_text()
    assert [word for word in MARKUP if word in text] == []


def test_the_lock_names_versions_and_hashes_but_no_addresses() -> None:
    text = (FRONTEND / "package-lock.json").read_text()
    assert '"integrity": "sha512-' in text
    assert "resolved" not in text
    assert "http" not in text.replace("https://github.com/sponsors", "").replace("https://opencollective.com", "")
