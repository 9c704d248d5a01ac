"""Take one user's name out of the archive: another name or a pseudonym stands for it everywhere, verified.

    python -m spark_jobs.erase_user --user NAME [--replace-with OTHER] [--alias ACCOUNT] [--from --to] [--mentions]

The tables are published without it (`spark_jobs.erasing`), staged rows with the name are deleted, and a digest of the
name is kept, so that no later load brings it back. See docs/personal_data.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from cassandra.cluster import Session

from data_models import settings
from data_models.cassandra_session import cassandra_session
from data_models.cql import stored_tables
from data_models.erased_users import ErasedUsers
from data_models.erasure import Erasure, Search
from data_models.ledger import Ledger
from data_models.names import UNKNOWN, asked_name
from spark_jobs import step
from spark_jobs.erased_staging import delete_extractions
from spark_jobs.erasing import erase
from spark_jobs.session import spark_session

SHORTEST = 3


def body(options: argparse.Namespace) -> dict[str, Any]:
    """Enter the name as erased, erase it, and say what was done."""
    with cassandra_session(settings.text("HMSF_KEYSPACE")) as session:
        ledger, users, spark = Ledger(session), ErasedUsers(session), spark_session("erase_user")
        replacement = users.enter(options.user, options.replace_with)
        words = dict.fromkeys((options.user, *options.alias), replacement)
        erasure = Erasure(users.replacements(), words)
        done = erase(spark, ledger, options.user, erasure, options.window, options.mentions)
        done.staged = delete_extractions(spark, settings.text("HMSF_STAGING"), Search(frozenset(words)))
        others = tables_without_a_file(session)
    if others:
        print(
            f"  not looked into, as no file says what they hold: tables {', '.join(others)}. They may have the name "
            "still: drop those of an older model",
            file=sys.stderr,
        )
    if done.waiting:
        raise step.NotYet(
            f"{len(done.hours)} hours are done; {', '.join(done.waiting)} are being loaded, or their load stopped "
            "half-way. Erase again when the load is through; where none is running load them again first"
        )
    return {
        "replacement": replacement,
        "hours": len(done.hours),
        "jobs_published_anew": done.jobs,
        "days": done.days,
        "staged_deleted": done.staged,
        "tables_not_looked_into": others,
    }


def tables_without_a_file(session: Session) -> list[str]:
    """The tables of the keyspace that are none of the model: those of an older one, or somebody else's."""
    keyspace = session.cluster.metadata.keyspaces[session.keyspace]
    return sorted(keyspace.tables.keys() - {table.name for table in stored_tables()})


def name_argument(text: str) -> str:
    """A name as it stands in keys. Raises argparse's error for one that cannot be told from other text."""
    name = asked_name(text)
    if len(name) < SHORTEST or name == UNKNOWN:
        raise argparse.ArgumentTypeError(f"{text!r}: give a name of at least {SHORTEST} characters")
    return name


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m spark_jobs.erase_user", description=__doc__.split("\n", 1)[0])
    parser.add_argument("--user", required=True, type=name_argument, help="the user as the tables have it")
    parser.add_argument("--replace-with", type=name_argument, help="what stands for it (default: a pseudonym)")
    parser.add_argument(
        "--alias", action="append", default=[], type=name_argument, help="another writing that texts have; repeatable"
    )
    step.add_period(parser, "all that is archived")
    parser.add_argument(
        "--mentions", action="store_true", help="look into the records of all jobs of the period, not the user's alone"
    )
    options = parser.parse_args(arguments)
    if options.replace_with and Search(frozenset({options.user, *options.alias})).in_cell("", options.replace_with):
        parser.error(f"--replace-with {options.replace_with}: it has the name that is to go")
    options.window = step.period(parser, options)
    options.load = "erase-user"
    return step.run("erase_user", options, body)


if __name__ == "__main__":
    sys.exit(main())
