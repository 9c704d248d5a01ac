"""The simulated grid: its queues, its people and its tasks, with everything that their jobs have in common.

Queues and people are the same on every day; tasks are made per day and live for a week, so a task's jobs are spread
over several days. Shares follow a Zipf law with exponent about 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
import pyarrow as pa

WORLD_SEED = 20060101
TASK_DAYS = 7
TASKS_A_DAY = 600
FIRST_TASK = 40_000_000
TASK_EPOCH = date(2026, 1, 1)
ANALYSERS = 400

CENTRES = {
    "CA": "TRIUMF-LCG2 CA-SFU-T2 CA-VICTORIA-T2 CA-WATERLOO-T2 AUSTRALIA-T2",
    "CERN": "CERN-PROD CERN-T0 CERN-EXT CERN-TRAINING",
    "DE": "FZK-LCG2 DESY-HH DESY-ZN LRZ-T2 MPPMU-T2 GOE-GRID WUP-PROD UNI-FREIBURG PRAGUE-T2 CYFRONET-T2 CSCS-T2",
    "ES": "PIC-T1 IFAE-T2 IFIC-LCG2 UAM-LCG2 LIP-LISBON NCG-INGRID",
    "FR": "IN2P3-CC GRIF-LAL GRIF-LPNHE LAPP-T2 LPC-T2 LPSC-T2 CPPM-T2 BEIJING-T2 TOKYO-T2 NIPNE-07 NIPNE-02",
    "IT": "INFN-T1 INFN-NAPOLI INFN-FRASCATI INFN-MILANO INFN-ROMA1",
    "ND": "NDGF-T1 SIGNET-T2 ARNES-T2 UNIBE-T2 LUNARC-T2 HPC2N-T2 UIO-CLOUD",
    "NL": "NIKHEF-ELPROD SARA-MATRIX TAU-T2 TECHNION-T2 WEIZMANN-T2 ULAKBIM-T2",
    "UK": "RAL-LCG2 UK-MAN-HEP UK-GLASGOW UK-QMUL UK-LANCS-HEP UK-OX-HEP UK-RHUL UK-SHEF-HEP UK-LIV-HEP UK-EDINBURGH",
    "US": "BNL-PROD AGLT2-GRID MWT2-GRID SLAC-T2 SWT2-CPB OU-OSCER NET2-GRID NERSC-HPC TACC-HPC",
}
VARIANTS = ("", "_MCORE", "_HIMEM", "_ANALY")
CPU_MODELS = (
    "Intel(R) Xeon(R) Gold 6326 CPU @ 2.90GHz 24576 KB",
    "AMD EPYC 7452 32-Core Processor 512 KB",
    "AMD EPYC 7702 64-Core Processor 512 KB",
    "Intel(R) Xeon(R) CPU E5-2650 v4 @ 2.20GHz 30720 KB",
)
FIRST_NAMES = (
    "Ada Bruno Chiara Dmitri Elif Fatou Gustav Hana Inès José Kenji Lucía Milan Nora Olu Petra Quentin"
    " Rania Søren Tomáš"
)
LAST_NAMES = (
    "Adler Bianchi Castillo Dubois Eriksen Fischer García Horvat Ivanova Jensen Kowalska Lindqvist Müller Nakamura"
    " Okafor Petrov Quiroga Rossi Šimunić Tanaka"
)


@dataclass(frozen=True)
class Activity:
    """A kind of task: its share of the jobs, who runs it, and what its jobs look like."""

    name: str
    share: float
    user: str  # empty: one of the analysers
    label: str
    group: str
    transformation: str
    inputs: str
    outputs: str
    cores: int
    wall_minutes: float
    project: str = "mc23_13p6TeV"


# Shares and lengths are judgement within the spans that real tasks show.
ACTIVITIES = (
    Activity("simul", 0.22, "mcprod", "managed", "AP_MCGN", "Sim_tf.py", "EVNT", "HITS,log", 8, 150),
    Activity("evgen", 0.12, "mcprod", "managed", "AP_MCGN", "Gen_tf.py", "TXT", "EVNT,log", 1, 60),
    Activity("reco", 0.13, "mcprod", "managed", "AP_MCGN", "Reco_tf.py", "HITS", "AOD,log", 8, 120),
    Activity(
        "reprocess", 0.06, "dataprod", "managed", "AP_REPR", "Reco_tf.py", "RAW", "AOD,log", 8, 140, "data25_13p6TeV"
    ),
    Activity("deriv", 0.12, "groupprod", "managed", "GP_PHYS", "Derivation_tf.py", "AOD", "DAOD_PHYS,log", 8, 45),
    Activity("pmerge", 0.05, "mcprod", "managed", "AP_MCGN", "Merging_trf.py", "HITS", "HITS,log", 1, 14),
    Activity("panda-client-1.5.71-jedi-run", 0.17, "", "user", "", "runGen-00-00-02", "DAOD_PHYS", "output,log", 1, 35),
    Activity("panda-client-1.5.71-jedi-athena", 0.06, "", "user", "", "runAthena-00-00-12", "AOD", "EXT0,log", 1, 50),
    Activity("panda-client-1.5.71-jedi-build", 0.01, "", "panda", "", "buildGen-00-00-01", "", "lib.tgz", 1, 6),
    Activity("gangarobot-pft", 0.04, "gangarbt", "prod_test", "", "Sim_tf.py", "EVNT", "HITS,log", 1, 8),
    Activity("hammercloud-aft", 0.02, "gangarbt", "user", "", "runGen-00-00-02", "DAOD_PHYS", "output,log", 1, 7),
)

# The biggest tasks of a day are production, by position in ACTIVITIES.
BIGGEST = (0, 2, 4, 6, 1)


def zipf(count: int, exponent: float = 1.0) -> np.ndarray:
    """Shares of `count` ranks that fall with the rank to the power of the exponent; they sum to 1."""
    shares = np.arange(1, count + 1) ** -exponent
    return shares / shares.sum()


@dataclass(frozen=True)
class Queues:
    """The queues, largest first: parallel arrays with one entry a queue."""

    names: pa.Array
    clouds: pa.Array
    elements: pa.Array
    domains: pa.Array
    storages: pa.Array
    schedulers: pa.Array
    cpu_models: pa.Array
    nodes: np.ndarray
    core_power: np.ndarray  # HS06 a core; 0: not known
    carbon: np.ndarray  # regional grid intensity over the global one
    failure_factor: np.ndarray
    shares: np.ndarray


@cache
def queues() -> Queues:
    """A few hundred queues of some seventy centres."""
    rng = np.random.default_rng(WORLD_SEED)
    pairs = [(cloud, centre) for cloud, centres in CENTRES.items() for centre in centres.split()]
    triples = [(cloud, centre, variant) for cloud, centre in pairs for variant in VARIANTS]
    triples = [triples[number] for number in rng.permutation(len(triples))]
    count = len(triples)
    domains = [f"{centre.lower().replace('_', '-')}.example.org" for _, centre, _ in triples]
    shares = zipf(count)
    return Queues(
        names=pa.array([f"ANALY_{c}" if v == "_ANALY" else c + v for _, c, v in triples]),
        clouds=pa.array([cloud for cloud, _, _ in triples]),
        elements=pa.array([f"ce{1 + n % 4:02}.{domain}:9619/condor" for n, domain in enumerate(domains)]),
        domains=pa.array(domains),
        storages=pa.array([f"{centre}_DATADISK" for _, centre, _ in triples]),
        schedulers=pa.array([f"harvester-central_{n % 6}" for n in range(count)]),
        cpu_models=pa.array([CPU_MODELS[n] for n in rng.integers(0, len(CPU_MODELS), count)]),
        nodes=np.clip((shares * 20_000).astype(int), 20, 2_000),
        core_power=np.where(rng.random(count) < 0.05, 0.0, np.round(rng.uniform(8, 18, count), 2)),
        carbon=rng.uniform(0.1, 1.6, count),
        failure_factor=rng.lognormal(0, 0.8, count),
        shares=shares,
    )


@cache
def analysers() -> list[str]:
    """The people who run analysis, busiest first."""
    names = [f"{first} {last}" for first in FIRST_NAMES.split() for last in LAST_NAMES.split()]
    return [names[number] for number in np.random.default_rng(WORLD_SEED + 1).permutation(len(names))][:ANALYSERS]


@dataclass(frozen=True)
class Tasks:
    """The tasks that have jobs on a day: parallel arrays with one entry a task.

    `columns` holds the columns of the job tables that are the same for all jobs of a task.
    """

    columns: dict[str, pa.Array]
    shares: np.ndarray
    cores: np.ndarray
    wall_median: np.ndarray  # seconds
    wait_median: np.ndarray  # seconds
    failure_factor: np.ndarray


def tasks(day: date, seed: int) -> Tasks:
    """The tasks that were started on the day or up to six days before, the older with ever fewer jobs."""
    ages = range(TASK_DAYS)
    made = [_tasks_started(day - timedelta(days=age), seed) for age in ages]
    shares = np.concatenate([part.shares * np.exp(-age) for age, part in zip(ages, made, strict=True)])
    return Tasks(
        columns={name: pa.concat_arrays([part.columns[name] for part in made]) for name in made[0].columns},
        shares=shares / shares.sum(),
        **{
            name: np.concatenate([getattr(part, name) for part in made])
            for name in ("cores", "wall_median", "wait_median", "failure_factor")
        },
    )


def _tasks_started(day: date, seed: int) -> Tasks:
    """The tasks of one day, the same whatever later day asks for them."""
    rng = np.random.default_rng([seed, day.toordinal(), 1])
    number = np.arange(TASKS_A_DAY)
    ids = FIRST_TASK + (day - TASK_EPOCH).days * 5_000 + seed % 5 * 1_000 + number
    sizes = rng.permutation(zipf(TASKS_A_DAY, 1.15)) * rng.lognormal(0, 0.3, TASKS_A_DAY)
    kinds = rng.choice(len(ACTIVITIES), TASKS_A_DAY, p=[activity.share for activity in ACTIVITIES])
    kinds[np.argsort(-sizes)[: len(BIGGEST)]] = BIGGEST
    chosen = [ACTIVITIES[kind] for kind in kinds]
    people = rng.choice(analysers(), TASKS_A_DAY, p=zipf(ANALYSERS))
    cores = np.array([activity.cores for activity in chosen])
    return Tasks(
        columns=_task_columns(ids.tolist(), chosen, people.tolist(), rng),
        shares=sizes,
        cores=cores,
        wall_median=np.clip([60 * a.wall_minutes for a in chosen] * rng.lognormal(0, 0.5, TASKS_A_DAY), 60, 20_000),
        wait_median=np.clip(rng.lognormal(np.log(3_000), 0.8, TASKS_A_DAY), 540, 12_240),
        failure_factor=rng.lognormal(0, 0.8, TASKS_A_DAY),
    )


def _task_columns(
    ids: list[int], kinds: list[Activity], people: list[str], rng: np.random.Generator
) -> dict[str, pa.Array]:
    """The columns that all jobs of a task share."""
    users = [kind.user or person for kind, person in zip(kinds, people, strict=True)]
    production = [kind.label == "managed" for kind in kinds]
    samples = rng.integers(500_000, 900_000, len(ids)).tolist()
    tags = rng.integers(1_000, 9_999, (3, len(ids))).tolist()
    streams = [f"e{a}_s{b}_r{c}" for a, b, c in zip(*tags, strict=True)]
    projects = [kind.project for kind in kinds]
    scopes = [
        project if prod else "user." + user.lower().replace(" ", "")
        for project, prod, user in zip(projects, production, users, strict=True)
    ]
    names = [
        f"{scope}.{sample}.{kind.name.split('-')[0]}.{stream}"
        for scope, sample, kind, stream in zip(scopes, samples, kinds, streams, strict=True)
    ]
    inputs = [kind.inputs or None for kind in kinds]
    cores = [kind.cores for kind in kinds]
    requests = rng.integers(50_000, 56_000, len(ids)).tolist()
    nuclei = rng.integers(0, 40, len(ids)).tolist()
    memory = np.where(rng.random(len(ids)) < 0.1, 4_000, 2_000) * np.array(cores)
    priority = np.where(production, rng.integers(300, 950, len(ids)), 1_000).tolist()

    def for_production(values: list) -> list:
        return [value if prod else None for value, prod in zip(values, production, strict=True)]

    def for_others(values: list) -> list:
        return [None if prod else value for value, prod in zip(values, production, strict=True)]

    text, whole = pa.string(), pa.int64()
    return {
        "jeditaskid": pa.array(ids, whole),
        "taskid": pa.array(ids, whole),
        "jobdefinitionid": pa.array(
            [0 if prod else task % 100_000 for task, prod in zip(ids, production, strict=True)]
        ),
        "jobsetid": pa.array(for_others(ids), whole),
        "reqid": pa.array(for_production(requests), whole),
        "task name": pa.array(names),
        "produsername": pa.array(users),
        "produserid": pa.array([f"/DC=org/DC=example/OU=People/CN={user}" for user in users]),
        "creationhost": pa.array([f"aipanda{20 + task % 12:03}.example.org" for task in ids]),
        "workinggroup": pa.array([kind.group or None for kind in kinds], text),
        "countrygroup": pa.array(for_others([("ch", "de", "fr", "uk", "us")[task % 5] for task in ids]), text),
        "prodsourcelabel": pa.array([kind.label for kind in kinds]),
        "processingtype": pa.array([kind.name for kind in kinds]),
        "transformation": pa.array([kind.transformation for kind in kinds]),
        "homepackage": pa.array(
            [
                f"Athena/25.0.{task % 60}" if prod else "AnalysisTransforms"
                for task, prod in zip(ids, production, strict=True)
            ]
        ),
        "atlasrelease": pa.array([f"Atlas-25.0.{task % 60}" for task in ids]),
        "cmtconfig": pa.array(["x86_64-el9-gcc13-opt"] * len(ids)),
        "container_name": pa.array(
            for_others(["docker://example/analysis:25" if task % 7 == 0 else None for task in ids]), text
        ),
        "inputfiletype": pa.array(inputs, text),
        "inputfileproject": pa.array(
            [project if given else None for project, given in zip(projects, inputs, strict=True)], text
        ),
        "outputfiletype": pa.array([kind.outputs for kind in kinds]),
        "proddblock": pa.array(
            [f"{p}:{n}.{i}" if i else None for p, n, i in zip(projects, names, inputs, strict=True)], text
        ),
        "destinationdblock": pa.array(
            [
                f"{name}.{kind.outputs.split(',')[0]}_tid{task:08}_00"
                for name, kind, task in zip(names, kinds, ids, strict=True)
            ]
        ),
        "destinationse": pa.array(for_production([f"nucleus:{_nucleus(n)}" for n in nuclei]), text),
        "nucleus": pa.array(for_production([_nucleus(n) for n in nuclei]), text),
        "gshare": pa.array([_global_share(kind) for kind in kinds]),
        "job_label": pa.array([kind.label for kind in kinds]),
        "workqueue_id": pa.array([1 + task % 15 for task in ids], whole),
        "corecount": pa.array(
            [count if count > 1 or task % 3 else None for count, task in zip(cores, ids, strict=True)], whole
        ),
        "resource_type": pa.array(
            [
                ("MCORE" if c > 1 else "SCORE") + ("_HIMEM" if m > 2_000 * c else "")
                for c, m in zip(cores, memory, strict=True)
            ]
        ),
        "minramcount": pa.array(memory, whole),
        "assignedpriority": pa.array(priority, whole),
        "currentpriority": pa.array(priority, whole),
        "maxattempt": pa.array([5 if prod else 3 for prod in production], whole),
        "maxdiskcount": pa.array(rng.integers(500, 15_000, len(ids)), whole),
        "specialhandling": pa.array(["sj" if task % 11 == 0 else None for task in ids], text),
    }


def _global_share(activity: Activity) -> str:
    if activity.user == "gangarbt":
        return "Test"
    return {"": "User Analysis", "dataprod": "Data Derivations", "groupprod": "Group production"}.get(
        activity.user, "MC Default"
    )


def _nucleus(number: int) -> str:
    centres = [centre for centres in CENTRES.values() for centre in centres.split()]
    return centres[number % len(centres)]
