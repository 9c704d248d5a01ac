"""/dictionary: every code with its words."""

from __future__ import annotations

import csv
from io import StringIO

from django.test import Client


def test_every_code_is_exported_as_csv(signed_in: Client) -> None:
    told = signed_in.get("/api/v1/dictionary").json()
    text = signed_in.get("/api/v1/dictionary?format=csv").content.decode()
    names = {str(one["category"]): one["name"] for one in told["categories"]}
    rows = list(csv.DictReader(StringIO(text)))
    assert [(row["component"], row["code"], row["description"]) for row in rows] == [
        (code["component"], str(code["code"]), code["description"]) for code in told["codes"]
    ]
    assert all(row["category_name"] == names[row["category"]] for row in rows)
