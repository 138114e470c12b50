from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import Permission, Person, require, require_unsanctioned
from certificates.applications import correction_size
from certificates.applications._co_authors import apply_for_co_authors
from certificates.applications._submit import Circumstances, submit
from certificates.applications.answer_files import drop_files
from certificates.applications.corrections import check_correctable, check_valid
from certificates.applications.merge_tabs import NO_TAB, EditorTab, merge
from certificates.fields import FieldKind
from certificates.form import reading
from certificates.form.answers import digest
from certificates.form.reading import Answers
from certificates.models import Application, Certificate, CertificateEvent, FormVersion, Programme
from certificates.state_changes import (
    Transition,
    change_application_status,
    lock_application,
    lock_for_editing,
    not_editable,
)
from certificates.states import ApplicationStatus
from core import idempotency
from core.bounds import Bound, bounded
from core.errors import Conflict, InvalidInput, StrOrPromise

WARNING = _(
    "The document is made from the data that you typed. Check every letter: the publication "
    "is not responsible for mistakes in data that you have confirmed."
)


class NotOpen(Conflict):
    code = "programme_not_open"
    title = _("Applications are not taken now")


class LimitReached(Conflict):
    code = "limit_reached"
    title = _("You have already applied here as often as the rules allow")


class NothingCorrected(Conflict):
    code = "nothing_corrected"
    title = _("Nothing differs from the issued certificate")


class NoSuchSlip(Conflict):
    """Each dismissed slip is a risk that a registrar looks at, so it must have been there."""

    code = "no_such_slip"
    title = _("The answer has no such slip: it may have been changed since")


class AnswersChanged(Conflict):
    """The extra member `digest` is the digest of the current answers."""

    code = "answers_changed"
    title = _("The answers have changed, perhaps in another window")


@bounded(language=Bound(10), key=Bound(4_000))
@transaction.atomic(durable=True)
def start_application(
    *, programme: Programme, applicant: User, language: str, key: str = "", ip: str = ""
) -> Application:
    """Return the person's open draft in this programme, or start one.

    Raises `UnderSanction` while a sanction forbids the person to apply.

    `key` is an idempotency key that the form or the client made up when it was opened. A repeated
    request with it returns the same application, even after that has been confirmed.
    """
    require(applicant, Permission.APPLY, programme.site)
    require_unsanctioned(applicant, Permission.APPLY, programme.site, ip)
    claim = idempotency.claim(user_id=applicant.pk, key=key, request=["apply", programme.pk])
    if claim.object_id is not None:
        return Application.objects.get(pk=claim.object_id)
    draft = Application.objects.open_draft(programme, applicant) or _begin(
        programme, applicant, language
    )
    claim.settle(draft.pk)
    return draft


def _begin(programme: Programme, applicant: User, language: str) -> Application:
    form = check_can_apply(programme, applicant)
    answers = first_answers(form, applicant)
    # Two tabs may start at once; the partial unique constraint leaves one draft, which both get.
    draft, _created = Application.objects.get_or_create(
        programme=programme,
        applicant=applicant,
        status=ApplicationStatus.DRAFT,
        corrects=None,
        lead=None,
        defaults={"form": form, "language": language, "answers": answers},
    )
    return draft


def first_answers(form: FormVersion, applicant: User) -> dict[str, str]:
    """Return the answers that a new draft begins with: the applicant's e-mail address."""
    return {field.key: applicant.email for field in form.fields if field.kind is FieldKind.EMAIL}


def check_can_apply(programme: Programme, person: Person) -> FormVersion:
    """Return the form to fill in. Raises `NotOpen`, or `LimitReached` for a signed-in person."""
    form = programme.forms.newest()
    if form is None or not programme.is_open:
        raise NotOpen(_closed_sentence(programme))
    if isinstance(person, User) and programme.limit_per_person is not None:
        submitted = programme.applications.of_applicant(person).counted_towards_limit().count()
        if submitted >= programme.limit_per_person:
            raise LimitReached
    return form


def _closed_sentence(programme: Programme) -> StrOrPromise:
    if programme.has_closed:
        return _("The programme is closed. What you have typed is kept.")
    if not programme.has_opened:
        return _("The programme is not open yet.")
    return ""


@dataclass(frozen=True, slots=True)
class Saved:
    """The application after a save; for `clashes` and `superseded` see `merge_tabs.Merge`."""

    application: Application
    clashes: Answers
    superseded: Collection[str]


@bounded(typed=Bound(20_000), expected_digest=Bound(100), dismissing=Bound(100, items=1_000))
@transaction.atomic(durable=True)
def save_answers(
    *,
    application: Application,
    typed: Mapping[str, str],
    tab: EditorTab = NO_TAB,
    expected_digest: str | None = None,
    dismissing: Iterable[tuple[str, str]] = (),
) -> Saved:
    """Write the answers in `typed` and no others, so that two open tabs do not undo each other.

    `dismissing` are pairs of a question and the code of a slip, dismissed in the new answers.
    Raises `AnswersChanged` if the stored answers do not have `expected_digest`, and `NoSuchSlip`.
    """
    locked = lock_for_editing(application)
    if expected_digest is not None:
        _check_unchanged(locked, expected_digest)
    fields = locked.form.fields
    known = reading.typed_keys(fields)
    # Unknown keys of a request are dropped, so it cannot store arbitrary data in the JSON.
    storable = {key: reading.storable(typed[key]) for key in typed if key in known}
    merged = merge(locked, fields, storable, tab)
    locked.answers = merged.answers
    locked.tab_writes = {**locked.tab_writes, **merged.writes}
    for question, slip in dismissing:
        _dismiss(locked, question, slip)
    locked.changed_at = timezone.now()
    locked.save(update_fields=["answers", "dismissed_slips", "tab_writes", "changed_at"])
    return Saved(locked, merged.clashes, merged.superseded)


@bounded(question=Bound(100), slip=Bound(100))
@transaction.atomic(durable=True)
def dismiss_slip(*, application: Application, question: str, slip: str) -> Application:
    """Record that the applicant has checked the answer. A changed answer is checked again.

    Raises `NoSuchSlip` if the answer does not have it.
    """
    locked = lock_for_editing(application)
    _dismiss(locked, question, slip)
    locked.save(update_fields=["dismissed_slips"])
    return locked


def _dismiss(application: Application, question: str, slip: str) -> None:
    dismissed = reading.with_dismissed(
        application.form.fields, application.answers, application.dismissed_slips, question, slip
    )
    if dismissed is None:
        raise NoSuchSlip
    application.dismissed_slips = list(dismissed)


@bounded(question=Bound(100), slip=Bound(100))
@transaction.atomic(durable=True)
def correct_slip(*, application: Application, question: str, slip: str) -> Application:
    """Apply the correction of a slip. Nothing changes if the slip is no longer there."""
    locked = lock_for_editing(application)
    fields = locked.form.fields
    corrected = reading.corrected(fields, locked.answers, question, slip)
    locked.answers = reading.read(fields, corrected).answers
    locked.changed_at = timezone.now()
    locked.save(update_fields=["answers", "changed_at"])
    return locked


@bounded(shown_digest=Bound(100), preview_digest=Bound(100), language=Bound(10))
@transaction.atomic(durable=True)
def confirm_application(
    *,
    application: Application,
    shown_digest: str,
    preview_digest: str,
    language: str,
    ip: str | None,
) -> Application:
    """Submit the answers that the applicant has read and vouches for. Repeating changes nothing.

    Raises `AnswersChanged` if the answers no longer have `shown_digest`, `InvalidInput` with the
    errors of every answer, and its slips that are neither corrected nor dismissed, and
    `UnderSanction` while a sanction forbids the person to apply.
    """
    locked = lock_application(application.pk)
    # A repeated request for the same answers is a success; one for other answers is a conflict.
    if not locked.is_editable:
        return _repeated(locked, shown_digest)
    if locked.applicant is not None:
        require_unsanctioned(locked.applicant, Permission.APPLY, locked.programme.site, ip or "")
    _check_unchanged(locked, shown_digest)
    if locked.corrects is not None:
        _check_correction(locked, locked.corrects)
    # An application that a registrar has returned may still be confirmed after the closing date.
    elif locked.status == ApplicationStatus.DRAFT and locked.programme.has_closed:
        raise NotOpen(_closed_sentence(locked.programme))
    _check(locked)
    circumstances = Circumstances(preview_digest, str(WARNING), language, ip)
    submit(locked, circumstances)
    # A correction concerns one certificate: the co-authors got theirs with the first application.
    if locked.corrects is None:
        apply_for_co_authors(locked, circumstances)
    return locked


def _check_unchanged(application: Application, expected_digest: str) -> None:
    current = digest(application.answers)
    if current != expected_digest:
        raise AnswersChanged(extra={"digest": current})


def _check_correction(application: Application, replaced: Certificate) -> None:
    if not correction_size.differs(replaced.application.answers, application.answers):
        raise NothingCorrected
    # A returned correction may be late: it was begun in time, and the registrar asked for more.
    check = check_correctable if application.status == ApplicationStatus.DRAFT else check_valid
    check(replaced)


def _repeated(application: Application, shown_digest: str) -> Application:
    last = application.confirmations.last()
    if last is None or last.digest != shown_digest:
        raise not_editable(application)
    return application


def _check(application: Application) -> None:
    fields = application.form.fields
    checked = reading.read(fields, application.answers, application.dismissed_slips)
    if checked.can_be_confirmed:
        return
    messages: dict[str, list[StrOrPromise]] = {}
    for key, errors in checked.errors.items():
        messages.setdefault(key, []).extend(error.message for error in errors)
    for key, slips in checked.slips.items():
        messages.setdefault(key, []).extend(slip.message for slip in slips)
    raise InvalidInput(messages)


@transaction.atomic(durable=True)
def withdraw_application(*, application: Application) -> None:
    locked = lock_application(application.pk)
    change_application_status(
        locked,
        Transition(
            ApplicationStatus.WITHDRAWN,
            action=CertificateEvent.Action.APPLICATION_WITHDRAWN,
            actor=locked.applicant,
        ),
    )
    drop_files(locked)
