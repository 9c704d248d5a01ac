"""What people ask the monitor: addresses of its JSON interface, each with SQL that asks PanDA's database the same."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from bench.cases import Case, cases
from data_models import questions
from data_models.error_components import COMPONENTS
from data_models.window import HOUR, Window, format_time

CODE_COLUMNS = {one.name: one.code_column for one in COMPONENTS}
SITE, USER, TASK, REQUEST = (
    {name: key}
    for name, key in (("site", "computingsite"), ("user", "produsername"), ("task", "jeditaskid"), ("request", "reqid"))
)
CODE = {"code": ""}
# Question, path, parameters by what they are taken from, and fixed ones.
ASKED = {
    questions.errors_by_hour: ("errors", {}, {}),
    questions.errors_by_code: ("errors", CODE, {"by": "day"}),
    questions.errors_by_site: ("errors", SITE, {}),
    questions.errors_by_node: ("errors", SITE, {"by": "node,component,code"}),
    questions.errors_by_user: ("errors", USER, {}),
    questions.errors_by_task: ("errors", TASK, {}),
    questions.errors_by_request: ("errors", REQUEST, {}),
    questions.sites_by_error: ("errors", CODE, {"by": "computingsite"}),
    questions.users_by_error: ("errors", CODE, {"by": "produsername"}),
    questions.tasks_by_error: ("errors", CODE, {"by": "jeditaskid"}),
    questions.messages_by_error: ("messages", CODE, {}),
    questions.messages_by_site: ("messages", SITE | CODE, {}),
    questions.messages_by_task: ("messages", TASK | CODE, {}),
    questions.outcomes_by_hour: ("outcomes", {}, {}),
    questions.outcomes_by_site: ("outcomes", SITE, {}),
    questions.outcomes_by_node: ("outcomes", SITE, {"by": "node,jobstatus"}),
    questions.tasks_by_user: ("outcomes", USER, {"by": "jeditaskid,jobstatus"}),
    questions.outcomes_by_user: ("outcomes", USER, {}),
    questions.outcomes_by_task: ("outcomes", TASK, {}),
    questions.outcomes_by_request: ("outcomes", REQUEST, {}),
    questions.labels_by_hour: ("labels", {}, {}),
    questions.labels_by_site: ("labels", SITE, {}),
    questions.entities: ("entities/{kind}", {}, {}),
    questions.jobs_by_error: ("jobs", CODE, {}),
    questions.jobs_by_site: ("jobs", SITE, {}),
    questions.jobs_by_user: ("jobs", USER, {}),
    questions.jobs_by_task: ("jobs", TASK, {}),
    questions.jobs_by_request: ("jobs", REQUEST, {}),
    questions.job: ("jobs/{pandaid}", {}, {}),
}
# Rows of a table on a page.
LIMIT = 50
HOURS = (6, 12, 24, 72)


@dataclass(frozen=True)
class Question:
    """A question: its address, and its SQL with values."""

    title: str
    address: str
    sql: str
    values: Mapping[str, Any]


def drawn(
    seed: int, history: Window, names: Mapping[str, Sequence[Any]], base: Mapping[str, Any]
) -> Iterator[Question]:
    """Questions without end: any of them with equal chance, over any window of 6, 12, 24 or 72 hours of the history, of
    any of some names. `base`: what `bench.busiest` found, for the rest."""
    draw = random.Random(seed)
    while True:
        picked = {kind: draw.choice(values) for kind, values in names.items() if kind != "error"}
        component, code = draw.choice(names["error"])
        found = {**base, **picked, "component": component, "code": code}
        case = draw.choice([case for case in cases(found) if case.question in ASKED])
        length = min(draw.choice(HOURS), (history.end - history.start) // HOUR)
        last = (history.end - history.start) // HOUR - length
        start = history.start + draw.randint(0, last) * HOUR
        yield question_of(case, found, Window(start, start + length * HOUR))


def question_of(case: Case, found: Mapping[str, Any], window: Window) -> Question:
    """A question of a window."""
    path, taken, fixed = ASKED[case.question]
    parameters = dict(fixed)
    for name, column in taken.items():
        parameters[column or CODE_COLUMNS[found["component"]]] = found[name]
    if case.by_period:
        parameters |= {"date_from": format_time(window.start), "date_to": format_time(window.end), "limit": LIMIT}
    address = f"/api/v1/{path.format(**{**found, **case.arguments})}"
    values = {**found, "start": naive(window.start), "end": naive(window.end)}
    return Question(case.title, f"{address}?{urlencode(parameters)}" if parameters else address, case.sql, values)


def naive(moment: datetime) -> datetime:
    """As PanDA's database has times."""
    return moment.replace(tzinfo=None)
