"""Applications of co-authors: everyone whom the applicant names gets a certificate, too."""

from certificates.applications._submit import Circumstances, submit
from certificates.applications.answer_files import drop_files, share_files
from certificates.form import reading
from certificates.form.kinds import spec_of
from certificates.models import Application, CertificateEvent
from certificates.state_changes import Transition, change_application_status, lock_application
from certificates.states import EDITABLE, ApplicationStatus


def apply_for_co_authors(lead: Application, circumstances: Circumstances) -> None:
    """Submit an application for every co-author, and withdraw those of removed co-authors.

    A registrar's decision on a co-author's application stays, so repeating this changes nothing.
    """
    fields = lead.form.fields
    names = reading.co_authors(fields, lead.answers)
    existing: dict[str, int] = {}
    for pk, answers in lead.co_applications.values_list("pk", "answers"):
        existing[reading.holder_name(fields, answers)] = pk
    for name in names:
        if name not in existing:
            _apply_for(lead, name, circumstances)
    for name in existing.keys() - set(names):
        _withdraw(existing[name])


def _apply_for(lead: Application, name: str, circumstances: Circumstances) -> None:
    fields = lead.form.fields
    own = Application.objects.create(
        programme=lead.programme,
        form=lead.form,
        applicant=lead.applicant,
        language=lead.language,
        lead=lead,
        answers=reading.in_the_name_of(fields, lead.answers, name),
        # A slip that was dismissed in the applicant's name says nothing about a co-author's.
        dismissed_slips=[slip for slip in lead.dismissed_slips if _is_shared(lead, slip[0])],
    )
    share_files(lead, own)
    submit(own, circumstances)


def _is_shared(lead: Application, question: str) -> bool:
    return any(
        field.key == question and spec_of(field).is_shared_by_co_authors
        for field in lead.form.fields
    )


def _withdraw(application_id: int) -> None:
    application = lock_application(application_id)
    # An approved or rejected application has been decided on, and is left alone.
    if application.status in {*EDITABLE, ApplicationStatus.SUBMITTED}:
        change_application_status(
            application,
            Transition(
                ApplicationStatus.WITHDRAWN,
                action=CertificateEvent.Action.APPLICATION_WITHDRAWN,
                actor=application.applicant,
            ),
        )
        drop_files(application)
