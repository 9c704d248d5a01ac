"""The figures that tables share, with units. All are whole numbers, so that what is read back is exactly equal.

Losses by code overlap: a job with three codes adds its whole loss to each of the three. Never sum them over codes to
get the loss of jobs; the outcomes tables have that, and the labels tables have it by label (`..._of_jobs`).
"""

from __future__ import annotations

from data_models.error_dictionary import VERSION
from data_models.query_table import Figure, Fold

ERROR_FIGURES = (
    Figure("n_errors", "n_errors", Fold.SUM, "errors", "errors; for one code also the failed jobs that have it", True),
    Figure(
        "walltime_loss",
        "walltime",
        Fold.SUM,
        "core-seconds",
        "wall time x cores of those jobs; overlaps by code",
        False,
    ),
    Figure("cpu_loss", "cputime", Fold.SUM, "CPU seconds", "CPU time of those jobs; overlaps by code", False),
    Figure("hs06_loss", "hs06sec", Fold.SUM, "HS06 seconds", "HS06SEC of those jobs; overlaps by code", False),
    Figure("co2_loss", "co2", Fold.SUM, "0.01 g", "CO2 (GCO2_GLOBAL) of those jobs; overlaps by code", False),
    Figure("samples", "pandaid", Fold.SAMPLES, "PANDAID", "up to three newest jobs with the error", False),
)

OUTCOME_FIGURES = (
    Figure("jobs", "jobs", Fold.SUM, "jobs", "completed jobs in this state", True),
    Figure("failed_with_code", "failed_with_code", Fold.SUM, "jobs", "failed jobs with a positive error code", True),
    Figure("failed_without_code", "failed_without_code", Fold.SUM, "jobs", "failed jobs without any code", True),
    Figure("walltime", "walltime", Fold.SUM, "core-seconds", "wall time x cores", True),
    Figure("cputime", "cputime", Fold.SUM, "CPU seconds", "CPUCONSUMPTIONTIME", True),
    Figure("cores", "cores", Fold.SUM, "cores", "cores of the jobs, summed", True),
    Figure("hs06sec", "hs06sec", Fold.SUM, "HS06 seconds", "HS06SEC, 0 where it is not known", True),
    Figure("co2", "co2", Fold.SUM, "0.01 g", "CO2 by the global intensity (GCO2_GLOBAL)", True),
    Figure(
        "walltime_flagged",
        "walltime_flagged",
        Fold.SUM,
        "jobs",
        "jobs with a negative wall time or one over 30 days",
        True,
    ),
)

# Each failed job has one label, so these add up over labels to the failed jobs with a code.
LABEL_FIGURES = (
    Figure("jobs", "jobs", Fold.SUM, "jobs", "failed jobs with this label", True),
    Figure("category", "category", Fold.SAME, "", "number of the label's category in the dictionary", False, "bigint"),
    Figure("dictionary", f"'{VERSION}'", Fold.SAME, "", "version of the dictionary that gave the category", False),
    Figure("walltime_loss_of_jobs", "walltime", Fold.SUM, "core-seconds", "wall time x cores of those jobs", True),
    Figure("cpu_loss_of_jobs", "cputime", Fold.SUM, "CPU seconds", "CPU time of those jobs", True),
    Figure("hs06_loss_of_jobs", "hs06sec", Fold.SUM, "HS06 seconds", "HS06SEC of those jobs", True),
    Figure("co2_loss_of_jobs", "co2", Fold.SUM, "0.01 g", "CO2 (GCO2_GLOBAL) of those jobs", True),
)

MESSAGE_FIGURES = (
    *ERROR_FIGURES,
    Figure("template", "template", Fold.SAME, "", "what all messages of the group say", False),
    Figure("sample", "message", Fold.LATEST, "", "the message of the newest job, as it stands", False),
)

HISTORY_FIGURES = (
    *MESSAGE_FIGURES,
    Figure("component", "component", Fold.SAME, "", "component that set the code", False),
    Figure("code", "code", Fold.SAME, "", "its error code", False, "bigint"),
)

ENTITY_FIGURES = (
    Figure("jobs", "jobs", Fold.SUM, "jobs", "completed jobs of the entity", True),
    Figure("failed", "failed_with_code + failed_without_code", Fold.SUM, "jobs", "failed ones among them", True),
)

LISTED_JOBS = Figure("jobs", "listed", Fold.LISTING, "", "the jobs of the page, newest first", False)
PAGE_OF_JOBS = (Figure("n_jobs", "jobs", Fold.SUM, "jobs", "jobs of the page", True), LISTED_JOBS)
PAGE_OF_ERRORS = (Figure("n_jobs", "n_errors", Fold.SUM, "jobs", "jobs of the page", True), LISTED_JOBS)
JOB_IDS = (
    Figure("n_jobs", "jobs", Fold.SUM, "jobs", "jobs of the bucket", True),
    Figure("pandaids", "pandaid", Fold.IDS, "PANDAID", "the jobs, ascending", False),
)
