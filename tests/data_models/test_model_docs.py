"""The docs of the model are those of the table files, and all that they show is so."""

from __future__ import annotations

from pathlib import Path

import pytest
from archived_example import archived_example
from cassandra.cluster import Session
from document_blocks import blocks, run
from pyspark.sql import SparkSession

from data_models import model_docs
from data_models.model_example import example_answer
from data_models.questions import QUESTIONS, open_archive
from data_models.tables import all_tables

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def example(archive: Session, spark: SparkSession) -> Session:
    """A session on the archive with the example days."""
    archived_example()
    return archive


def test_the_docs_of_the_tables_are_up_to_date(example: Session, capsys: pytest.CaptureFixture) -> None:
    with open_archive() as archive:
        made = model_docs.document(archive)
    assert made == (DOCS / "query_tables.md").read_text(encoding="utf-8")
    assert model_docs.main(["--check"]) == 0
    assert capsys.readouterr().out == "query_tables.md is up to date\n"


def test_docs_that_are_out_of_date_are_told(
    example: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(model_docs, "FILE", tmp_path / "query_tables.md")
    assert model_docs.main(["--check"]) == 1
    assert "out of date: run python -m data_models.model_docs" in capsys.readouterr().out
    assert model_docs.main([]) == 0
    assert model_docs.main(["--check"]) == 0


def test_every_table_column_and_question_is_in_the_docs() -> None:
    text = (DOCS / "query_tables.md").read_text(encoding="utf-8")
    for table in all_tables():
        section = text.partition(f"### {table.name}\n")[2].partition("\n### ")[0]
        for name, cql in table.stored.types.items():
            assert f"| `{name}` | {cql} |" in section, f"{table.name}.{name}"
        assert table.largest_partition in section
        assert f"FROM {table.name}\n" in section
    for question in QUESTIONS:
        assert f"`{question.__name__.replace('_', '-')}`" in text


def test_every_example_of_reading_prints_what_it_says(example: Session) -> None:
    found, names = list(blocks(DOCS / "reading.md")), {}
    assert {block.language for block in found} == {"sh", "python", "sql"}
    assert (DOCS / "reading.md").read_text(encoding="utf-8").count("```") == 4 * len(found)
    for block in found:
        assert run(block, example, names) == block.answer, block.code


def test_an_answer_that_is_too_wide_is_written_a_line_a_column(archive: Session) -> None:
    query = "SELECT keyspace_name, durable_writes FROM system_schema.keyspaces WHERE keyspace_name = 'system'"
    assert example_answer(archive, query).splitlines() == ["keyspace_name  durable_writes", "system         True"]
    wide = example_answer(archive, "SELECT * FROM system.local")
    assert "\nrelease_version " in wide
    assert max(map(len, wide.splitlines())) < 160
