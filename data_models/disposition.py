"""What becomes of a source row: kept, excluded, or quarantined with the reason. Nothing is dropped without a count.

Kept are completed jobs: the four final states. `merging` rows are normal in archives but not completed, so they are
excluded and counted. Everything else that cannot be a completed job is a bad row and goes to the quarantine.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from data_models.error_rules import EXCLUDED_STATES, FINAL_STATES
from data_models.window import Window

KEPT = "kept"
EXCLUDED = "excluded"
QUARANTINED = "quarantined"
DUPLICATE = "duplicate"
DISPOSITIONS = (KEPT, EXCLUDED, QUARANTINED, DUPLICATE)


def dispositions(records: pa.RecordBatch, window: Window) -> tuple[pa.Array, pa.Array]:
    """The disposition of each row and its reason (text, NULL for kept rows). Duplicates are found later."""
    state = pc.fill_null(records["jobstatus"], "(null)")
    final = pc.is_in(state, pa.array(FINAL_STATES))
    excluded = pc.is_in(state, pa.array(EXCLUDED_STATES))
    start, end = (pa.scalar(edge, records["modificationtime"].type) for edge in (window.start, window.end))
    inside = pc.and_(pc.greater_equal(records["modificationtime"], start), pc.less(records["modificationtime"], end))
    checks = (
        (pc.fill_null(pc.less_equal(records["pandaid"], pa.scalar(0, pa.int64())), True), "PANDAID is not positive"),
        (pc.fill_null(pc.invert(inside), True), "MODIFICATIONTIME lies outside the window"),
        (pc.invert(pc.or_(final, excluded)), "JOBSTATUS is no final state"),
    )
    bad = pa.scalar(None, pa.string())
    for failed, reason in reversed(checks):
        bad = pc.if_else(failed, reason, bad)
    reason = pc.coalesce(bad, pc.if_else(excluded, "JOBSTATUS is merging: not completed", None))
    kind = pc.if_else(pc.is_valid(bad), QUARANTINED, pc.if_else(excluded, EXCLUDED, KEPT))
    return kind, reason
