"""Node and Chromium of the tests: Node is a Python package, Chromium one of npm (scripts/setup.sh --tests)."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from data_models.settings import ROOT

SCRIPTS = ROOT / "tests" / "monitor" / "browser"
FETCHED = SCRIPTS / "node_modules" / ".chromium"
BUILT = ROOT / "monitor" / "pages" / "static" / "monitor" / "monitor.js"


def node_program() -> str:
    """Node of this environment."""
    return str(Path(sys.executable).with_name("node"))


def chromium() -> str | None:
    """HMSF_TEST_CHROMIUM, or the one that was fetched, or the system's; None where there is none to steer."""
    if not (BUILT.exists() and (SCRIPTS / "node_modules" / "playwright-core").exists()):
        return None
    fetched = FETCHED / "chromium"
    return (
        os.environ.get("HMSF_TEST_CHROMIUM") or (str(fetched) if fetched.exists() else None) or shutil.which("chromium")
    )


def browser_environment() -> dict[str, str]:
    """The environment for node: the fetched Chromium finds its libraries and fonts."""
    mine = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    if chromium() != str(FETCHED / "chromium"):
        return mine
    return mine | {"LD_LIBRARY_PATH": str(FETCHED / "lib"), "FONTCONFIG_PATH": str(FETCHED / "fonts")}
