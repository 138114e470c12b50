"""Write a confirmation: of the applicant's own application, or of a co-author's."""

from dataclasses import dataclass

from certificates import emails
from certificates.applications import risks
from certificates.form import reading
from certificates.form.answers import digest
from certificates.form.kinds import Control, is_file, spec_of
from certificates.models import Application, CertificateEvent, Confirmation
from certificates.state_changes import Transition, change_application_status
from certificates.states import ApplicationStatus
from core import outbox


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The picture and the warning that the applicant saw, and the IP address of the request."""

    preview_digest: str
    warning: str
    language: str
    ip: str | None


def submit(application: Application, circumstances: Circumstances) -> None:
    """Submit an application that is locked or new; the caller has checked its answers."""
    confirmed = digest(application.answers)
    confirmation = Confirmation.objects.create(
        application=application,
        # A copy: the application can be returned and changed, and the proof must stay.
        answers=application.answers,
        digest=confirmed,
        preview_digest=circumstances.preview_digest,
        dismissed_slips=risks.dismissed_slips(application),
        warning=circumstances.warning,
        language=circumstances.language,
        ip=circumstances.ip,
    )
    application.duplicate_key = risks.duplicate_key(application)
    application.risk_reasons = risks.of_application(application)
    application.risk = risks.weight(application.risk_reasons)
    application.save(update_fields=["duplicate_key", "risk", "risk_reasons"])
    change_application_status(
        application,
        Transition(
            ApplicationStatus.SUBMITTED,
            action=CertificateEvent.Action.APPLICATION_CONFIRMED,
            actor=application.applicant,
            evidence={"digest": confirmed},
        ),
    )
    # Where a rule approves, the e-mail with the document is the receipt; a co-author's application
    # is the applicant's own, and they get one for both.
    if application.waits_for_registrar and application.lead is None:
        emails.receipt(application, confirmation, _lines(application))
    # The approval by rule happens in a task: the confirmation does not wait for it.
    outbox.publish("application.confirmed", application_id=application.pk)


def _lines(application: Application) -> list[tuple[str, str]]:
    """Return the questions and answers in words, in the applicant's language."""
    language = application.applicant.language if application.applicant else application.language
    fields, answers = application.form.fields, application.answers
    return [
        (
            field.label_in(language),
            reading.file_name(answer) if is_file(field) else field.choice_in(answer, language),
        )
        for field in fields
        if (answer := answers.get(field.key)) and spec_of(field).control is not Control.CHECKBOX
    ]
