"""The scripts of docker/ are no package; their tests import them by name."""

from __future__ import annotations

import sys

from data_models.settings import ROOT

sys.path.append(str(ROOT / "docker"))
