"""The interface keeps to its OpenAPI document whatever it is sent (Schemathesis), a bounded number of requests."""

from __future__ import annotations

import pytest
import schemathesis
from anew import start_anew
from cassandra.cluster import Session
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from monitor.wsgi import application

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
)
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)


@pytest.fixture(scope="module", autouse=True)
def both_databases(archive: Session) -> None:
    """Real servers, with nothing in them that is asked for."""
    start_anew()


@schema.parametrize()
@settings(
    max_examples=10,
    phases=[Phase.explicit, Phase.generate],
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_answers_are_those_of_the_document(case: Case) -> None:
    # A made-up token is refused before anything is asked; that is tried elsewhere.
    case.headers.pop("Authorization", None)
    response = case.call()
    if response.status_code == 503:
        pytest.fail("a database that is up was not asked rightly")
    case.validate_response(response, checks=list(CHECKS))
