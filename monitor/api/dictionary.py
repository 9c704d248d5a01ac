"""/dictionary: what error codes mean, and the components and categories there are."""

from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from data_models.error_components import COMPONENTS
from data_models.error_dictionary import CATEGORIES, VERSION, error_codes
from monitor.api.answers import csv_response, unchanging
from monitor.api.parameters import Form, forbid_unknown
from monitor.api.schemas import PROBLEMS

router = Router(tags=["dictionary"])


class ComponentWords(Schema):
    """A component that sets codes; `parameter` is the column with its code, and the parameter that filters by it."""

    name: str
    parameter: str


class CategoryWords(Schema):
    """A category of errors."""

    category: int
    name: str


class CodeWords(Schema):
    """A code; `status`: current, or legacy (in old records only)."""

    component: str
    code: int
    acronym: str
    description: str
    category: int
    status: str


class Dictionary(Schema):
    """The dictionary. Codes outside it do occur; they are shown as component:code."""

    version: str = Field(description="of its text: another one where anything has changed")
    components: list[ComponentWords]
    categories: list[CategoryWords]
    codes: list[CodeWords]


@router.get("", response={200: Dictionary, **PROBLEMS}, summary="The error dictionary")
def dictionary(request: HttpRequest, query: Query[Form]) -> HttpResponse:
    """Every known error code with its words, acronym and category."""
    forbid_unknown(request, Form)
    if query.format == "csv":
        rows = [asdict(code) | {"category_name": CATEGORIES[code.category]} for code in error_codes().values()]
        return csv_response(request, (*CodeWords.model_fields, "category_name"), rows)
    told = {
        "version": VERSION,
        "components": [{"name": one.name, "parameter": one.code_column} for one in COMPONENTS],
        "categories": [{"category": number, "name": name} for number, name in CATEGORIES.items()],
        "codes": [asdict(code) for code in error_codes().values()],
    }
    return unchanging(request, told)
