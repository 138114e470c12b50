from celery import shared_task
from django.db import InterfaceError, OperationalError

from certificates import bulk, documents, keys, letters, trials, uploads
from certificates.actions import archiving, deciding, importing, issuing, resuming

# The disk, a service, the database: what was in hand is tried again when they are back.
_AWAY = (OSError, OperationalError, InterfaceError)


@shared_task(autoretry_for=_AWAY, retry_backoff=2, retry_jitter=True, max_retries=8)
def decide_confirmed(application_id: int) -> None:
    deciding.approve_by_rule(application_id=application_id)


@shared_task(autoretry_for=_AWAY, retry_backoff=2, retry_jitter=True, max_retries=8)
def issue_approved(application_id: int) -> None:
    issuing.issue_certificate(application_id=application_id)


@shared_task(autoretry_for=_AWAY, retry_backoff=5, retry_jitter=True, max_retries=8)
def render_document(certificate_id: int) -> None:
    documents.make_documents([certificate_id])


@shared_task(autoretry_for=_AWAY, retry_backoff=5, retry_jitter=True, max_retries=8)
def render_archive_copy(certificate_id: int) -> None:
    documents.settle_files(certificate_id)


@shared_task
def ask_for_archive_copies() -> None:
    if keys.archivist() is not None:
        archiving.ask_for_archive_copies()


@shared_task(autoretry_for=_AWAY, retry_backoff=5, max_retries=8)
def delete_replaced_copy(name: str) -> None:
    documents.delete_replaced_copy(name)


@shared_task(autoretry_for=_AWAY, retry_backoff=5, max_retries=8)
def delete_document(certificate_id: int) -> None:
    documents.delete_document(certificate_id)


@shared_task(autoretry_for=_AWAY, retry_backoff=5, max_retries=8)
def delete_answer_file(name: str) -> None:
    uploads.delete_unused(name)


# The first retries come soon after a failure, the last an hour later; then the sweep takes over.
@shared_task(
    autoretry_for=(*_AWAY, letters.LetterInOtherHands),
    retry_backoff=15,
    retry_backoff_max=3600,
    retry_jitter=True,
    max_retries=10,
)
def mail_document(certificate_id: int) -> None:
    letters.send_document(certificate_id)


@shared_task(autoretry_for=_AWAY, retry_backoff=2, retry_jitter=True, max_retries=3)
def render_trial(trial_id: int) -> None:
    trials.carry_out(trial_id)


@shared_task
def render_dry_run(import_id: int) -> None:
    bulk.read_import(import_id)


@shared_task(autoretry_for=_AWAY, retry_backoff=2, retry_jitter=True, max_retries=8)
def issue_portion(import_id: int) -> None:
    importing.issue_portion(import_id=import_id)


@shared_task(autoretry_for=_AWAY, retry_backoff=5, retry_jitter=True, max_retries=8)
def render_portion(import_id: int, certificate_ids: list[int]) -> None:
    bulk.make_portion(import_id, certificate_ids)


@shared_task(autoretry_for=(bulk.NotAllSealed,), retry_backoff=5, max_retries=20)
def render_archive(import_id: int) -> None:
    bulk.make_archive(import_id)


@shared_task
def resume_unfinished() -> None:
    resuming.resume_unfinished()
