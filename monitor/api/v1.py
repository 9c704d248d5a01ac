"""Version 1 of the interface: its operations by address."""

from __future__ import annotations

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from monitor.api import (
    account,
    actions,
    active,
    anomalies,
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


class Interface(NinjaAPI):
    """The interface, whose document also names the CSV that a question can be answered in."""

    def get_openapi_schema(self, **given: object) -> OpenAPISchema:
        """The document: of one media type a response as ninja writes it."""
        document = super().get_openapi_schema(**given)
        for operation in (operation for path in document["paths"].values() for operation in path.values()):
            if any(parameter["name"] == "format" for parameter in operation.get("parameters", ())):
                operation["responses"][200]["content"]["text/csv"] = {"schema": {"type": "string"}}
        return document


api = Interface(
    title="HMSF monitor",
    version="1",
    description="PanDA's completed jobs: verified hours from the archive, the rest from PanDA's database.",
    docs_url=None,
    urls_namespace="api-1",
    auth=READ,
)
problems.install(api)
for module in (
    errors,
    outcomes,
    labels,
    messages,
    entities,
    jobs,
    active,
    anomalies,
    dictionary,
    coverage,
    account,
    actions,
):
    api.add_router(f"/{module.__name__.rpartition('.')[2]}", module.router)
