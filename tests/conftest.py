"""What all tests share: one embedded stack of their own, beside any stack of the user's."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from data_models import settings
from stack import servers


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Real servers on free ports in a temporary home, for the whole run; gives the home folder.

    The settings are the defaults and those of this stack: a user's own HMSF_... variables would lead the tests to the
    user's servers.
    """
    home = tmp_path_factory.mktemp("hmsf")
    # pytest takes its fixtures down on Ctrl-C but not when it is terminated.
    handler = signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated", returncode=143))
    with pytest.MonkeyPatch.context() as patch:
        for setting in settings.SETTINGS:
            patch.delenv(setting.name, raising=False)
        patch.setenv("HMSF_HOME", str(home))
        try:
            servers.up(say=lambda _: None)
            yield home
        finally:
            servers.down(say=lambda _: None)
            shutil.rmtree(home / "data")
            signal.signal(signal.SIGTERM, handler)
