"""The columns of simulated jobs, as Arrow arrays of the contract's types."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from data_models.job_record import arrow_schema, by_name
from stack.simulated.diags import LATE_CODE, error_texts, fields
from stack.simulated.draw import NEVER, Draw, all_outcomes
from stack.simulated.texts import from_list, joined, padded, text, times
from stack.simulated.world import Queues, Tasks

HS06SEC_MAX = 999_999_999
WATTS_A_CORE = 10
GRAMS_A_KWH = 475  # the world's mean
RETRIED_SHARE = 0.12
ARCHITECTURES = from_list(["x86_64-v2", "x86_64-v3", "x86_64-v4"])


def batch(day: Draw, rows: slice, queues: Queues, tasks: Tasks, rng: np.random.Generator) -> pa.RecordBatch:
    """Some jobs of a day with all columns of the job record; columns without a value are NULL."""
    part = Draw(**{name: values[rows] for name, values in vars(day).items()})
    columns = {
        **_of_task(part, tasks),
        **_of_queue(part, queues, rng),
        **_identity(part, rng),
        **_times(part),
        **_errors(part),
        **_resources(part, queues, tasks, rng),
        **_files(part, rng),
        **_retries(part, rng),
    }
    task_name = columns.pop("task name")
    columns["jobname"] = joined(task_name, ".", text(part.pandaid))
    known = {
        "pandaid": text(part.pandaid),
        "task": columns["jeditaskid"].cast(pa.string()),
        "site": columns["computingsite"],
        "user": columns["produsername"],
        "dataset": columns["destinationdblock"],
        "node": _nodes(part, queues, np.random.default_rng(int(part.pandaid[0]))),
        "batchid": _batch_numbers(part),
        "domain": queues.domains.take(pa.array(part.queue)),
        "se": queues.storages.take(pa.array(part.queue)),
        "time": times(part.modified - 45),
        "endtime": times(part.ended),
        "created": times(part.created),
    }
    columns |= error_texts(all_outcomes(), part.outcome, part.late, fields(rng, known), rng)
    length = len(part.pandaid)
    arrays = [
        _as(columns[field.name], field.type) if field.name in columns else pa.nulls(length, field.type)
        for field in arrow_schema()
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=arrow_schema())


def _of_task(part: Draw, tasks: Tasks) -> dict[str, pa.Array]:
    at = pa.array(part.task)
    return {name: values.take(at) for name, values in tasks.columns.items()}


def _of_queue(part: Draw, queues: Queues, rng: np.random.Generator) -> dict[str, pa.Array]:
    at, ran = pa.array(part.queue), part.started != NEVER
    return {
        "computingsite": queues.names.take(at),
        "cloud": queues.clouds.take(at),
        "computingelement": _where(ran, queues.elements.take(at)),
        "schedulerid": _where(ran, queues.schedulers.take(at)),
        "cpuconsumptionunit": _where(ran, queues.cpu_models.take(at)),
        "cpu_architecture_level": _where(ran, ARCHITECTURES.take(pa.array(part.queue % len(ARCHITECTURES)))),
        "modificationhost": _where(ran, _nodes(part, queues, rng)),
    }


def _nodes(part: Draw, queues: Queues, rng: np.random.Generator) -> pa.Array:
    """Slot and worker node; low numbers are the busier ones."""
    node = (queues.nodes[part.queue] * rng.random(len(part.queue)) ** 1.5).astype(np.int64)
    slot = text(rng.integers(1, 65, len(node)))
    return joined("slot1_", slot, "@node", padded(node, 4), ".", queues.domains.take(pa.array(part.queue)))


def _batch_numbers(part: Draw) -> pa.Array:
    return joined(text(part.pandaid % 9_999_991), ".", text(part.pandaid % 40))


def _identity(part: Draw, rng: np.random.Generator) -> dict[str, pa.Array]:
    length, ran = len(part.pandaid), part.started != NEVER
    number = _batch_numbers(part)
    return {
        "pandaid": pa.array(part.pandaid),
        "batchid": _where(ran, number),
        "pilotid": _where(
            ran,
            joined(
                "http://logs.example.org/job.",
                number,
                ".out|Condor|PR|3.10.",
                text(rng.integers(1, 9, length)),
                ".",
                text(part.pandaid % 30),
            ),
        ),
        "lockedby": pa.repeat("jedi", length),
        "vo": pa.repeat("atlas", length),
        "maxdiskunit": pa.repeat("MB", length),
        "minramunit": pa.repeat("MB", length),
        "ipconnectivity": pa.repeat("yes", length),
        "relocationflag": pa.array(np.zeros(length, np.int64)),
        "maxcpucount": pa.array(np.full(length, 86_400)),
        "maxwalltime": pa.array(np.full(length, 172_800)),
    }


def _times(part: Draw) -> dict[str, pa.Array]:
    return {
        "creationtime": pa.array(part.created),
        "starttime": pa.array(part.started, mask=part.started == NEVER),
        "endtime": pa.array(part.ended),
        "modificationtime": pa.array(part.modified),
        "statechangetime": pa.array(part.state_changed),
    }


def _errors(part: Draw) -> dict[str, pa.Array]:
    """State, reason, codes."""
    outcomes = all_outcomes()
    at = pa.array(part.outcome)
    # A failed job whose payload ran through has its exit code too.
    exits = [
        "0" if how.exit_code is None and state == "failed" and how.moment == "full" else how.exit_code
        for state, how in outcomes
    ]
    columns = {
        "jobstatus": from_list([state for state, _ in outcomes]).take(at),
        "jobsubstatus": from_list([how.substatus for _, how in outcomes]).take(at),
        "transexitcode": from_list(exits).take(at),
        "eventservice": pa.array(
            [1 if (how.substatus or "").startswith("es_") else None for _, how in outcomes], pa.int64()
        ).take(at),
        "commandtopilot": from_list(
            ["tobekilled" if s == "cancelled" and how.moment == "part" else None for s, how in outcomes]
        ).take(at),
    }
    for name in by_name():
        if name.endswith("errorcode"):
            codes = np.array([how.codes.get(name, 0) for _, how in outcomes])[part.outcome]
            columns[name] = pa.array(np.where(part.late, LATE_CODE, codes) if name == "superrorcode" else codes)
    return columns


def _resources(part: Draw, queues: Queues, tasks: Tasks, rng: np.random.Generator) -> dict[str, pa.Array]:
    """What the payload used; NULL, or 0 where the table takes no NULL, for jobs that did not run."""
    length, ran = len(part.pandaid), part.started != NEVER
    cores = tasks.cores[part.task]
    wall = np.where(ran, part.ended - part.started, 0)
    efficiency = rng.beta(8, 2, length)
    power = queues.core_power[part.queue]
    rated = ran & (power > 0)
    grams = wall * cores * WATTS_A_CORE / 3.6e6 * GRAMS_A_KWH
    failed_early = wall < 300
    events = np.where(ran & ~failed_early, rng.integers(1, 200, length) * 100, 0)
    rss = (cores * rng.uniform(0.8e6, 2.2e6, length)).astype(np.int64)
    seconds = [text(value) for value in rng.integers(1, 300, (5, length))]
    metrics = joined(
        "coreCount=",
        text(cores),
        " nEvents=",
        text(events),
        " dbTime=",
        seconds[0],
        ".",
        text(rng.integers(0, 100, length)),
        " dbData=",
        text(rng.integers(10**5, 10**8, length)),
        " workDirSize=",
        text(rng.integers(10**6, 10**10, length)),
        " leak=",
        text(rng.integers(-50, 900, length)),
        " chi2=0.",
        text(rng.integers(1, 1_000, length)),
    )
    with_metrics = ran & (rng.random(length) > 0.08)
    read, written = rng.integers(10**6, 9 * 10**9, (2, length))
    lasted = np.maximum(wall, 1)

    def if_ran(values: np.ndarray) -> pa.Array:
        return pa.array(values.astype(np.int64), mask=~ran)

    return {
        "cpuconsumptiontime": _decimal((wall * cores * efficiency).astype(np.int64), 20, 0),
        "actualcorecount": pa.array(cores, mask=~ran | (rng.random(length) < 0.06)),
        "meancorecount": _decimal((cores * efficiency * 100).astype(np.int64), 8, 2, ~ran),
        "hs06": pa.array((power * cores).astype(np.int64), mask=~rated),
        "hs06sec": pa.array(np.minimum(wall * power * cores, HS06SEC_MAX).astype(np.int64), mask=~rated),
        "gco2_global": _decimal((grams * 100).astype(np.int64), 10, 2, ~rated),
        "gco2_regional": _decimal((grams * 100 * queues.carbon[part.queue]).astype(np.int64), 10, 2, ~rated),
        "nevents": pa.array(events),
        "maxrss": if_ran(rss),
        "maxvmem": if_ran(rss * 1.6),
        "maxswap": if_ran(rss * 0.01),
        "maxpss": if_ran(rss * 0.9),
        "avgrss": if_ran(rss * 0.8),
        "avgvmem": if_ran(rss * 1.4),
        "avgswap": if_ran(rss * 0.005),
        "avgpss": if_ran(rss * 0.7),
        "totrchar": if_ran(read),
        "totwchar": if_ran(written),
        "totrbytes": if_ran(read * 0.6),
        "totwbytes": if_ran(written * 0.7),
        "raterchar": if_ran(read / lasted),
        "ratewchar": if_ran(written / lasted),
        "raterbytes": if_ran(read * 0.6 / lasted),
        "ratewbytes": if_ran(written * 0.7 / lasted),
        "diskio": if_ran(read / lasted / 1_000),
        "memory_leak": if_ran(rng.integers(-50, 900, length)),
        "memory_leak_x2": _decimal(rng.integers(0, 10**6, length), 14, 3, ~ran),
        "jobmetrics": _where(with_metrics, metrics),
        "pilottiming": _where(
            ran, joined(seconds[1], "|", seconds[2], "|", text(wall), "|", seconds[3], "|", seconds[4], "|7")
        ),
    }


def _files(part: Draw, rng: np.random.Generator) -> dict[str, pa.Array]:
    length = len(part.pandaid)
    inputs = rng.integers(1, 6, length)
    return {
        "ninputfiles": pa.array(inputs),
        "ninputdatafiles": pa.array(inputs),
        "inputfilebytes": pa.array(inputs * rng.integers(10**8, 4 * 10**9, length)),
        "noutputdatafiles": pa.array(rng.integers(1, 4, length)),
        "outputfilebytes": pa.array(rng.integers(10**6, 5 * 10**9, length)),
        "transfertype": pa.array(np.where(part.pandaid % 3 == 0, "direct", None), pa.string()),
    }


def _retries(part: Draw, rng: np.random.Generator) -> dict[str, pa.Array]:
    retried = rng.random(len(part.pandaid)) < RETRIED_SHARE
    attempts = np.where(retried, rng.geometric(0.7, len(part.pandaid)), 0)
    return {
        "attemptnr": pa.array(np.minimum(attempts, 5)),
        "failedattempt": pa.array(np.minimum(attempts, 5)),
        "parentid": pa.array(part.pandaid - rng.integers(10**4, 10**6, len(part.pandaid)), mask=~retried),
    }


def _where(keep: np.ndarray, values: pa.Array) -> pa.Array:
    """The values, NULL where they are not to be kept."""
    return values.take(pa.array(np.arange(len(keep)), mask=~keep))


def _decimal(units: np.ndarray, precision: int, scale: int, mask: np.ndarray | None = None) -> pa.Array:
    """Decimals from whole numbers of their last digit."""
    words = np.stack([units.astype(np.int64), units.astype(np.int64) >> 63], axis=1)
    values = pa.Array.from_buffers(pa.decimal128(precision, scale), len(units), [None, pa.py_buffer(words.tobytes())])
    return values if mask is None else _where(~mask, values)


def _as(values: pa.Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_timestamp(kind):
        return values.cast(pa.timestamp("s")).cast(pa.timestamp("us")).cast(kind)
    return values if values.type == kind else values.cast(kind)
