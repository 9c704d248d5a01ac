"""The eight components that put an error on a job, with their columns, in the order of PanDA's monitor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Component:
    """A component and the columns of the job record that hold its code and its message (transform has none)."""

    name: str
    code_column: str
    diag_column: str | None


COMPONENTS = (
    Component("brokerage", "brokerageerrorcode", "brokerageerrordiag"),
    Component("dataservice", "ddmerrorcode", "ddmerrordiag"),
    Component("executor", "exeerrorcode", "exeerrordiag"),
    Component("jobdispatcher", "jobdispatchererrorcode", "jobdispatchererrordiag"),
    Component("pilot", "piloterrorcode", "piloterrordiag"),
    Component("taskbuffer", "taskbuffererrorcode", "taskbuffererrordiag"),
    Component("transform", "transexitcode", None),
    Component("supervisor", "superrorcode", "superrordiag"),
)
NAMES = tuple(component.name for component in COMPONENTS)
CODE_COLUMNS = tuple(component.code_column for component in COMPONENTS)
