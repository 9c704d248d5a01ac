"""Ask the archive from the shell.

    python -m data_models.ask errors-by-site --site X --from 2026-07-01 --to 2026-07-02 --format csv

Rows go to stdout; how much of the period they rest on goes to stderr. Exit codes: 0 answered; 2 wrong arguments; 65 a
question that cannot be answered so; 66 with --complete: not every hour of the period is verified; 75 Cassandra is away.
"""

from __future__ import annotations

import argparse
import signal
import sys

from cassandra import DriverException, OperationTimedOut, RequestExecutionException, RequestValidationException
from cassandra.cluster import NoHostAvailable

from data_models.ask_arguments import add_command, asked, command_name, names, shown
from data_models.ask_output import FORMATS, notes, picked
from data_models.cassandra_session import CassandraRefused, CassandraUnavailable
from data_models.questions import QUESTIONS, open_archive
from data_models.reading.refusals import QuestionRefused
from data_models.settings import SettingsError
from data_models.window import WindowError

DONE, REFUSED, INCOMPLETE, TRY_AGAIN = 0, 65, 66, 75


def parser() -> argparse.ArgumentParser:
    """The command line: a sub-command a question."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--format", choices=tuple(FORMATS), default="table", help="(default: %(default)s)")
    shared.add_argument("--columns", type=names, metavar="NAMES", help="columns to print, with commas")
    shared.add_argument("--limit", type=at_least_one, metavar="N", help="print the first rows only")
    shared.add_argument("--complete", action="store_true", help="exit with 66 unless every hour is verified")
    first, _, rest = (__doc__ or "").partition("\n")
    top = argparse.ArgumentParser(
        prog="python -m data_models.ask",
        description=first,
        epilog=rest,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(metavar="QUESTION", required=True)
    for question in QUESTIONS:
        add_command(commands, question, [shared])
    return top


def at_least_one(text: str) -> int:
    """A whole number of at least 1, for argparse."""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at least 1")
    return int(text)


def main(arguments: list[str] | None = None) -> int:
    """The command line; prints the answer and returns the exit code."""
    options = parser().parse_args(arguments)
    name = command_name(options.question)
    try:
        with open_archive() as archive:
            answer = options.question(archive, **asked(options))
        shorter = picked(answer, options.columns, options.limit)
    except RequestValidationException as error:
        return told(f"{name}: {error}; if a table is not there, run python -m data_models.cql --apply", REFUSED)
    except (QuestionRefused, WindowError, CassandraRefused, SettingsError) as error:
        return told(f"{name}: {error}", REFUSED)
    except (
        CassandraUnavailable,
        NoHostAvailable,
        OperationTimedOut,
        RequestExecutionException,
        DriverException,
    ) as error:
        return told(f"{name}: {error}; try again later", TRY_AGAIN)
    print(FORMATS[options.format](shorter, shown(asked(options))))
    for note in notes(answer, len(shorter.rows)):
        print(note, file=sys.stderr)
    return INCOMPLETE if options.complete and not answer.coverage.complete else DONE


def told(message: str, code: int) -> int:
    """Print an error in one line and return its exit code."""
    print(" ".join(message.split()), file=sys.stderr)
    return code


if __name__ == "__main__":
    # A reader that has seen enough, such as head, ends the program without a word.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    sys.exit(main())
