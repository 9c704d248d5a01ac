"""The key columns that tables share, under PanDA's own names."""

from __future__ import annotations

from data_models.error_components import NAMES
from data_models.query_table import PAGE_COLUMN, PAGE_JOBS, Key

# 100 pages of 100 jobs are 10,000 jobs and some 3 MB of a partition.
PART_PAGES = 100

DAY = Key("day", "date", "UTC day of MODIFICATIONTIME", "cast(modificationtime as date)")
HOUR = Key("hour", "timestamp", "full UTC hour of MODIFICATIONTIME", "date_trunc('hour', modificationtime)")
COMPUTINGSITE = Key(
    "computingsite", "text", "PanDA queue where the job ran or was to run; (unknown) where empty", "computingsite"
)
COMPONENT = Key("component", "text", f"component that set the code: {', '.join(NAMES)}", "component")
CODE = Key("code", "bigint", "its error code, positive", "code")
PRODUSERNAME = Key(
    "produsername",
    "text",
    "user of the job: PRODUSERNAME, PRODUSERID where that is empty; (unknown) without either",
    "produsername",
)
JEDITASKID = Key("jeditaskid", "bigint", "task: JEDITASKID, TASKID where that is empty; 0 without either", "jeditaskid")
REQID = Key("reqid", "bigint", "request of the task (REQID); 0 without one", "reqid")
NODE = Key("node", "text", "worker node: MODIFICATIONHOST after the first @; (unknown) where empty", "node")
MONTH = Key(
    "month",
    "date",
    "first day of the UTC month of MODIFICATIONTIME",
    "cast(date_trunc('month', modificationtime) as date)",
)
QUARTER = Key(
    "quarter",
    "date",
    "first day of the UTC quarter of MODIFICATIONTIME: 1 January, April, July or October",
    "cast(date_trunc('quarter', modificationtime) as date)",
)
YEAR = Key("year", "int", "UTC year of MODIFICATIONTIME", "year(modificationtime)")
MESSAGE_GROUP = Key(
    "message_group",
    "text",
    "id of the group of messages that say the same (data_models.message_groups)",
    "message_group",
)
LABEL = Key("label", "text", "the one label of a failed job: its telling errors as component:code", "label")
KIND = Key("kind", "text", "site, user or task", "kind")
ENTITY = Key("entity", "text", "the site, the user, or the digits of the task", "entity")
PAGE = Key(PAGE_COLUMN, "bigint", f"number of the page of {PAGE_JOBS} jobs, from 0, newest first", PAGE_COLUMN)
PART = Key("part", "bigint", f"which {PART_PAGES} pages: page div {PART_PAGES}", f"{PAGE_COLUMN} div {PART_PAGES}")
JOBSTATUS = Key("jobstatus", "text", "final state: finished, failed, cancelled or closed", "jobstatus")
PANDAID = Key("pandaid", "bigint", "PanDA's identifier of the job", "pandaid")
# CQL's timestamp counts milliseconds; PanDA writes whole seconds.
MODIFICATIONTIME = Key(
    "modificationtime",
    "timestamp",
    "when the job became a completed record (UTC)",
    "date_trunc('millisecond', modificationtime)",
)
