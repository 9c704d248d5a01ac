"""CQL made from the table files: `python -m data_models.cql` prints the DDL, `--apply` brings a keyspace up to date.

Apply creates what is missing and adds columns. It refuses what would lose data: a changed key, a changed type, a
column that the table files no longer have.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from cassandra.cluster import Session
from cassandra.metadata import TableMetadata, UserType

from data_models import listed_job, settings
from data_models.cassandra_session import CassandraRefused, CassandraUnavailable, cassandra_session
from data_models.ledger_tables import LEDGER_TABLES
from data_models.query_table import LOAD_COLUMN, QueryTable
from data_models.stored_table import StoredTable
from data_models.tables import all_tables

DEFAULT_REPLICATION = "{'class': 'SimpleStrategy', 'replication_factor': 1}"
# History is written once, a window at a time, and read for years: unified compaction levels it without time windows,
# which a reloaded window would straddle.
DEFAULT_COMPACTION = "{'class': 'UnifiedCompactionStrategy'}"
# Partitions that one statement empties: few enough for a coordinator to send around, many for the Python driver, which
# has as much work with a statement of one.
KEYS_A_DELETE = 32
TYPES = {listed_job.TYPE_NAME: listed_job.cql_fields()}
IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,47}")


class SchemaError(RuntimeError):
    """A keyspace that cannot be brought up to date without losing data; the message names table, column and remedy."""


def create_keyspace(keyspace: str, replication: str = DEFAULT_REPLICATION) -> str:
    """CREATE KEYSPACE; `replication` is a CQL map. Raises SchemaError for a name that is no plain identifier."""
    if not IDENTIFIER.fullmatch(keyspace):
        raise SchemaError(f"keyspace {keyspace!r}: give up to 48 lower-case letters, digits and _ (HMSF_KEYSPACE)")
    return f"CREATE KEYSPACE IF NOT EXISTS {keyspace} WITH replication = {replication}"


def create_type(name: str, fields: Mapping[str, str]) -> str:
    """CREATE TYPE of a user-defined type; `fields`: CQL types by name."""
    return f"CREATE TYPE IF NOT EXISTS {name} ({', '.join(f'{field} {cql}' for field, cql in fields.items())})"


def create_table(table: StoredTable, compaction: str = DEFAULT_COMPACTION) -> str:
    """CREATE TABLE; `compaction` is a CQL map."""
    columns = ",\n    ".join(f"{name} {cql_type}" for name, cql_type in table.types.items())
    key = ", ".join((f"({', '.join(table.partition_names)})", *table.clustering_names))
    order = ", ".join(f"{name} {'DESC' if name in table.descending else 'ASC'}" for name in table.clustering_names)
    clustering = f"CLUSTERING ORDER BY ({order})\n  AND " if order else ""
    comment = table.question.replace("'", "''")
    return (
        f"CREATE TABLE IF NOT EXISTS {table.name} (\n    {columns},\n    PRIMARY KEY ({key})\n) "
        f"WITH {clustering}compaction = {compaction}\n  AND comment = '{comment}'"
    )


def stored_tables() -> list[StoredTable]:
    """All tables of a keyspace, those of the ledger first."""
    return [*LEDGER_TABLES, *(table.stored for table in all_tables())]


def statements(
    keyspace: str, replication: str = DEFAULT_REPLICATION, compaction: str = DEFAULT_COMPACTION
) -> list[str]:
    """The whole DDL of an empty keyspace, in order."""
    return [
        create_keyspace(keyspace, replication),
        *(create_type(name, fields) for name, fields in TYPES.items()),
        *(create_table(table, compaction) for table in stored_tables()),
    ]


def most_varied(table: QueryTable, lists: Mapping[int, Iterable[tuple]]) -> str:
    """The partition column in which listed partitions (as in `window_delete_values`, at least one) differ most."""
    columns = zip(*(key for keys in lists.values() for key in keys), strict=True)
    distinct = dict(zip(table.partition_names, (len(set(values)) for values in columns), strict=True))
    return max(distinct, key=distinct.__getitem__)


def window_delete(table: QueryTable, varied: str) -> str:
    """DELETE of what one window (hour or day, by the table's grain) holds in partitions that differ in one column,
    `varied`, below a write time; `window_delete_values` gives its binds."""
    window = table.grain.value
    conditions = [f"{name} IN ?" if name == varied else f"{name} = ?" for name in table.partition_names]
    if table.keyed_by_load:
        conditions.append(f"{LOAD_COLUMN} = ?")
    elif window in table.clustering_names:
        conditions.append(f"{window} = ?")
    elif window not in table.partition_names:
        conditions += [f"{table.clustering_names[0]} >= ?", f"{table.clustering_names[0]} < ?"]
    return f"DELETE FROM {table.name} USING TIMESTAMP ? WHERE {' AND '.join(conditions)}"


def window_delete_values(
    table: QueryTable, varied: str, lists: Mapping[int, Iterable[tuple]], start: datetime, below: int
) -> Iterator[tuple]:
    """The binds of `window_delete` for each statement that it takes to empty the partitions which loads have listed.

    `lists`: partition keys in their JSON form, by write time of the load; `start`: where the window starts; `below`:
    the write time that stays. A partition that several loads have listed is emptied once.
    """
    window = table.grain.value
    more: tuple[datetime, ...] = ()
    if window in table.clustering_names:
        more = (start,)
    elif window not in table.partition_names:
        more = (start, start + table.grain.width)
    place = table.partition_names.index(varied)
    together: dict[tuple, dict[object, None]] = defaultdict(dict)
    for w, keys in lists.items():
        others = (w,) if table.keyed_by_load else more
        for key in keys:
            values = key_values(table, key)
            together[values[:place], values[place + 1 :], others][values[place]] = None
    for (before, after, others), found in together.items():
        varied_values = list(found)
        for begin in range(0, len(varied_values), KEYS_A_DELETE):
            yield (below - 1, *before, varied_values[begin : begin + KEYS_A_DELETE], *after, *others)


def key_values(table: QueryTable, key: tuple) -> tuple:
    """A partition key from its JSON form (dates and times as ISO text) to values that bind."""
    readers = {"date": date.fromisoformat, "timestamp": datetime.fromisoformat}
    return tuple(readers.get(column.cql, _same)(value) for column, value in zip(table.partition, key, strict=True))


def _same(value: object) -> object:
    return value


def apply(session: Session, keyspace: str, replication: str, compaction: str) -> list[str]:
    """Bring a keyspace up to date and return what was run. Raises SchemaError, and then has changed nothing."""
    known = session.cluster.metadata.keyspaces.get(keyspace)
    create = create_keyspace(keyspace, replication)
    present = known.tables if known else {}
    pending = []
    for name, fields in TYPES.items():
        if known and name in known.user_types:
            pending += type_changes(name, fields, known.user_types[name])
        else:
            pending.append(create_type(name, fields))
    for table in stored_tables():
        if table.name in present:
            pending += changes(table, present[table.name])
        else:
            pending.append(create_table(table, compaction))
    if known is None:
        session.execute(create)
    session.set_keyspace(keyspace)
    for statement in pending:
        session.execute(statement)
    return pending if known else [create, *pending]


def type_changes(name: str, fields: Mapping[str, str], present: UserType) -> list[str]:
    """The statements that make a user-defined type as its file says. Raises SchemaError where that cannot be."""
    found = dict(zip(present.field_names, present.field_types, strict=True))
    if list(fields.items())[: len(found)] != list(found.items()):
        raise SchemaError(
            f"type {name}: its fields are {found}, its file says otherwise; new fields go to the end, anything else "
            "needs a new type name and a rebuild"
        )
    return [f"ALTER TYPE {name} ADD {field} {fields[field]}" for field in list(fields)[len(found) :]]


def changes(table: StoredTable, present: TableMetadata) -> list[str]:
    """The statements that make a table as its file says. Raises SchemaError where that would lose data."""
    remedy = "publish under a new table name and rebuild, or drop the table by hand if its content may go"
    key = tuple(column.name for column in present.partition_key), tuple(c.name for c in present.clustering_key)
    if key != (table.partition_names, table.clustering_names):
        raise SchemaError(f"table {table.name}: its key is {key}, its file says otherwise; {remedy}")
    descending = {column.name for column in present.clustering_key if column.is_reversed}
    if descending != table.descending:
        raise SchemaError(f"table {table.name}: its clustering order is not that of its file; {remedy}")
    found: Mapping[str, str] = {name: column.cql_type for name, column in present.columns.items()}
    for name in found.keys() - table.types.keys():
        raise SchemaError(f"table {table.name}: column {name} holds data but is not in its file; {remedy}")
    added = []
    for name, cql_type in table.types.items():
        if name not in found:
            added.append(f"ALTER TABLE {table.name} ADD {name} {cql_type}")
        elif found[name] != cql_type:
            raise SchemaError(f"table {table.name}: column {name} is {found[name]}, its file says {cql_type}; {remedy}")
    return added


def main(arguments: list[str] | None = None) -> int:
    """The command line; prints DDL, or what was changed and one JSON line."""
    parser = argparse.ArgumentParser(prog="python -m data_models.cql", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--apply", action="store_true", help="change the keyspace instead of printing")
    parser.add_argument("--keyspace", default=settings.text("HMSF_KEYSPACE"))
    parser.add_argument(
        "--replication",
        default=DEFAULT_REPLICATION,
        help="CQL map, in production {'class': 'NetworkTopologyStrategy', 'DC': 3}",
    )
    parser.add_argument("--compaction", default=DEFAULT_COMPACTION, help="CQL map for the query tables")
    options = parser.parse_args(arguments)
    try:
        if not options.apply:
            print(";\n\n".join(statements(options.keyspace, options.replication, options.compaction)) + ";")
            return 0
        with cassandra_session() as session:
            done = apply(session, options.keyspace, options.replication, options.compaction)
    except (SchemaError, CassandraRefused, CassandraUnavailable) as error:
        print(f"cql: {error}", file=sys.stderr)
        return 1
    for statement in done:
        print(statement.split("(")[0].strip())
    print(json.dumps({"step": "cql", "keyspace": options.keyspace, "statements": len(done)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
