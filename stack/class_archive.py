"""An archive of Cassandra's classes (Java's class data sharing), with which the embedded server starts on 8 s of CPU;
without it takes 14.

    python -m stack.class_archive

It is of one JVM and one set of jars; any other JVM leaves it alone.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from stack import cassandra, servers
from stack.errors import StackError
from stack.home import Home


def make() -> None:
    """Make the archive anew, from what a server loads that starts in a folder of its own. Raises StackError."""
    new = cassandra.CLASSES.with_suffix(f".{os.getpid()}")
    with tempfile.TemporaryDirectory() as folder:
        home = Home.of(Path(folder))
        home.make()
        record = cassandra.start(home, archive_classes_into=new)
        try:
            cassandra.wait(home, record)
        finally:
            # It is written when the server ends.
            servers.stop(home, cassandra)
    if not new.exists():
        raise StackError(f"Java left no archive of Cassandra's classes in {new.parent}")
    new.replace(cassandra.CLASSES)


if __name__ == "__main__":
    try:
        make()
    except StackError as error:
        sys.exit(f"no archive of Cassandra's classes: {error}")
