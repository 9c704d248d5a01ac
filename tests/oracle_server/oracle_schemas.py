"""PanDA's archives on a real Oracle, in schemas of their own: made, filled with jobs, and dropped again."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import oracledb
import pyarrow as pa
from oracle_rows import held

from data_models.job_record import by_name, columns
from data_models.window import Window
from spark_jobs.sources.oracle_explain import GRANTS
from spark_jobs.sources.oracle_segments import day_partitions
from stack.panda_oracle import ARCHIVE, LOG, RECENT, Schemas, statements

FIRST_DAY, LAST_DAY = date(2026, 6, 29), date(2026, 7, 4)
# A year put away has 52 columns; this one lacks a code too.
YEAR, YEARS_BACK = "Y2023_JOBSARCHIVED", 3 * 365 + 1
YEAR_COLUMNS = [column.name for column in columns() if column.name != "superrorcode"][:52]
BIND_TYPES = {"integer": oracledb.DB_TYPE_NUMBER, "decimal": oracledb.DB_TYPE_NUMBER, "time": oracledb.DB_TYPE_DATE}


@dataclass
class OracleSchemas:
    """A server on which PanDA's tables have been made; `admin` may do everything, `reader` what the grants say."""

    admin: oracledb.Connection
    dsn: str
    schemas: Schemas
    reader: str
    password: str = field(repr=False)
    loaded: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def run(self, statement: str, **binds: object) -> list[tuple]:
        """Run a statement of the administrator's; the rows of a query."""
        with self.admin.cursor() as cursor:
            cursor.execute(statement, binds)
            return cursor.fetchall() if cursor.description else []

    def load(self, table: str, batches: Iterable[pa.RecordBatch]) -> None:
        """Insert jobs as the table takes them, commit, and remember them."""
        for batch in batches:
            rows = [as_oracle_keeps_it(row, table == RECENT) for row in batch.to_pylist()]
            names = batch.schema.names
            types = {name: BIND_TYPES.get(by_name()[name].kind, oracledb.DB_TYPE_VARCHAR) for name in names}
            with self.admin.cursor() as cursor:
                cursor.setinputsizes(**types)
                values = ", ".join(f":{name}" for name in names)
                cursor.executemany(f"INSERT INTO {self.schemas.of(table)} ({', '.join(names)}) VALUES ({values})", rows)
            self.admin.commit()
            self.loaded.setdefault(table, []).extend(rows)

    def log_copy(self, window: Window, copied: str, verified: str | None) -> None:
        """Enter the window's partitions of JOBSARCHIVED4 in the log of the copy: Y or N, and YES or NO if checked."""
        for partition in day_partitions(window):
            self.run(
                f"INSERT INTO {self.schemas.of(LOG)} (TABLE_NAME, PARTITION_NAME, COPIED_TO_ARCH, DATA_VERIF_PASSED) "
                "VALUES (:name, :part, :copied, :verified)",
                name=RECENT,
                part=partition,
                copied=copied,
                verified=verified,
            )
        self.admin.commit()

    def put_away(self) -> None:
        """Copy what JOBSARCHIVED holds to the table of a year, as jobs of three years before."""
        kept = ", ".join(YEAR_COLUMNS)
        moved = ", ".join(f"{name} - {YEARS_BACK}" if name == "modificationtime" else name for name in YEAR_COLUMNS)
        self.run(f"INSERT INTO {self.schemas.archive}.{YEAR} ({kept}) SELECT {moved} FROM {self.schemas.of(ARCHIVE)}")
        self.admin.commit()

    def plans(self, text: str) -> list[tuple]:
        """Operation, options, object and conditions of the steps of the reader's statements that contain this text."""
        return self.run(
            "SELECT p.operation, p.options, p.object_name, p.access_predicates || ' ' || p.filter_predicates "
            "FROM v$sql s JOIN v$sql_plan p ON p.sql_id = s.sql_id AND p.child_number = s.child_number "
            "WHERE s.parsing_schema_name = :reader AND INSTR(s.sql_fulltext, :text) > 0",
            reader=self.reader,
            text=text,
        )

    def grants(self) -> Iterator[str]:
        """The statements of the grants file, for these schemas."""
        names = {"hmsf_reader": f"{self.reader}_ROLE", "ATLAS_PANDAARCH": self.schemas.archive}
        text = re.sub(r"--.*", "", GRANTS.read_text())
        for name, own in (names | {r"ATLAS_PANDA\b": self.schemas.recent}).items():
            text = re.sub(name, own, text)
        yield from (statement.strip() for statement in text.split(";") if statement.strip())

    def make(self) -> None:
        """Schemas, tables, the reader and its grants."""
        ((tablespace,),) = self.run(
            "SELECT property_value FROM database_properties WHERE property_name = 'DEFAULT_PERMANENT_TABLESPACE'"
        )
        for statement in statements(self.schemas, FIRST_DAY, LAST_DAY, tablespace):
            self.run(statement)
        self.run(f'CREATE USER {self.reader} IDENTIFIED BY "{self.password}"')
        for statement in (*self.grants(), *self._year()):
            self.run(statement)
        self.run(f"GRANT {self.reader}_ROLE TO {self.reader}")

    def _year(self) -> Iterator[str]:
        """The table of a year put away, empty, with its index; made before any SCN that it is read at."""
        table = f"{self.schemas.archive}.{YEAR}"
        yield f"CREATE TABLE {table} AS SELECT {', '.join(YEAR_COLUMNS)} FROM {self.schemas.of(ARCHIVE)} WHERE 1 = 0"
        yield f"CREATE INDEX {table}_IDX ON {table} (MODIFICATIONTIME)"
        yield f"GRANT READ, FLASHBACK ON {table} TO {self.reader}_ROLE"

    def drop(self) -> None:
        """All of it away, as far as it was made."""
        for user in (self.reader, self.schemas.recent, self.schemas.archive):
            if self.run("SELECT 1 FROM all_users WHERE username = :name", name=user):
                self.run(f"DROP USER {user} CASCADE")
        if self.run("SELECT 1 FROM dba_roles WHERE role = :name", name=f"{self.reader}_ROLE"):
            self.run(f"DROP ROLE {self.reader}_ROLE")


@contextmanager
def oracle_schemas(dsn: str, user: str, password: str) -> Iterator[OracleSchemas]:
    """Log in as an administrator and make the schemas under names that nobody else has.

    Only SYS may grant what it owns, V_$DATABASE among it.
    """
    mark = f"HMSFTEST{secrets.token_hex(4)}".upper()
    mode = oracledb.AUTH_MODE_SYSDBA if user.upper() == "SYS" else oracledb.AUTH_MODE_DEFAULT
    with oracledb.connect(dsn=dsn, user=user, password=password, mode=mode) as admin:
        schemas = Schemas(f"{mark}_PANDA", f"{mark}_PANDAARCH")
        made = OracleSchemas(admin, dsn, schemas, f"{mark}_READER", f"A1_{secrets.token_hex(10)}")
        try:
            made.make()
            yield made
        finally:
            made.drop()


def as_oracle_keeps_it(row: dict[str, Any], recent: bool) -> dict[str, Any]:
    """A record as the table takes it and the source gives it back: times without zone, CHAR without its blanks."""
    kept = held(row, recent)
    for name, value in kept.items():
        if isinstance(value, datetime):
            kept[name] = value.astimezone(UTC).replace(tzinfo=None)
        elif isinstance(value, str) and by_name()[name].padded:
            kept[name] = value.rstrip(" ") or None
    return kept
