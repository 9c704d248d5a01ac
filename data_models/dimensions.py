"""The key columns that tables share, under PanDA's own names."""

from __future__ import annotations

from data_models.error_components import NAMES
from data_models.query_table import Key

DAY = Key("day", "date", "UTC day of MODIFICATIONTIME", "cast(modificationtime as date)")
HOUR = Key("hour", "timestamp", "full UTC hour of MODIFICATIONTIME", "date_trunc('hour', modificationtime)")
COMPUTINGSITE = Key(
    "computingsite", "text", "PanDA queue where the job ran or was to run; (unknown) where empty", "computingsite"
)
COMPONENT = Key("component", "text", f"component that set the code: {', '.join(NAMES)}", "component")
CODE = Key("code", "bigint", "its error code, positive", "code")
JOBSTATUS = Key("jobstatus", "text", "final state: finished, failed, cancelled or closed", "jobstatus")
PANDAID = Key("pandaid", "bigint", "PanDA's identifier of the job", "pandaid")
# CQL's timestamp counts milliseconds; PanDA writes whole seconds.
MODIFICATIONTIME = Key(
    "modificationtime",
    "timestamp",
    "when the job became a completed record (UTC)",
    "date_trunc('millisecond', modificationtime)",
)
