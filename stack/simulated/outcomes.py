"""How simulated jobs end: the states, the errors with their codes, and the texts that go with them.

Weights are judgement within what is known: a dozen codes make up nearly all failures, payload failures first. Texts
have the formats of the components; `{...}` are the fields of diags.py.
"""
# ruff: noqa: E501 (tables: an outcome a line)

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from data_models.error_dictionary import error_codes


@dataclass(frozen=True)
class Outcome:
    """One way to end. `codes` and `diags` are by column name; each job takes one of the texts of a diag column.

    `moment` says how far the job came: `never` ran, failed `early`, ran `part` of its time, ran in `full`, or went
    `silent` (lost heartbeat: its end time is hours before). `scope` says whom it sticks to: a `site` or a `task`.
    """

    weight: float
    codes: dict[str, int] = field(default_factory=dict)
    diags: dict[str, tuple[str, ...]] = field(default_factory=dict)
    moment: str = "full"
    exit_code: str | None = None
    substatus: str | None = None
    scope: str = ""


def _pilot(weight: float, code: int, *texts: str, moment: str = "part", scope: str = "") -> Outcome:
    return Outcome(weight, {"piloterrorcode": code}, {"piloterrordiag": texts}, moment, scope=scope)


def _payload(weight: float, code: int, *texts: str) -> Outcome:
    """A payload failure: three codes at once."""
    return Outcome(
        weight,
        {"piloterrorcode": 1305, "exeerrorcode": code},
        {"piloterrordiag": ("Failed to execute payload:{payload}", "Failed to execute payload"), "exeerrordiag": texts},
        "part",
        exit_code=str(code),
        scope="task",
    )


def _worker(weight: float, code: int, *texts: str) -> Outcome:
    """A worker that ended before its job: the server's 300 echoes the supervisor's code."""
    return Outcome(
        weight,
        {"superrorcode": code, "taskbuffererrorcode": 300},
        {
            "superrordiag": tuple(f"Diag from worker : {text}" for text in texts),
            "taskbuffererrordiag": tuple(f"The worker was failed while the job was running : {text}" for text in texts),
        },
        "part",
        scope="site",
    )


def _server(weight: float, column: str, code: int, *texts: str, moment: str = "silent", scope: str = "site") -> Outcome:
    return Outcome(weight, {f"{column}errorcode": code}, {f"{column}errordiag": texts}, moment, scope=scope)


FAILED = (
    _payload(15, 65, "Non-zero return code from {exe} ({n})", "Fatal error in {exe}: {payload}"),
    _payload(6, 66, "File {lfn} did not pass corruption test"),
    _payload(5, 68, 'Logfile error in log.{exe}: "{payload}"', 'Fatal error in {exe} (exit code {n}); Logfile error in log.{exe}: "{payload}"'),
    _payload(4, 1, "Unspecified error, consult log file", "Traceback (most recent call last):\n  File \"{path}/run.py\", line {n}, in <module>\nKeyError: '{hex}'"),
    _payload(3, 64, "General failure in transform substep executor {exe}"),
    _payload(2, 137, "Transform received signal 9 (SIGKILL) after {seconds} s"),
    _payload(1.5, 139, "{exe} got a SIGSEGV signal (exit code 139)"),
    _payload(1, 134, "{exe} got a SIGABRT signal (exit code 134), core in {path}/core.{pid}"),
    _payload(0.8, 15, "No events to process: {n} events requested, 0 in {lfn}"),
    _payload(0.6, 37, "Runtime error: cannot connect to {host}:{port}, retry in {n} s"),
    _pilot(9, 1099, "Failed to stage-in file:failed to transfer files using copytools=['rucio'] for {dataset}:{lfn}", "Failed to stage-in file:[\"source file {se}://{host}:{port}{path}/{lfn} : No such file or directory\"]", moment="early", scope="site"),
    _pilot(3, 1151, "File transfer timed out during stage-in:copy command timed out: TimeoutException: Timeout reached, timeout=5{n} seconds, {lfn} from {se}", moment="early", scope="site"),
    _pilot(6, 1137, "Failed to stage-out file:failed to transfer files using copytools=['rucio']", "Failed to stage-out file:Protocol https://{host}:{port}/{path}/{lfn}: Unable to resolve, status 50{digit}", moment="full", scope="site"),
    _pilot(2.5, 1152, "File transfer timed out during stage-out:{lfn} to {se} after {seconds} s", moment="full", scope="site"),
    _pilot(4, 1235, "job has exceeded the memory limit {kb} kB > 4000000 kB", moment="part", scope="task"),
    _pilot(2, 1212, "Payload ran out of memory:{payload}", moment="part", scope="task"),
    _pilot(2.5, 1150, "pilot has decided to kill looping job {pandaid} at {time}", moment="full", scope="task"),
    _pilot(1.2, 1098, "too little space left on local disk to run job: {kb} B (need > 2147483648 B)", moment="early", scope="site"),
    _pilot(1, 1104, "work directory ({scratch}/PanDA_Pilot-{pandaid}) is too large: {bytes} B (must be < 14336000000 B)", moment="part", scope="task"),
    _pilot(1, 1171, "checksum verification failed for LFN={lfn}: checksum (catalog)={hex} != checksum (local)={hex2}", moment="early", scope="site"),
    _pilot(1, 1201, "Job killed by signal: SIGTERM:Signal SIGTERM was caught in child pid={pid}", moment="part", scope="site"),
    _pilot(0.8, 1379, "Job was preempted", moment="part", scope="site"),
    _pilot(0.8, 1213, "Reached batch system time limit:{seconds} s > {seconds} s", moment="full", scope="task"),
    _pilot(0.6, 1382, "proxy is too short for pilot startup: {digit}.{n}h", moment="early", scope="site"),
    _pilot(0.6, 1361, "Remote file could not be opened:root://{host}:1094/{path}/{lfn}", moment="early", scope="site"),
    _server(11, "jobdispatcher", 100, "lost heartbeat : {endtime}"),
    _server(0.8, "jobdispatcher", 102, "Sent job didn't receive reply from pilot within 30 min", moment="never"),
    _server(0.4, "jobdispatcher", 103, "timeout in holding : last heartbeat at {endtime}"),
    _server(0.3, "jobdispatcher", 104, "transfer timeout for {dataset}", moment="full"),
    _worker(5, 4215, "LRMS error: (271) job killed: wall"),
    _worker(3, 4211, "LRMS error: (271) job killed: vmem", "LRMS error: (271) job killed: vmem {kb} kB > limit"),
    _worker(2, 8971, 'removed by SYSTEM_PERIODIC_REMOVE due to job restarted undesirably (job {batchid})'),
    _worker(1, 6884, "container terminated by k8s for reason OOMKilled. pod {guid} on {node} at {time}"),
    _worker(1, 5575, "Failed to create session directory /var/spool/arc/{hex}: Permission denied"),
    Outcome(1.5, {"superrorcode": 2}, {"superrordiag": ("worker already cancelled at {time} with Condor RemoveReason: via condor_rm (by user {user})",)}, "part", scope="site"),
    Outcome(1, {"jobdispatchererrorcode": 100, "superrorcode": 4260}, {"jobdispatchererrordiag": ("lost heartbeat : {endtime}",), "superrordiag": ("Diag from worker : LRMS error: (0) PeriodicRemove evaluated to TRUE for {batchid}",)}, "silent", scope="site"),
    _server(3.5, "ddm", 200, "expected output {lfn} is missing in pilot JSON", "Could not get GUID/LFN/MD5/FSIZE/SURL from pilot JSON", moment="full", scope="task"),
    Outcome(1, {"piloterrorcode": 1137, "ddmerrorcode": 200}, {"piloterrordiag": ("Failed to stage-out file:{lfn} checksum {hex}",), "ddmerrordiag": ("expected output {lfn} is missing in pilot JSON",)}, "full", scope="site"),
    _server(0.6, "taskbuffer", 100, "killed by {user}", "upstream job {other} failed", moment="never", scope="task"),
    _server(0.3, "brokerage", 100, "release 25.0.{n} not found at {site}", moment="never"),
    Outcome(0.4),  # failed without any code
    Outcome(0.3, {}, {}, "part", exit_code="65"),  # only the transform's
)  # fmt: skip

CLOSED = (
    Outcome(6, {"taskbuffererrorcode": 100}, {"taskbuffererrordiag": ("reassigned by JEDI",)}, "never", substatus="toreassign"),
    Outcome(2, {"taskbuffererrorcode": 102}, {"taskbuffererrordiag": ("expired in activated. status unchanged since {created}",)}, "never", substatus="toreassign"),
    Outcome(1.5, {"taskbuffererrorcode": 105}, {"taskbuffererrordiag": ("reassigned from {site} after {n} h",)}, "never", substatus="toreassign"),
    Outcome(1, {"taskbuffererrorcode": 112}, {"taskbuffererrordiag": ("closed to merge pre-merged files in PandaID={other}",)}, "full", substatus="es_merge"),
    Outcome(1, {"taskbuffererrorcode": 130}, {"taskbuffererrordiag": ("fast rebrokerage due to Nq/Nr overshoot at {site}",)}, "never", substatus="toreassign"),
    Outcome(1, {"taskbuffererrorcode": 116}, {"taskbuffererrordiag": ("unused event ranges of task {task}",)}, "never", substatus="es_noevent"),
    Outcome(0.5, {"taskbuffererrorcode": 100}, {"taskbuffererrordiag": ("task {task} is done",)}, "never", substatus="taskdone"),
)  # fmt: skip

CANCELLED = (
    Outcome(4, {"taskbuffererrorcode": 100}, {"taskbuffererrordiag": ("killed by {user}", "killed by user {user} at {time}")}, "part"),
    Outcome(3, {"taskbuffererrorcode": 100}, {"taskbuffererrordiag": ("killed by JEDI: task {task} is being aborted",)}, "never"),
    Outcome(1, {"taskbuffererrorcode": 103, "piloterrorcode": 1144}, {"taskbuffererrordiag": ("aborted: upstream {other}",), "piloterrordiag": ("This job was killed by panda server",)}, "part", substatus="pilot_killed"),
    Outcome(0.5, {"taskbuffererrorcode": 120}, {"taskbuffererrordiag": ("killed since an associated consumer PandaID={other} started the merge",)}, "part", substatus="es_discard"),
)  # fmt: skip

# Good jobs carry leftovers now and then: codes of an earlier worker, notes with code 0.
FINISHED = (
    Outcome(970, exit_code="0"),
    Outcome(12, {}, {"jobdispatchererrordiag": ("set to holding by the pilot at {time}",)}, exit_code="0"),
    Outcome(6, {"superrorcode": 4215}, {"superrordiag": ("Diag from worker : LRMS error: (271) job killed: wall",)}, exit_code="0"),
    Outcome(4, {"piloterrorcode": 1152}, {"piloterrordiag": ("File transfer timed out during stage-out:{lfn} to {se} after {seconds} s",)}, exit_code="0"),
    Outcome(4, {}, {"piloterrordiag": ("",)}, exit_code=""),
    Outcome(4, {"taskbuffererrorcode": 106}, {"taskbuffererrordiag": ("retried as {other}",)}, exit_code="0", substatus="fg_partial"),
)  # fmt: skip

# Archived before their outputs are merged; no final state.
MERGING = (Outcome(1, {"taskbuffererrorcode": 112}, {"taskbuffererrordiag": ("merge of outputs pending",)}, substatus="es_merge"),)  # fmt: skip


@cache
def by_state() -> dict[str, tuple[Outcome, ...]]:
    """The ways to end of each state; for failed jobs with the long tail of every other current pilot code."""
    common = {outcome.codes.get("piloterrorcode") for outcome in FAILED}
    rare = tuple(
        _pilot(0.03, entry.code, entry.description + ":{payload}", entry.description, scope="site")
        for entry in error_codes().values()
        if entry.component == "pilot" and entry.status == "current" and entry.code not in common
    )
    return {
        "finished": FINISHED,
        "failed": FAILED + rare,
        "cancelled": CANCELLED,
        "closed": CLOSED,
        "merging": MERGING,
    }
