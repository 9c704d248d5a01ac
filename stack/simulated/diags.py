"""The error texts of simulated jobs: what stands in the places of `{...}`, and how long the server lets them be."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stack.simulated.outcomes import Outcome
from stack.simulated.texts import Field, fill_one_of, from_list, joined, padded, scattered, text

# Where PanDA's server cuts a text; the data service's column would take 700 characters.
CUTS = {
    "piloterrordiag": 500,
    "exeerrordiag": 500,
    "superrordiag": 250,
    "ddmerrordiag": 500,
    "brokerageerrordiag": 250,
    "jobdispatchererrordiag": 250,
    "taskbuffererrordiag": 300,
}
LATE_TEXT = ("Diag from worker : LRMS error: (0) PeriodicRemove evaluated to TRUE for {batchid} on {host}",)
LATE_CODE = 4260
EXECUTABLES = from_list(["EVNTtoHITS", "HITtoRDO", "RDOtoRDOTrigger", "RAWtoALL", "AODtoDAOD", "generate", "athena"])
PATHS = from_list(["/scratch/panda", "/var/lib/condor/execute", "/tmp", "/pool/atlas", "/home/pilot", "/srv/work"])
PAYLOADS = (
    "std::bad_alloc at 0x{hex} in {exe}",
    "IncidentSvc FATAL caught signal 11, address 0x{hex}{hex2}, event {bytes}",
    "Could not open {path}/{lfn}: no such file",
    "G4Exception-{n}: track stuck, energy {n}.{digit} MeV, event {seconds} of run {port}",
    "CVMFS mount /cvmfs/atlas.example.org stale on {host} ({n} retries)",
    "database connection to {host}:{port} lost after {seconds} s",
    'bash: line {n}: {pid} Killed  athena.py "{lfn}" > log.{exe} 2>&1',
    "ImportError: no module named 'mód_{hex}' in {path}/{guid}/usr/lib/python3.11 (übersprungen)",
    "Traceback (most recent call last):\n"
    + "".join(
        f'  File "{{path}}/{{guid}}/{name}.py", line {{n}}, in {name}\n    return {name}(*args)\n' for name in "abcde"
    )
    + "RuntimeError: inconsistent geometry version at {endtime} in {dataset}",
)


def fields(rng: np.random.Generator, known: dict[str, pa.Array]) -> dict[str, Field]:
    """The fields of the templates for the rows of a batch: those that are columns of the jobs, and invented ones."""

    def whole(low: int, high: int) -> Field:
        return lambda rows: text(rng.integers(low, high, len(rows)))

    def one_of(values: pa.Array) -> Field:
        return lambda rows: values.take(pa.array(rng.integers(0, len(values), len(rows))))

    def hexadecimal(rows: np.ndarray) -> pa.Array:
        return pa.array([f"{value:08x}" for value in rng.integers(0, 1 << 32, len(rows)).tolist()], pa.string())

    def guid(rows: np.ndarray) -> pa.Array:
        halves = rng.integers(0, 1 << 63, (len(rows), 2)).tolist()
        whole_guids = (f"{a:016x}{b:016x}" for a, b in halves)
        return pa.array([f"{g[:8]}-{g[8:12]}-{g[12:16]}-{g[16:20]}-{g[20:]}" for g in whole_guids], pa.string())

    def column(values: pa.Array) -> Field:
        return lambda rows: values.take(pa.array(rows))

    made: dict[str, Field] = {
        "n": whole(10, 100),
        "digit": whole(0, 10),
        "seconds": whole(100, 40_000),
        "port": whole(1_024, 65_536),
        "pid": whole(1_000, 4_000_000),
        "kb": whole(4_000_001, 40_000_000),
        "bytes": whole(14_336_000_001, 99_000_000_000),
        "other": whole(6_000_000_000, 6_400_000_000),
        "hex": hexadecimal,
        "hex2": hexadecimal,
        "guid": guid,
        "exe": one_of(EXECUTABLES),
        "path": one_of(PATHS),
        "scratch": one_of(PATHS),
        "host": lambda rows: joined("srv", padded(rng.integers(1, 400, len(rows)), 3), ".", known["domain"].take(rows)),
        "lfn": lambda rows: joined(
            "EVNT.",
            text(rng.integers(10**7, 10**8, len(rows))),
            "._",
            padded(rng.integers(0, 10**5, len(rows)), 6),
            ".pool.root.1",
        ),
        "payload": lambda rows: fill_one_of(PAYLOADS, rows, made, rng),
        **{name: column(values) for name, values in known.items()},
    }
    return made


def error_texts(
    outcomes: list[tuple[str, Outcome]],
    outcome: np.ndarray,
    late: np.ndarray,
    made: dict[str, Field],
    rng: np.random.Generator,
) -> dict[str, pa.Array]:
    """The diag columns of a batch; `outcome` are positions in `outcomes`, `late` marks late submitter's errors."""
    pieces: dict[str, list[tuple[np.ndarray, pa.Array]]] = {name: [] for name in CUTS}
    order = np.argsort(outcome, kind="stable")
    numbers, starts = np.unique(outcome[order], return_index=True)
    for number, rows in zip(numbers.tolist(), np.split(order, starts[1:]), strict=True):
        for name, templates in outcomes[number][1].diags.items():
            pieces[name].append((rows, fill_one_of(templates, rows, made, rng)))
    rows = np.flatnonzero(late)
    pieces["superrordiag"].append((rows, fill_one_of(LATE_TEXT, rows, made, rng)))
    return {
        name: pc.utf8_slice_codeunits(scattered(len(outcome), pieces[name]), 0, longest)
        for name, longest in CUTS.items()
    }
