"""The questions that people ask of archived jobs, one function each.

    with open_archive() as archive:
        answer = questions.errors_by_site(archive, "CERN-PROD", start, end)

`start` and `end` are full hours with a time zone, half-open. An `Answer` has Arrow rows and says which hours of the
period it rests on. All raise QuestionRefused with what to ask instead. Names are given as answers show them; blanks at
their ends do not matter, and nothing, or `(unknown)`, asks for jobs without one.
"""

from data_models.questions.entities import entities
from data_models.questions.errors import (
    errors_by_code,
    errors_by_hour,
    errors_by_node,
    errors_by_request,
    errors_by_site,
    errors_by_task,
    errors_by_user,
)
from data_models.questions.job import job
from data_models.questions.job_lists import jobs_by_error, jobs_by_request, jobs_by_site, jobs_by_task, jobs_by_user
from data_models.questions.labels import labels_by_hour, labels_by_site
from data_models.questions.messages import message_history, messages_by_error, messages_by_site, messages_by_task
from data_models.questions.outcomes import (
    outcomes_by_hour,
    outcomes_by_node,
    outcomes_by_request,
    outcomes_by_site,
    outcomes_by_task,
    outcomes_by_user,
    tasks_by_user,
)
from data_models.questions.places import sites_by_error, tasks_by_error, users_by_error
from data_models.reading.archive import Archive as Archive
from data_models.reading.archive import open_archive as open_archive
from data_models.reading.refusals import QuestionRefused as QuestionRefused

QUESTIONS = (
    errors_by_hour,
    errors_by_code,
    errors_by_site,
    errors_by_node,
    errors_by_user,
    errors_by_task,
    errors_by_request,
    sites_by_error,
    users_by_error,
    tasks_by_error,
    messages_by_error,
    messages_by_site,
    messages_by_task,
    message_history,
    outcomes_by_hour,
    outcomes_by_site,
    outcomes_by_node,
    outcomes_by_user,
    tasks_by_user,
    outcomes_by_task,
    outcomes_by_request,
    labels_by_hour,
    labels_by_site,
    entities,
    job,
    jobs_by_error,
    jobs_by_site,
    jobs_by_task,
    jobs_by_user,
    jobs_by_request,
)
