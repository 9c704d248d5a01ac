"""Django's settings as a site has them, for tests in this process; set up before any test module is imported."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from unittest.mock import patch

folder = Path(tempfile.mkdtemp(prefix="hmsf_monitor_"))
atexit.register(shutil.rmtree, folder, ignore_errors=True)
(folder / "static").mkdir()
FOR_TESTS = {
    "HMSF_HOME": str(folder),
    "HMSF_MONITOR_SECRET_KEY": "only for tests, fifty characters long or even longer than that",
    "HMSF_MONITOR_HTTPS": "0",
    "HMSF_MONITOR_HOSTS": "testserver,localhost,127.0.0.1",
}
with patch.dict(os.environ, FOR_TESTS):
    from monitor.settings import *  # noqa: F403

# Static files under their own names: a site collects them first.
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# The log of the test run is pytest's.
LOGGING_CONFIG = None
