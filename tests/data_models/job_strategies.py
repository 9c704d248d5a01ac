"""Random job records: ordinary values beside those that PanDA's tables hold now and then, and those that cannot be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st
from row_model import CODE_COLUMNS, DIAG_COLUMNS, categories

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = datetime(2026, 7, 1, tzinfo=UTC)
KNOWN = {name: [code for component, code in categories() if component == name] for name in CODE_COLUMNS}
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
LOOKALIKES = ["", " ", "CERN", " CERN ", "(unknown)", "((unknown))", "(unknown))", "unknown"]
EXIT_CODES = [
    "",
    " ",
    "0",
    "65",
    " 65 ",
    "65.0",
    "65.",
    "65.5",
    "+65",
    "-1",
    "--1",
    "abc",
    "1e2",
    "0x41",
    "٦٥",
    "9" * 19,
]
DIAGS = [
    "",
    " ",
    "lost heartbeat : 2026-07-01 01:05:00",
    "File EVNT.13276676._000045.pool.root.1 did not pass corruption test",
    "LRMS error: (271) job killed: wall\n" * 8,
]

whole = st.integers(-(2**63), 2**63 - 1)
names = st.one_of(st.none(), st.sampled_from(LOOKALIKES), TEXTS)
any_time = st.datetimes(timezones=st.just(UTC))
close = st.timedeltas(timedelta(-8), timedelta(8)).map(lambda distance: DAY + distance)
times = st.one_of(st.none(), st.just(EPOCH), close, any_time)
diags = st.one_of(st.none(), st.sampled_from(DIAGS), TEXTS)
exit_codes = st.one_of(st.none(), st.sampled_from(EXIT_CODES), st.integers(-300, 300).map(str), TEXTS)


def codes(name: str) -> st.SearchStrategy[int | None]:
    """Codes of a component: none, known ones, echoes and causes often enough, any number."""
    rules = {"taskbuffer": [300], "dataservice": [200], "supervisor": [8970], "pilot": [1305, 1235]}.get(name, [])
    telling = st.sampled_from([*rules, *KNOWN[name][:5]])
    return st.one_of(st.none(), st.just(0), st.integers(-9, -1), telling, st.sampled_from(KNOWN[name]), whole)


def some_code(name: str) -> st.SearchStrategy[int]:
    """Positive codes of a component, known or not."""
    return st.one_of(st.sampled_from(KNOWN[name]).filter(lambda code: code > 0), st.integers(1, 400))


def metrics() -> st.SearchStrategy[str | None]:
    """Texts of JOBMETRICS."""
    words = ["coreCount=8", "coreCount=0", "coreCount=abc", "xcoreCount=4", "coreCount=1234567890", "leak=1.5"]
    return st.one_of(st.none(), st.lists(st.sampled_from(words), max_size=4).map(" ".join))


jobs = st.fixed_dictionaries(
    {
        "pandaid": whole,
        "modificationtime": close,
        "statechangetime": times,
        "starttime": times,
        "endtime": times,
        "computingsite": names,
        "modificationhost": st.one_of(names, st.builds("{}@{}".format, TEXTS, st.sampled_from(LOOKALIKES))),
        "produsername": names,
        "produserid": names,
        "jeditaskid": st.one_of(st.none(), whole),
        "taskid": st.one_of(st.none(), whole),
        "reqid": st.one_of(st.none(), whole),
        "jobstatus": st.sampled_from(["failed", "failed", "failed", "finished", "cancelled", "closed"]),
        "actualcorecount": st.one_of(st.none(), st.integers(-1, 64), st.sampled_from([999_999, 10**6, 2**31 - 1])),
        "corecount": st.one_of(st.none(), st.integers(-1, 64)),
        "jobmetrics": metrics(),
        "cpuconsumptiontime": st.one_of(st.none(), st.integers(-(10**20) + 1, 10**20 - 1), st.integers(-9, 10**6)).map(
            lambda value: None if value is None else Decimal(value)
        ),
        "hs06sec": st.one_of(st.none(), st.integers(-9, 10**9), whole),
        "gco2_global": st.one_of(st.none(), st.decimals(-(10**8) + 1, 10**8 - 1, places=2)),
        **{column: exit_codes if name == "transform" else codes(name) for name, column in CODE_COLUMNS.items()},
        **dict.fromkeys(DIAG_COLUMNS.values(), diags),
    }
)
