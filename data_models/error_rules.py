"""The counting rules for the errors of one job, written once: codes, label, category.

They are those of PanDA's monitor with its edge cases fixed by definition:

- Only failed jobs are counted (holding does not occur in archives). Codes on other jobs stay on the job record.
- Every component whose code is positive is one error; NULL, empty, zero and negative values are none.
- TRANSEXITCODE is text: a trimmed whole number, with or without a zero fraction (`65.0`), else no code.
- A job's label is what is left of its codes after dropping the echoes; labels add up over jobs, codes do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from data_models.error_components import NAMES
from data_models.error_dictionary import INTERNAL, UNCATEGORIZED, category_of

FINAL_STATES = ("finished", "failed", "cancelled", "closed")
FAILED = "failed"
# Event-service jobs are archived as merging and turned into finished or failed later: normal, but not completed.
EXCLUDED_STATES = ("merging",)

# RE2, for whole texts whose ends are already trimmed; 18 digits always fit 64 bits.
TRANSFORM_CODE = r"^([+-]?\d{1,18})(?:\.0*)?$"

# Each is dropped while another code is left, in this order: they echo what another component says better.
ECHOES = (("taskbuffer", 300), ("dataservice", 200), ("supervisor", 8970))
# The first of these that is present is kept alone: they name the cause.
CAUSES = (("pilot", 1305), ("pilot", 1235))

Codes = tuple[tuple[str, int], ...]


def errors_of(codes: Mapping[str, int | None]) -> Codes:
    """The errors of a job as (component, code), in component order, from the codes by component name."""
    return tuple((name, code) for name in NAMES if (code := codes.get(name)) is not None and code > 0)


@lru_cache(maxsize=65536)
def telling_errors(errors: Codes) -> Codes:
    """The errors that are left for a job's label and category: echoes dropped, a named cause kept alone."""
    left = list(errors)
    for echo in ECHOES:
        if echo in left and len(left) > 1:
            left.remove(echo)
    for cause in CAUSES:
        if cause in left:
            return (cause,)
    return tuple(left)


@lru_cache(maxsize=65536)
def label_of(errors: Codes) -> str | None:
    """The one label of a job: its telling errors as component:code, sorted, joined by commas. None without an error."""
    return ",".join(sorted(f"{component}:{code}" for component, code in telling_errors(errors))) or None


@lru_cache(maxsize=65536)
def category_of_job(errors: Codes) -> int | None:
    """The one category of a job, None without an error.

    The categories of its telling errors; while there is more than one, Uncategorized and then Internal are dropped; if
    one is left it is that, else Uncategorized.
    """
    categories = {category_of(component, code) for component, code in telling_errors(errors)}
    for unspecific in (UNCATEGORIZED, INTERNAL):
        if len(categories) > 1:
            categories.discard(unspecific)
    if not categories:
        return None
    return categories.pop() if len(categories) == 1 else UNCATEGORIZED
