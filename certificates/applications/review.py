from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, require
from certificates import emails
from certificates.applications import fit, risks
from certificates.applications.corrections import check_replaceable
from certificates.fields import FieldKind
from certificates.form import reading
from certificates.issuing import designs
from certificates.models import Application, CertificateEvent, Institution
from certificates.querysets import ApplicationQuerySet
from certificates.state_changes import Transition, change_application_status, lock_application
from certificates.states import ApplicationStatus, Risk
from core import outbox
from core.bounds import Bound, bounded
from core.errors import Conflict, InvalidInput

# Each approval tries whether the document can be typeset, which takes up to a fifth of a second.
MOST_AT_ONCE = 100


class CannotBeMade(Conflict):
    code = "does_not_fit"
    title = _(
        "The text does not fit on the document even in the least size. Return the application and"
        " ask for a shorter one, or have a template put to use that has room for it."
    )


class ApplicationDecision(StrEnum):
    APPROVE = "approve"
    RETURN = "return"
    REJECT = "reject"


_OUTCOMES = {
    ApplicationDecision.APPROVE: (
        ApplicationStatus.APPROVED,
        CertificateEvent.Action.APPLICATION_APPROVED,
    ),
    ApplicationDecision.RETURN: (
        ApplicationStatus.RETURNED,
        CertificateEvent.Action.APPLICATION_RETURNED,
    ),
    ApplicationDecision.REJECT: (
        ApplicationStatus.REJECTED,
        CertificateEvent.Action.APPLICATION_REJECTED,
    ),
}


@bounded(note=Bound(20_000), question=Bound(100))
@transaction.atomic(durable=True)
def decide_application(
    *,
    application: Application,
    actor: User,
    decision: ApplicationDecision,
    expected: ApplicationStatus,
    note: str = "",
    question: str = "",
) -> Application:
    """Approve, return or reject an application.

    `note` tells the applicant why it is rejected or what to correct, `question` in which answer.
    Raises `StaleDecision` if the application is no longer in the status that the registrar saw.
    """
    require(actor, Permission.DECIDE_APPLICATIONS, application.programme.site)
    note = _checked_note(decision, note)
    locked = lock_application(application.pk)
    if _decide(locked, decision, actor=actor, expected=expected, note=note, question=question):
        _tell_applicant(locked, decision, note, question)
        if decision is ApplicationDecision.APPROVE:
            _approve_spellings(locked)
    return locked


def _checked_note(decision: ApplicationDecision, note: str) -> str:
    if not note.strip() and decision is not ApplicationDecision.APPROVE:
        raise InvalidInput({"note": [_("Write to the applicant what is wrong")]})
    return note.strip()


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """`refused` are ids: those do not fit on the document or were decided by someone else."""

    decided: int
    refused: Sequence[int]


def decide_applications(
    *,
    applications: ApplicationQuerySet,
    actor: User,
    decision: ApplicationDecision,
    note: str = "",
) -> BulkOutcome:
    """Decide on each application in a separate transaction, so one refusal undoes no other.

    Of more than `MOST_AT_ONCE` applications, those after the first ones keep their status.
    """
    _checked_note(decision, note)
    decided, refused = 0, list[int]()
    for application in applications[:MOST_AT_ONCE]:
        try:
            decide_application(
                application=application,
                actor=actor,
                decision=decision,
                expected=ApplicationStatus.SUBMITTED,
                note=note,
            )
        except Conflict:
            refused.append(application.pk)
        else:
            decided += 1
    return BulkOutcome(decided, refused)


def _approve_spellings(application: Application) -> None:
    """Offer this spelling of the institution to others: a registrar has seen and approved it."""
    names = reading.all_of(application.form.fields, application.answers, FieldKind.INSTITUTION)
    Institution.objects.bulk_create(
        [Institution(site=application.programme.site, name=name) for name in names],
        # Another registrar may approve the same spelling at the same moment.
        ignore_conflicts=True,
    )


@transaction.atomic(durable=True)
def approve_by_rule(*, application_id: int) -> bool:
    """Approve an application that needs no registrar; return whether it was. May be repeated."""
    application = lock_application(application_id)
    # The task may run twice, or after a registrar has decided.
    if application.status != ApplicationStatus.SUBMITTED or not application.passes_by_rule:
        return False
    if _has_lost_its_place(application):
        # It goes to the registrar instead, who sees the reason in the queue.
        application.risk_reasons = [*application.risk_reasons, Risk.DOES_NOT_FIT.value]
        application.risk = risks.weight(application.risk_reasons)
        application.save(update_fields=["risk_reasons", "risk"])
        return False
    return _decide(
        application, ApplicationDecision.APPROVE, actor=None, expected=ApplicationStatus.SUBMITTED
    )


def _has_lost_its_place(application: Application) -> bool:
    """Check the fit again where the version in use is not the one shown at the confirmation."""
    programme, confirmed_at = application.programme, application.confirmed_at
    # Another version was activated, or the programme was given another template.
    changes = (designs.active_version(programme).activated_at, programme.template_chosen_at)
    if confirmed_at is None or not any(at and at >= confirmed_at for at in changes):
        return False
    return fit.unfit(application) is not None


def _decide(
    application: Application,
    decision: ApplicationDecision,
    *,
    actor: User | None,
    expected: ApplicationStatus,
    note: str = "",
    question: str = "",
) -> bool:
    status, action = _OUTCOMES[decision]
    if application.corrects_id is not None and decision is ApplicationDecision.APPROVE:
        check_replaceable(application.corrects_id)
    if actor is not None and decision is ApplicationDecision.APPROVE:
        _check_fit(application)
    changed = change_application_status(
        application,
        Transition(
            status,
            action=action,
            actor=actor,
            expected=expected,
            note=note,
            evidence={"question": question} if question else {},
        ),
    )
    if changed and decision is ApplicationDecision.APPROVE:
        outbox.publish("application.approved", application_id=application.pk)
    return changed


def _check_fit(application: Application) -> None:
    """Refuse an approval if a text does not fit.

    Only a registrar can approve such an application: without one, `applications.risks` holds it.
    """
    unfit = fit.unfit(application)
    if unfit is not None:
        raise CannotBeMade(extra={"field": unfit.field, "current": application.status})


def _tell_applicant(
    application: Application, decision: ApplicationDecision, note: str, question: str
) -> None:
    application.note, application.note_question = note, question
    application.save(update_fields=["note", "note_question"])
    if decision is not ApplicationDecision.APPROVE:
        holder = reading.holder_name(application.form.fields, application.answers)
        emails.decision(application, holder=holder)
