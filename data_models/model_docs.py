"""The docs of the query tables, made from the table files: `python -m data_models.model_docs` writes them.

python -m stack example-days      # archives what the examples show, on the embedded stack
python -m data_models.model_docs  # writes docs/query_tables.md; --check only tells whether it is up to date
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from data_models import listed_job
from data_models.ask_arguments import command_name
from data_models.cassandra_session import CassandraRefused, CassandraUnavailable
from data_models.grain import Grain
from data_models.job_record import by_name
from data_models.listed_job import FIELDS
from data_models.model_example import example_answer, example_keys, example_query
from data_models.query_table import Figure, Key, QueryTable, Value
from data_models.questions import QUESTIONS, Archive, QuestionRefused, open_archive
from data_models.tables import tables_of
from data_models.tables.job import PACKED, PACKED_COLUMN

FILE = Path(__file__).resolve().parents[1] / "docs" / "query_tables.md"
UP_TO_DATE, NOT_SO, TRY_AGAIN = 0, 1, 75
HEAD = """# Query tables

Made from `data_models/tables` by `python -m data_models.model_docs`; change those files, not this one. How to read the
tables: [reading.md](reading.md). The examples are answers of two small days of simulated jobs (`python -m stack
example-days`).

- All times are UTC. Names lose blanks at their ends; `(unknown)` stands for an empty one, 0 for no task or request.
- All figures are whole numbers. A figure marked *overlaps* must not be summed over component and code: a job with three
  codes is in it three times. All other sums add up over all keys but these: `n_errors` over codes gives errors, not
  jobs, and so do the jobs of `jobs_by_error`; `entity_counts_*` have each job once a kind (site, user, task).
- A partition is read at the speed of its rows, however long the history is. What a table holds of an hour is complete
  and checked when the ledger says that the hour is verified. `data_models.questions` and `python -m data_models.ask`
  look there, a CQL shell does not.
"""


def document(archive: Archive) -> str:
    """The whole text; the archive has the example days. Raises QuestionRefused where it has not."""
    keys = example_keys(archive)
    parts = [HEAD, *question_lines(), ""]
    for grain, title in ((Grain.HOUR, "Tables of hours"), (Grain.DAY, "Daily roll-ups")):
        tables = sorted(tables_of(grain), key=lambda table: table.name)
        parts += [f"## {title}", "", *contents(tables), ""]
        for table in tables:
            query = example_query(table, keys)
            parts += [*table_lines(table), *example_lines(query, example_answer(archive.session, query))]
    parts += listed_job_lines()
    return "\n".join(parts).rstrip() + "\n"


def question_lines() -> Iterable[str]:
    """The functions of `data_models.questions`."""
    yield "## Questions\n"
    yield "Functions of `data_models.questions`, and sub-commands of `python -m data_models.ask`.\n"
    yield from grid(
        ("question", "command"),
        ((question.__doc__.partition("\n")[0], f"`{command_name(question)}`") for question in QUESTIONS),
    )


def contents(tables: Sequence[QueryTable]) -> Iterable[str]:
    """A line a table."""
    rows = ((f"[`{t.name}`](#{t.name})", t.question, ", ".join(t.partition_names)) for t in tables)
    return grid(("table", "question", "one partition a"), rows)


def table_lines(table: QueryTable) -> Iterable[str]:
    """What a table's file says."""
    yield f"### {table.name}\n"
    yield f"{table.question}\n"
    yield f"- Primary key: `{primary_key(table)}`"
    made_of = f"`{table.rolls_up.name}`, of a day" if table.rolls_up else table.rows.value
    yield f"- Made from: {made_of}" + ("" if table.where == "true" else f", where {table.where}")
    if table.one_row:
        whole = "A partition" if table.grain.value in table.partition_names else f"A {table.grain.value} of a partition"
        order = ", ".join(name for name in table.clustering_names if name not in table.row_key)
        yield f"- {whole} is one row; its lists lie side by side, ordered by {order}"
    yield f"- Largest partition at 2 million jobs a day: {table.largest_partition}\n"
    yield from grid(("column", "type", "unit", "meaning"), (column_cells(table, column) for column in table.columns))
    yield ""
    if PACKED_COLUMN in table.column_names:
        yield f"Packed are: {', '.join(PACKED)}.\n"


def primary_key(table: QueryTable) -> str:
    """The key as CQL writes it, with the order of columns that are kept newest first."""
    names = table.stored.clustering_names
    clustering = [f"{name} DESC" if name in table.descending else name for name in names]
    partition = f"({', '.join(table.partition_names)})"
    return f"({', '.join((partition, *clustering))})"


def column_cells(table: QueryTable, column: Key | Figure | Value) -> tuple[str, str, str, str]:
    """A column's line."""
    unit = column.unit if isinstance(column, Figure) else ""
    return f"`{column.name}`", table.stored.types[column.name], unit, meaning(column)


def meaning(column: Key | Figure | Value) -> str:
    """What a column means; what the figures overlap in is marked."""
    told = column.meaning or by_name()[column.name].meaning
    return told.replace("overlaps by code", "*overlaps* by code")


def example_lines(query: str, answer: str) -> Iterable[str]:
    """An example with its answer."""
    yield f"```sql\n{query};\n```\n"
    yield f"```text\n{answer}\n```\n"


def listed_job_lines() -> Iterable[str]:
    """The user-defined type of a job in a list."""
    yield f"## Type {listed_job.TYPE_NAME}\n"
    yield "A job in the column `jobs` of the list tables.\n"
    yield from grid(("field", "type", "meaning"), ((f"`{f.name}`", f.cql, f.meaning) for f in FIELDS))


def grid(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    """A table in Markdown."""
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"
    for row in rows:
        cells = [cell.replace("|", r"\|") for cell in row]
        yield f"| {' | '.join(cells)} |"


def main(arguments: list[str] | None = None) -> int:
    """The command line; 1 where --check finds the file out of date."""
    parser = argparse.ArgumentParser(
        prog="python -m data_models.model_docs", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--check", action="store_true", help="write nothing, exit with 1 if it is not up to date")
    options = parser.parse_args(arguments)
    try:
        with open_archive() as archive:
            text = document(archive)
    except (QuestionRefused, CassandraRefused) as error:
        print(f"model_docs: {error}", file=sys.stderr)
        return NOT_SO
    except CassandraUnavailable as error:
        print(f"model_docs: {error}", file=sys.stderr)
        return TRY_AGAIN
    if options.check:
        same = FILE.exists() and FILE.read_text(encoding="utf-8") == text
        print(f"{FILE.name} is {'up to date' if same else 'out of date: run python -m data_models.model_docs'}")
        return UP_TO_DATE if same else NOT_SO
    FILE.write_text(text, encoding="utf-8")
    print(f"wrote {FILE}")
    return UP_TO_DATE


if __name__ == "__main__":
    sys.exit(main())
