"""`python -m bench.message_groups`: message groups of simulated failures, by code, and rows a second on one core."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from data_models.cube import code_arrays
from data_models.error_components import COMPONENTS
from data_models.error_rules import FAILED
from data_models.message_groups import group_ids, messages, templates
from stack.simulate import simulate

DAY = date(2026, 7, 1)
SEED = 1


def errors(jobs: int) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Component, code and diag of each error of the failed jobs of a simulated day."""
    parts: list[tuple[pa.Array, pa.Array, pa.Array]] = []
    for batch in simulate(DAY, jobs, SEED):
        failed, codes = pc.equal(batch["jobstatus"], FAILED), code_arrays(batch)
        for component in COMPONENTS:
            code = codes[component.name]
            here = pc.fill_null(pc.and_(failed, pc.greater(code, 0)), False)
            found = code.filter(here)
            diag = batch[component.diag_column].filter(here) if component.diag_column else pa.nulls(len(found))
            parts.append((pa.repeat(component.name, len(found)), found, diag.cast(pa.string())))
    component, code, diag = (pa.concat_arrays(list(column)) for column in zip(*parts, strict=True))
    return component, code, diag


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=500_000, help="jobs of the simulated day (default: %(default)s)")
    parser.add_argument("--codes", type=int, default=12, help="print this many codes (default: %(default)s)")
    args = parser.parse_args()
    component, code, diag = errors(args.jobs)

    begin = time.process_time()
    template = templates(component, messages(component, code, diag))
    group = group_ids(component, code, template)
    seconds = time.process_time() - begin

    table = pa.table({"component": component, "code": code, "diag": diag, "template": template, "group": group})
    counts = [("diag", "count_distinct"), ("group", "count_distinct"), ("group", "count")]
    by_code = table.group_by(["component", "code"]).aggregate(counts).sort_by([("group_count_distinct", "descending")])
    groups = by_code["group_count_distinct"].to_pylist()
    rate = f"{seconds:.2f} s on one core, {len(table) / seconds:,.0f} a second"
    print(f"{len(table):,} errors of {args.jobs:,} jobs in {rate}")
    print(f"{len(set(diag.to_pylist())):,} texts, {sum(groups):,} groups under {len(groups):,} codes")
    sizes = Counter("1" if n == 1 else "2 to 9" if n < 10 else "10 or more" for n in groups)
    print("codes by their groups: " + ", ".join(f"{sizes[size]} with {size}" for size in ("1", "2 to 9", "10 or more")))
    for row in by_code.slice(0, args.codes).to_pylist():
        texts, found = row["diag_count_distinct"], row["group_count_distinct"]
        name = f"{row['component']}:{row['code']}"
        print(f"{name:20} {row['group_count']:8,} errors {texts:8,} texts {found:5,} groups")


if __name__ == "__main__":
    main()
