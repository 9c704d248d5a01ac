"""`python -m stack nodetool ...`: Cassandra's nodetool on the embedded server, as for snapshots and their restore."""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Sequence

from stack import cassandra, ports
from stack.errors import StackError
from stack.home import CASSANDRA_JARS, Home


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """All words go to nodetool as they are."""
    parser.add_argument("words", nargs=argparse.REMAINDER, help="such as: snapshot -t before panda_archive")


def run(options: argparse.Namespace) -> int:
    """Run nodetool, which prints for itself; its exit code. Raises StackError when the server is not up."""
    return subprocess.run(command(Home.of(None), options.words), check=False).returncode


def command(home: Home, words: Sequence[str]) -> list[str]:
    """The command line of nodetool for the server of a home. Raises StackError when that is not up."""
    file = cassandra.jmx_file(home)
    port = int(file.read_text()) if file.exists() else 0
    if not port or not ports.answers(port):
        raise StackError("the embedded Cassandra is not up: run `make up`")
    java = [cassandra.java_17(), *cassandra.MODULES]
    # It keeps a history in the user's home, and would log at level DEBUG.
    java += [f"-Duser.home={home.run}", f"-Dlogback.configurationFile={cassandra.logback_file(home)}"]
    java += [f"-Dcassandra.storagedir={cassandra.data_folder(home)}", "-cp", f"{CASSANDRA_JARS}/*"]
    return [*java, "org.apache.cassandra.tools.NodeTool", "-h", ports.LOOPBACK, "-p", str(port), *words]
