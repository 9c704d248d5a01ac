"""From the names in a file to columns of the job tables."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from data_models.job_record import table_columns
from stack.job_files.problem import PandaImportError

NAMES = tuple(column.name for column in table_columns())
# What pandas calls an index that was written along with the columns.
INDEX_NAMES = ("", "unnamed: 0", "__index_level_0__")


def column_names(raw: Sequence[str], file: Path, place: str = "") -> list[str | None]:
    """The column name for each name in the file, in any letter case; None for a pandas index, which is left out.

    Raises PandaImportError for a name that is no column (with the nearest one) and for a column given twice.
    """
    found: list[str | None] = []
    for name in raw:
        lower = name.strip().lower()
        if lower in INDEX_NAMES:
            found.append(None)
            continue
        if lower not in NAMES:
            near = get_close_matches(lower, NAMES, n=1)
            hint = f"; did you mean {near[0]}?" if near else "; expected PanDA's column names"
            raise PandaImportError(file, f"the job tables have no column {name.strip()!r}{hint}", place)
        if lower in found:
            raise PandaImportError(file, f"column {lower} is given twice", place)
        found.append(lower)
    if not any(found):
        raise PandaImportError(file, "no column of the job tables; expected PanDA's column names", place)
    return found
