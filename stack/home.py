"""Where the embedded stack keeps its things: every path below HMSF_HOME in one place."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data_models import settings
from stack.errors import StackError

# Maven copies the jars there, wherever HMSF_HOME points (pom.xml, jars.root).
CASSANDRA_JARS = settings.ROOT / ".hmsf" / "jars" / "cassandra-server"


@dataclass(frozen=True)
class Home:
    """A home folder of the stack. Two stacks with two homes run beside each other."""

    root: Path

    @classmethod
    def of(cls, root: Path | None) -> Home:
        """The home at `root`; None: the one the setting HMSF_HOME names."""
        return cls((root or settings.endpoints_file().parents[1]).resolve())

    @property
    def data(self) -> Path:
        """Data of both servers and the generated passwords."""
        return self.root / "data"

    @property
    def run(self) -> Path:
        """Pid files, generated configuration and the endpoints."""
        return self.root / "run"

    @property
    def logs(self) -> Path:
        """One log a server."""
        return self.root / "logs"

    @property
    def mark(self) -> str:
        """A word in the command line of every process of this home's servers."""
        return f"hmsf_{hashlib.sha256(str(self.root).encode()).hexdigest()[:12]}"

    @property
    def endpoints(self) -> Path:
        """The settings of the running servers; data_models.settings.endpoints_file() for the default home."""
        return self.run / "endpoints.json"

    def make(self) -> None:
        """Create the folders. Raises StackError if one cannot be written."""
        for folder in (self.root, self.data, self.run, self.logs):
            try:
                # Data and configuration hold passwords.
                folder.mkdir(mode=0o755 if folder == self.root else 0o700, parents=True, exist_ok=True)
                with tempfile.TemporaryFile(dir=folder):
                    pass
            except OSError as error:
                raise StackError(
                    f"cannot write to folder {folder} ({error.strerror}): mend it, or name another one in HMSF_HOME"
                ) from error

    def delete(self) -> None:
        """Delete what the stack and the loads have written; the jars stay."""
        for folder in (self.data, self.run, self.logs, self.root / "staging"):
            if folder.exists():
                shutil.rmtree(folder)

    @contextlib.contextmanager
    def locked(self, patience: float = 180) -> Iterator[None]:
        """Hold the home for one command at a time; wait up to `patience` seconds for another command to finish."""
        deadline = time.monotonic() + patience
        with (self.root / "lock").open("w") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise StackError(
                            f"another stack command is still at work in {self.root}: wait for it, or end it"
                        ) from None
                    time.sleep(0.2)
            yield
