from collections.abc import Sequence

from celery import shared_task

from certificates import recovery
from certificates.applications import review, uploads
from certificates.delivery import actions as delivery
from certificates.document_templates import actions as template_actions
from certificates.document_templates import render_checks
from certificates.imports import actions as imports
from certificates.imports import jobs
from certificates.issuing import actions as issuing
from certificates.issuing import archive, documents, keys
from certificates.states import ImportProblem


@shared_task
def decide_confirmed(application_id: int) -> None:
    review.approve_by_rule(application_id=application_id)


@shared_task
def issue_approved(application_id: int) -> None:
    issuing.issue_certificate(application_id=application_id)


@shared_task
def render_document(certificate_id: int) -> None:
    documents.make_documents([certificate_id])


@shared_task
def render_archive_copy(certificate_id: int) -> None:
    documents.make_archive_copy(certificate_id)


@shared_task
def request_archive_copies() -> None:
    if keys.archiver() is not None:
        archive.request_archive_copies()


@shared_task
def delete_replaced_archive_copy(name: str) -> None:
    documents.delete_replaced_archive_copy(name)


@shared_task
def delete_document(certificate_id: int) -> None:
    documents.delete_document(certificate_id)


@shared_task
def delete_answer_file(name: str) -> None:
    uploads.delete_unused(name)


@shared_task
def email_document(certificate_id: int) -> None:
    delivery.email_document(certificate_id=certificate_id)


@shared_task
def record_email_sent(certificate_id: int, email_number: int) -> None:
    delivery.record_email_sent(certificate_id=certificate_id, email_number=email_number)


@shared_task
def record_email_failure(
    certificate_id: int, email_number: int, reason: str, is_final: bool
) -> None:
    delivery.record_email_failure(
        certificate_id=certificate_id, email_number=email_number, reason=reason, is_final=is_final
    )


@shared_task
def render_template_check(check_id: int) -> None:
    render_checks.carry_out(check_id)


# The registrar sees a failure at once and can start it again. A full table takes a minute on a
# small machine; the limits stay below the time after which a task counts as lost.
@shared_task(soft_time_limit=110, time_limit=115)
def render_dry_run(import_id: int) -> None:
    jobs.read_import(import_id)


@shared_task
def run_import_chunk(import_id: int) -> None:
    imports.run_next_chunk(import_id=import_id)


@shared_task
def render_chunk(import_id: int, certificate_ids: list[int]) -> None:
    jobs.make_chunk(import_id, certificate_ids)


@shared_task
def render_archive(import_id: int) -> None:
    jobs.make_archive(import_id)


@shared_task
def record_render_check_failure(check_id: int) -> None:
    template_actions.record_render_check(check_id=check_id, cases=[], total=0, is_over=True)


@shared_task
def record_import_not_read(import_id: int) -> None:
    imports.record_failure(import_id=import_id, problem=ImportProblem.UNEXPECTED)


@shared_task
def record_import_stopped(import_id: int, certificate_ids: Sequence[int] = ()) -> None:  # noqa: ARG001  # the names of the event's payload
    imports.record_stop(import_id=import_id)


@shared_task
def record_import_not_packed(import_id: int) -> None:
    imports.record_not_packed(import_id=import_id)


@shared_task
def resume_unfinished() -> None:
    recovery.resume_unfinished()
