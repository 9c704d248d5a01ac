"""Each question of `data_models.questions` with what it is asked for, and SQL that asks PanDA's database the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bench import sql_questions as sql
from data_models import questions
from data_models.reading.answer import Answer

CODES = "component, code"


@dataclass(frozen=True)
class Case:
    """A question with its arguments but the period, and its SQL. `counted`: the figure whose sum is the first column
    of the SQL summed, None for lists. `same_rows`: whether both give as many rows (SQL knows no groups of messages,
    and no labels); `by_period`: whether it is asked over a period."""

    question: Callable[..., Answer]
    arguments: Mapping[str, Any]
    sql: str
    counted: str | None
    same_rows: bool = True
    by_period: bool = True

    @property
    def title(self) -> str:
        """As it is printed."""
        kind = self.arguments.get("kind")
        return f"{self.question.__name__}({kind})" if kind else self.question.__name__


def cases(found: Mapping[str, Any]) -> list[Case]:
    """All questions, for what `busiest` has found."""
    site, user, task, request = ({name: found[name]} for name in ("site", "user", "task", "request"))
    error = {name: found[name] for name in ("component", "code")}
    component = found["component"]
    with_error = f"{sql.CODES[component]} = %(code)s"
    made = [
        Case(questions.errors_by_hour, {}, sql.errors(CODES), "n_errors"),
        Case(questions.errors_by_code, error, sql.of_error("modificationtime::date", component), "n_errors"),
        Case(questions.errors_by_site, site, sql.errors(CODES, sql.OF_SITE), "n_errors"),
        Case(questions.errors_by_node, site, sql.errors(f"{sql.NODE}, {CODES}", sql.OF_SITE), "n_errors"),
        Case(questions.errors_by_user, user, sql.errors(CODES, sql.OF_USER), "n_errors"),
        Case(questions.errors_by_task, task, sql.errors(CODES, sql.OF_TASK), "n_errors"),
        Case(questions.errors_by_request, request, sql.errors(CODES, sql.OF_REQUEST), "n_errors"),
        Case(questions.sites_by_error, error, sql.of_error("computingsite", component), "n_errors"),
        Case(questions.users_by_error, error, sql.of_error("produsername", component), "n_errors"),
        Case(questions.tasks_by_error, error, sql.of_error(sql.TASK, component), "n_errors"),
        Case(questions.messages_by_error, error, sql.of_error(sql.DIAGS[component], component), "n_errors", False),
        Case(
            questions.messages_by_site,
            site | error,
            sql.of_error(sql.DIAGS[component], component, sql.OF_SITE),
            "n_errors",
            False,
        ),
        Case(
            questions.messages_by_task,
            task | error,
            sql.of_error(sql.DIAGS[component], component, sql.OF_TASK),
            "n_errors",
            False,
        ),
        Case(
            questions.message_history,
            {"group": found["group"]},
            sql.of_error("modificationtime::date", component, f"{sql.DIAGS[component]} = %(diag)s"),
            "n_errors",
        ),
        Case(questions.outcomes_by_hour, {}, sql.outcomes("jobstatus"), "jobs"),
        Case(questions.outcomes_by_site, site, sql.outcomes("jobstatus", sql.OF_SITE), "jobs"),
        Case(questions.outcomes_by_node, site, sql.outcomes(f"{sql.NODE}, jobstatus", sql.OF_SITE), "jobs"),
        Case(questions.tasks_by_user, user, sql.outcomes(f"{sql.TASK}, jobstatus", sql.OF_USER), "jobs"),
        Case(questions.outcomes_by_user, user, sql.outcomes("jobstatus", sql.OF_USER), "jobs"),
        Case(questions.outcomes_by_task, task, sql.outcomes("jobstatus", sql.OF_TASK), "jobs"),
        Case(questions.outcomes_by_request, request, sql.outcomes("jobstatus", sql.OF_REQUEST), "jobs"),
        Case(questions.labels_by_hour, {}, sql.labels(), "jobs", False),
        Case(questions.labels_by_site, site, sql.labels(sql.OF_SITE), "jobs", False),
        *(
            Case(questions.entities, {"kind": kind}, sql.names(column), "jobs")
            for kind, column in {"site": "computingsite", "user": "produsername", "task": sql.TASK}.items()
        ),
        Case(questions.jobs_by_error, error, sql.newest("jobstatus = 'failed'", with_error), None),
        Case(questions.jobs_by_site, site, sql.newest(sql.OF_SITE), None),
        Case(questions.jobs_by_user, user, sql.newest(sql.OF_USER), None),
        Case(questions.jobs_by_task, task, sql.newest(sql.OF_TASK), None),
        Case(questions.jobs_by_request, request, sql.newest(sql.OF_REQUEST), None),
    ]
    record = f"SELECT * FROM {sql.JOBS} WHERE pandaid = %(pandaid)s"
    return [*made, Case(questions.job, {"pandaid": found["pandaid"]}, record, None, by_period=False)]


def of_a_year(found: Mapping[str, Any]) -> list[Case]:
    """Charts of years, a value a day."""
    every = {case.question: case for case in cases(found)}
    outcomes = every[questions.outcomes_by_site]
    by_day = sql.outcomes("modificationtime::date, jobstatus", sql.OF_SITE)
    chart = replace(outcomes, arguments={**outcomes.arguments, "by": ("day", "jobstatus")}, sql=by_day)
    return [chart, every[questions.errors_by_code]]
