"""Erase personal data from the register.

The number, the dates, the status and the digests remain, so the document can still be verified by
its file. The name remains as well if a law obliges the programme to keep it.
"""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, require
from certificates import emails
from certificates.applications.answer_files import drop_files
from certificates.audit import certificate_event, record
from certificates.models import (
    Application,
    ArchivedDocument,
    Certificate,
    CertificateEvent,
    ImportRow,
)
from certificates.querysets import CertificateQuerySet
from certificates.state_changes import Transition, change_application_status, lock_application
from certificates.states import APPLICATION_STEPS, ApplicationStatus
from core import mail, outbox
from webhooks import actions as webhooks


@transaction.atomic
def erase_applicant(*, user: User) -> None:
    """Erase all applications of an account, in the transaction that erases the account."""
    for application_id in Application.objects.of_applicant(user).values_list("pk", flat=True):
        _erase_application(lock_application(application_id), actor=user)


@transaction.atomic(durable=True)
def erase_holder(*, certificate: Certificate, actor: User) -> None:
    """Erase one certificate, at the request of a person who has no account.

    An open correction of it has the same personal data and could not be approved any more.
    """
    require(actor, Permission.DECIDE_APPLICATIONS, certificate.programme.site)
    open_corrections = Application.objects.correcting(certificate).under_way()
    for application_id in open_corrections.values_list("pk", flat=True):
        _erase_application(lock_application(application_id), actor=actor)
    _erase_application(lock_application(certificate.application_id), actor=actor)


def _erase_application(application: Application, *, actor: User) -> None:
    status = ApplicationStatus(application.status)
    if APPLICATION_STEPS.allows(status, ApplicationStatus.WITHDRAWN):
        change_application_status(
            application,
            Transition(
                ApplicationStatus.WITHDRAWN,
                action=CertificateEvent.Action.APPLICATION_WITHDRAWN,
                actor=None,
            ),
        )
    application.confirmations.update(answers={}, dismissed_slips=[], ip=None)
    # The row of the table holds the same personal data as the application.
    ImportRow.objects.filter(application=application).update(cells=[], answers={}, faults={})
    application.answers, application.dismissed_slips = {}, []
    # The key is made of the answers, and would still tell equal ones.
    application.note = application.duplicate_key = ""
    application.save(update_fields=["answers", "dismissed_slips", "note", "duplicate_key"])
    drop_files(application)
    for certificate in _certificates_of(application):
        _erase_certificate(application, certificate, actor)


def _certificates_of(application: Application) -> CertificateQuerySet:
    locked = Certificate.objects.select_for_update(of=("self",)).filter(application=application)
    return locked.select_related("programme")


def _erase_certificate(application: Application, certificate: Certificate, actor: User) -> None:
    if certificate.erased_at is not None:
        return
    # A queued e-mail would still bring the name and the document to the address.
    mail.cancel([emails.document_key(certificate)])
    certificate.erased_at = timezone.now()
    certificate.email = certificate.bounce_reason = ""
    # With a law, the register must keep the name, and the verification page says by which.
    if not certificate.programme.retention_law_ru:
        certificate.holder = ""
    certificate.document_data = {
        **certificate.document_data,
        "holder": certificate.holder,
        # Title, dates and publication stay: they say what was issued, and not to whom.
        "lines": [],
    }
    certificate.save(
        update_fields=["erased_at", "holder", "email", "bounce_reason", "document_data"]
    )
    for copy in ArchivedDocument.objects.filter(certificate=certificate):
        outbox.publish("certificate.archive_copy_replaced", name=copy.file.name)
        copy.delete()
    webhooks.forget(about=[f"certificate:{certificate.pk}"])
    # The audit log stores the name of the actor, and here that is the name to be erased.
    by = None if actor.pk == application.applicant_id else actor
    record(
        certificate_event(
            application, CertificateEvent.Action.ERASED, actor=by, certificate=certificate
        )
    )
    outbox.publish("certificate.erased", certificate_id=certificate.pk)
