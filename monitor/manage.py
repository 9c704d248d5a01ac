"""Django's command line for the monitor: python monitor/manage.py check --deploy, migrate, createsuperuser ..."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from django.core.management import execute_from_command_line


def main() -> None:
    """Run a command of Django's."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monitor.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    # A script's own folder comes first on the path; it has a module `settings` that is not everybody's.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    main()
