from celery import shared_task
from django.db import InterfaceError, OperationalError

from certificates import recovery
from certificates.applications import review, uploads
from certificates.delivery import actions as delivery
from certificates.document_templates import render_checks
from certificates.imports import actions as imports
from certificates.imports import jobs
from certificates.issuing import actions as issuing
from certificates.issuing import archive, documents, keys

# The disk, a remote service or the database is unavailable: Celery retries later.
_UNAVAILABLE = (OSError, OperationalError, InterfaceError)


@shared_task(autoretry_for=_UNAVAILABLE, retry_backoff=2, retry_jitter=True, max_retries=8)
def decide_confirmed(application_id: int) -> None:
    review.approve_by_rule(application_id=application_id)


@shared_task(autoretry_for=_UNAVAILABLE, retry_backoff=2, retry_jitter=True, max_retries=8)
def issue_approved(application_id: int) -> None:
    issuing.issue_certificate(application_id=application_id)


@shared_task(autoretry_for=_UNAVAILABLE, retry_backoff=5, retry_jitter=True, max_retries=8)
def render_document(certificate_id: int) -> None:
    documents.make_documents([certificate_id])


@shared_task(autoretry_for=_UNAVAILABLE, retry_backoff=5, retry_jitter=True, max_retries=8)
def render_archive_copy(certificate_id: int) -> None:
    documents.finish_files(certificate_id)


@shared_task
def request_archive_copies() -> None:
    if keys.archiver() is not None:
        archive.request_archive_copies()


@shared_task(autoretry_for=_UNAVAILABLE, retry_backoff=5, max_retries=8)
def delete_replaced_archive_copy(name: str) -> None:
    documents.delete_replaced_archive_copy(name)


@shared_task(autoretry_for=_UNAVAILABLE, retry_backoff=5, max_retries=8)
def delete_document(certificate_id: int) -> None:
    documents.delete_document(certificate_id)


@shared_task(autoretry_for=_UNAVAILABLE, retry_backoff=5, max_retries=8)
def delete_answer_file(name: str) -> None:
    uploads.delete_unused(name)


@shared_task(autoretry_for=_UNAVAILABLE, retry_backoff=5, retry_jitter=True, max_retries=8)
def email_document(certificate_id: int) -> None:
    delivery.email_document(certificate_id=certificate_id)


@shared_task(autoretry_for=_UNAVAILABLE, retry_backoff=5, retry_jitter=True, max_retries=8)
def record_email_sent(certificate_id: int, email_number: int) -> None:
    delivery.record_email_sent(certificate_id=certificate_id, email_number=email_number)


@shared_task(autoretry_for=_UNAVAILABLE, retry_backoff=5, retry_jitter=True, max_retries=8)
def record_email_failure(
    certificate_id: int, email_number: int, reason: str, is_final: bool
) -> None:
    delivery.record_email_failure(
        certificate_id=certificate_id, email_number=email_number, reason=reason, is_final=is_final
    )


@shared_task(autoretry_for=_UNAVAILABLE, retry_backoff=2, retry_jitter=True, max_retries=3)
def render_template_check(check_id: int) -> None:
    render_checks.carry_out(check_id)


# Not retried: the registrar sees a failure at once and can start it again. If the database is
# unavailable, `resume_unfinished` starts it. A full table takes a minute on a small machine; the
# limits stay below the time after which a task counts as lost.
@shared_task(soft_time_limit=110, time_limit=115)
def render_dry_run(import_id: int) -> None:
    jobs.read_import(import_id)


@shared_task(autoretry_for=_UNAVAILABLE, retry_backoff=2, retry_jitter=True, max_retries=8)
def run_import_chunk(import_id: int) -> None:
    imports.run_next_chunk(import_id=import_id)


@shared_task(autoretry_for=_UNAVAILABLE, retry_backoff=5, retry_jitter=True, max_retries=8)
def render_chunk(import_id: int, certificate_ids: list[int]) -> None:
    jobs.make_chunk(import_id, certificate_ids)


# The other lane may still be sealing its last chunk when the import finishes: the retries wait.
@shared_task(autoretry_for=(jobs.NotAllSealed,), retry_backoff=5, max_retries=20)
def render_archive(import_id: int) -> None:
    jobs.make_archive(import_id)


@shared_task
def resume_unfinished() -> None:
    recovery.resume_unfinished()
