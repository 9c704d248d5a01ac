"""`python -m stack COMMAND`: the embedded stack, jobs to put into it, and what runs on it; `--help` lists them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from data_models import settings
from stack import servers
from stack.errors import StackError

NOT_ALL_UP = 3
# Modules that bring their own arguments, imported only when asked for: they load pyarrow.
TOOLS = {
    "import": ("stack.panda_import", "load a file of PanDA jobs into the embedded PostgreSQL"),
    "simulate": ("stack.simulate", "fill the embedded PostgreSQL with simulated jobs"),
    "oracle-schema": ("stack.panda_oracle", "print PanDA's archive tables for an Oracle test server, as SQL"),
    "oracle-jobs": ("stack.oracle_jobs", "fill an Oracle test server with simulated jobs, for a reader that it makes"),
    "run": ("stack.run", "run one window of a DAG on the servers that are up"),
    "airflow": ("stack.scheduler", "Airflow's scheduler and UI on the servers that are up, until Ctrl-C"),
    "example-days": ("stack.example_days", "archive the few simulated jobs that the docs of the model show"),
    "monitor": ("stack.monitor", "the monitor on the servers that are up, until Ctrl-C"),
    "nodetool": ("stack.nodetool", "Cassandra's nodetool on the server that is up: snapshots, their restore, repair"),
    "demo": ("stack.demo", "the whole path: jobs in, archived through the DAG, answers from Cassandra"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code; expected errors are one line on stderr."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        chosen = _parser(words).parse_args(words)
        return chosen.action(chosen)
    except (StackError, settings.SettingsError) as error:
        print(f"stack: {error}", file=sys.stderr)
    except (PermissionError, NotADirectoryError) as error:
        what = f"stack: cannot use {error.filename} ({error.strerror})"
        print(f"{what}: be the user it belongs to, or name another folder in HMSF_HOME", file=sys.stderr)
    except KeyboardInterrupt:
        print("stack: interrupted", file=sys.stderr)
    return 1


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m stack", description="The embedded PostgreSQL and Cassandra.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, action, meaning in (
        ("up", _up, "start the servers that are not up, and wait until they answer"),
        ("down", _down, "stop them; data stays"),
        ("status", _status, "tell how they are and which settings are in force; exit 3 if not all are up"),
        ("reset", _reset, "stop them and delete their data"),
    ):
        commands.add_parser(name, help=meaning, description=meaning).set_defaults(action=action)
    for name, (module, meaning) in TOOLS.items():
        tool = commands.add_parser(name, help=meaning, description=meaning)
        if name in words[:1]:
            loaded = import_module(module)
            loaded.add_arguments(tool)
            tool.set_defaults(action=loaded.run)
    return parser


def _up(_: argparse.Namespace) -> int:
    servers.up()
    return 0


def _down(_: argparse.Namespace) -> int:
    servers.down()
    return 0


def _reset(_: argparse.Namespace) -> int:
    servers.reset()
    return 0


def _status(_: argparse.Namespace) -> int:
    found = servers.status()
    lines = []
    for server in found:
        details = [f"pid {server.pid}", f"port {server.port}"] if server.pid else []
        details += [f"{server.megabytes} MB"] if server.megabytes else []
        lines.append(" ".join([f"{server.name:<10} {server.state}", *details]))
    # In one piece, so that `| head` does not break it.
    print("\n".join([*lines, "", *settings.shown()]))
    return 0 if all(server.state == "up" for server in found) else NOT_ALL_UP


if __name__ == "__main__":
    sys.exit(main())
