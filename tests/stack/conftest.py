"""A PanDA database of these tests' own, on the server that all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from stack import endpoints, panda_schema


@dataclass(frozen=True)
class Panda:
    """A database with PanDA's schema."""

    uri: str

    def ask(self, statement: str) -> list[tuple]:
        """The rows of a statement, which is committed."""
        with (
            closing(psycopg2.connect(self.uri, options="-c lock_timeout=10s")) as connection,
            connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="session")
def panda_database(stack: Path) -> Iterator[Panda]:
    """A database for the tests of the job tables, with its owner's address."""
    with closing(psycopg2.connect(endpoints.admin_uri())) as admin:
        admin.autocommit = True  # CREATE DATABASE does not run in a transaction
        with admin.cursor() as cursor:
            cursor.execute("CREATE DATABASE panda_of_tests OWNER panda_owner")
            panda = Panda(endpoints.owner_uri().removesuffix("/panda") + "/panda_of_tests")
            panda_schema.create(panda.uri)
            yield panda
            cursor.execute("DROP DATABASE panda_of_tests")


@pytest.fixture
def panda(panda_database: Panda) -> Panda:
    """The same with empty job tables."""
    panda_database.ask("TRUNCATE doma_panda.jobsarchived4, doma_panda.jobsactive4, doma_pandaarch.jobsarchived")
    return panda_database
