"""A user's name taken out of job records: pure functions over Arrow, run where records are read and where they are
archived.

- The user's own jobs (by the user as keys have it): PRODUSERNAME and PRODUSERID, which is a certificate name or a mail
  address, become the replacement as a whole.
- Texts of all jobs: the name where it stands as a word, as in `killed by NAME` or `user.NAME.data`. PRODUSERNAME of
  another user is no such text, and neither are the columns of FIXED, which have words of PanDA and sites.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data_models.erased_users import digest
from data_models.job_record import columns
from data_models.names import normal_names
from data_models.tables.job import PACKED_COLUMN

FIXED = frozenset({"jobstatus", "computingsite", "prodsourcelabel", "transexitcode", "component", "label", "kind"})
USER_COLUMNS = frozenset({"produsername", "entity"})
TEXTS = tuple(
    column.name
    for column in columns()
    if column.kind == "text" and column.name not in FIXED and column.name not in USER_COLUMNS
)


@dataclass(frozen=True)
class Erasure:
    """`replacements`: what stands for each erased name, by digest. `words`: the same for writings that are known."""

    replacements: Mapping[str, str]
    words: Mapping[str, str]

    def erased(self, records: pa.RecordBatch) -> pa.RecordBatch:
        """Job records in the pinned schema, row by row without the names; the same batch where none is in it.

        A name that is known by its digest only is taken from the texts of the batch that has a job of it.
        """
        users = normal_names(records["produsername"], records["produserid"])
        here = {
            name: stands for name in pc.unique(users).to_pylist() if (stands := self.replacements.get(digest(name)))
        }
        words = {**self.words, **here}
        if not words:
            return records
        changed = {name: replaced_words(records[name], words) for name in TEXTS}
        own = pa.array([here.get(name) for name in users.to_pylist()], pa.string())
        for name in ("produsername", "produserid"):
            changed[name] = pc.coalesce(own, changed.get(name, records[name]))
        arrays = [changed.get(name, records[name]) for name in records.schema.names]
        return pa.RecordBatch.from_arrays(arrays, schema=records.schema)


NO_ERASURE = Erasure({}, {})


def pattern_of(words: Iterable[str]) -> re.Pattern[str]:
    """Matches each of some writings where it is no part of a longer word."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def replaced_words(texts: pa.Array, words: Mapping[str, str]) -> pa.Array:
    """Texts with each of the writings replaced."""
    hit = pa.scalar(False)
    for word in words:
        hit = pc.or_(hit, pc.fill_null(pc.match_substring(texts, word), False))
    if not pc.any(hit).as_py():
        return texts
    pattern = pattern_of(words)
    new = [pattern.sub(lambda match: words[match[0]], text) for text in texts.filter(hit).to_pylist()]
    return pc.replace_with_mask(texts, hit, pa.array(new, pa.string()))


@dataclass(frozen=True)
class Search:
    """Finds writings of a name in rows of any table, lists, structs and packed JSON in them included."""

    words: frozenset[str]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return pattern_of(self.words)

    def in_row(self, row: Mapping[str, Any]) -> bool:
        """Whether any cell of a row has one of the writings."""
        other_kind = row.get("kind") not in (None, "user")
        return any(self.in_cell(name, value) for name, value in row.items() if not (other_kind and name == "entity"))

    def in_texts(self, batch: pa.RecordBatch) -> pa.Array:
        """Whether each row of a batch of job records has one, by its texts alone: odd times are no Python times."""
        names = [field.name for field in batch.schema if pa.types.is_string(field.type)]
        return pa.array(map(self.in_row, batch.select(names).to_pylist()), pa.bool_())

    def in_cell(self, name: str, value: object) -> bool:
        """Whether the cell of a column has one."""
        if value is None or name in FIXED:
            return False
        if isinstance(value, Mapping):
            return any(self.in_cell(field, of_field) for field, of_field in value.items())
        if isinstance(value, list):
            return any(self.in_cell(name, item) for item in value)
        if not isinstance(value, str):
            return False
        if name == PACKED_COLUMN:
            return self.in_cell(name + " record", json.loads(value))
        return value in self.words if name in USER_COLUMNS else bool(self._pattern.search(value))
