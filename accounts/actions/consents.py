from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language

from accounts.actions.settings import record_setting, setting_values
from accounts.default_consents import STARTING_CONSENTS
from accounts.models import ConsentRecord, ConsentText, User
from accounts.permissions import Permission, require
from core.audit import own_act_fields
from core.models import Site


@dataclass(frozen=True, slots=True)
class ConsentSource:
    """The origin of a consent: the page or action, and the IP address."""

    act: str
    ip: str | None = None


@dataclass(frozen=True, slots=True)
class ConsentStatus:
    """How a person stands to the current version of one text; `answered_at` may be of an older."""

    text: ConsentText
    is_given: bool
    answered_at: datetime | None
    is_asked: bool


@transaction.atomic(durable=True)
def answer_consents(
    *,
    user: User,
    given: Iterable[ConsentText],
    refused: Iterable[ConsentText],
    source: ConsentSource,
) -> None:
    """Write down each answer that changes how the person stands."""
    # Two forms sent at once would otherwise both read the same last answer and record it twice.
    User.objects.select_for_update().get(pk=user.pk)
    record_answers(user, given, ConsentRecord.GIVEN, source)
    record_answers(user, refused, ConsentRecord.WITHDRAWN, source)


def record_answers(
    user: User, texts: Iterable[ConsentText], action: str, source: ConsentSource
) -> None:
    """In the caller's transaction, which holds the account."""
    for text in texts:
        _record(user, text, action, source)


@transaction.atomic(durable=True)
def publish_consent_text(*, text: ConsentText, actor: User) -> None:
    """From now on it is what people are asked; it can never be changed again."""
    require(actor, Permission.ADMINISTER, text.site)
    # Conditional, because the trigger raises on a text that another administrator has just
    # published.
    before, now = setting_values(text), timezone.now()
    if ConsentText.objects.filter(pk=text.pk, published_at=None).update(published_at=now):
        text.refresh_from_db()
        record_setting(row=text, site=text.site, before=before, actor=actor)


@transaction.atomic(durable=True)
def install_default_consents(*, site: Site, actor: User | None) -> list[ConsentText]:
    """The usual texts, published for each purpose that the publication asks nothing about yet;
    repeated, it changes nothing. Without an actor it is a command or the demo."""
    if actor is not None:
        require(actor, Permission.ADMINISTER, site)
    # Two administrators may press the button at once, and each text must be published once.
    Site.objects.select_for_update().get(pk=site.pk)
    texts = default_texts(site)
    for text in texts:
        text.published_at = timezone.now()
        text.save()
        record_setting(row=text, site=site, before={}, actor=actor)
    return texts


def default_texts(site: Site) -> list[ConsentText]:
    """Those that would be published, not saved."""
    purposes = {text.purpose for text in current_texts(site)}
    publication_data = {
        "legal_name_ru": site.legal_name_ru,
        "legal_name_en": site.legal_name_en or site.legal_name_ru,
        "email": site.complaints_email,
    }
    return [
        ConsentText(
            site=site,
            purpose=text.purpose,
            version=_next_version(site, text.purpose),
            is_required=True,
            label_ru=text.label_ru,
            label_en=text.label_en,
            body_ru=text.body_ru % publication_data,
            body_en=text.body_en % publication_data,
        )
        for text in STARTING_CONSENTS
        if text.purpose not in purposes
    ]


def _next_version(site: Site, purpose: str) -> int:
    # Drafts count too: the version number is unique for a purpose whether or not it was published.
    drafts = site.consent_texts.filter(purpose=purpose)
    return (drafts.aggregate(last=Max("version"))["last"] or 0) + 1


def consent_statuses(user: User, site: Site) -> list[ConsentStatus]:
    """One of each purpose. A required text not yet given, or a newer version of one that the person
    gave, is to be asked."""
    last: dict[str, ConsentRecord] = {}
    for record in user.consents.filter(text__site=site).select_related("text").order_by("id"):
        last[record.text.purpose] = record
    return [_status(text, last.get(text.purpose)) for text in ConsentText.objects.current(site)]


def current_texts(site: Site) -> list[ConsentText]:
    """Return the consent texts that registration shows."""
    return list(ConsentText.objects.current(site))


def _status(text: ConsentText, last: ConsentRecord | None) -> ConsentStatus:
    given_once = last is not None and last.action == ConsentRecord.GIVEN
    is_given = given_once and last is not None and last.text_id == text.pk
    return ConsentStatus(
        text=text,
        is_given=is_given,
        answered_at=last.at if last else None,
        is_asked=not is_given and (text.is_required or given_once),
    )


def _record(user: User, text: ConsentText, action: str, source: ConsentSource) -> None:
    last = user.consents.filter(text__purpose=text.purpose, text__site=text.site).last()
    # An optional box that was never ticked is no withdrawal.
    if last is None and action == ConsentRecord.WITHDRAWN:
        return
    if last is not None and (last.text_id, last.action) == (text.pk, action):
        return
    ConsentRecord.objects.create(
        user=user,
        text=text,
        action=action,
        ip=source.ip,
        act=source.act,
        language=get_language() or "ru",
        **own_act_fields(user),
    )
