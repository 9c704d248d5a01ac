"""Version 1 of the interface: its operations by address."""

from __future__ import annotations

from ninja import NinjaAPI

from monitor.api import (
    account,
    actions,
    active,
    coverage,
    dictionary,
    entities,
    errors,
    jobs,
    labels,
    messages,
    outcomes,
    problems,
)
from monitor.api.access import READ

api = NinjaAPI(
    title="HMSF monitor",
    version="1",
    description="PanDA's completed jobs: verified hours from the archive, the rest from PanDA's database.",
    docs_url=None,
    urls_namespace="api-1",
    auth=READ,
)
problems.install(api)
for module in (errors, outcomes, labels, messages, entities, jobs, active, dictionary, coverage, account, actions):
    api.add_router(f"/{module.__name__.rpartition('.')[2]}", module.router)
