"""Every e-mail that the product sends: one line for each, and how it comes to be sent."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.apps import apps

from accounts.actions import lift_sanction
from accounts.models import Sanction
from certificates.delivery.claim_by_code import send_code
from comments.actions import (
    Decision,
    DecisionKind,
    Sender,
    choose_email_frequencies,
    decide,
    report_comment,
    send_complaint,
)
from comments.states import AuthorNotice, Frequency, NotificationKind
from webhooks.emails import endpoint_disabled

from .world import ADDRESS, NEWSROOM, World

SanctionKind = Sanction.Kind
_ACCOUNT = Path(apps.get_app_config("accounts").path) / "templates/accounts/emails"
_EXPLAINED = "Спор о статье уместен, а слова о людях — нет."


@dataclass(frozen=True, slots=True)
class Case:
    """`template`: what it is rendered from, without the ending. `to`: where the act sends several
    e-mails, whose this one is."""

    name: str
    template: str
    send: Callable[[World], object]
    to: str = ""


def _account_case(name: str) -> Case:
    return Case(
        f"account-{name}", f"accounts/emails/{name}", lambda world: world.account_email(name)
    )


def _reply(world: World) -> None:
    first = world.say("Кто был на защите?")
    world.forget()
    world.say("Я была: спрашивали **о бюджете** и о сроках.", by=world.other, to=first)


def _mention(world: World) -> None:
    world.say("Кто был на защите?")
    world.forget()
    world.say("@Анна К. была и всё записала", by=world.other)


def _decision(world: World) -> None:
    choose_email_frequencies(
        person=world.reader, chosen={NotificationKind.DECISION: Frequency.AT_ONCE}
    )
    world.removed(author_notice=AuthorNotice.RULE)


def _stated(world: World) -> None:
    world.under_the_dsa()
    world.removed(explanation=_EXPLAINED)


def _hidden_by_reports(world: World) -> None:
    world.under_the_dsa()
    comment = world.say()
    world.forget()
    report_comment(comment=comment, reporter=world.other, rule_code="insults")


def _declined_under_the_dsa(world: World) -> None:
    world.under_the_dsa()
    world.appeal(grant=False, answer="Это сказано о людях, а не о статье.")


def _sanction_under_the_dsa(world: World) -> None:
    world.under_the_dsa()
    world.impose_sanction(SanctionKind.SUSPENSION, message="Третье предупреждение за месяц.")


def _complaint(world: World) -> None:
    reader = world.reader
    sender = Sender(reader, reader.display_name, reader.email, "192.0.2.1")
    said = "В статье ошибка: кластеров не 142, а 141.\n\nИсточник — сайт министерства."
    send_complaint(site=world.site, text=said, sender=sender, thread=world.thread)


def _strangers_complaint(world: World) -> None:
    sender = Sender(None, "П. С.", "who@example.org", "192.0.2.1")
    send_complaint(site=world.site, text="Заголовок не о том, что в статье.", sender=sender)


def _sanction_lifted(world: World, kind: Sanction.Kind, *, also_banned: bool = False) -> None:
    world.impose_sanction(kind, days=None if kind == SanctionKind.WARNING else 3)
    if also_banned:
        world.impose_sanction(SanctionKind.BAN, days=None)
    world.forget()
    lift_sanction(sanction=Sanction.objects.order_by("id")[0], actor=world.editor)


def _passed_on(world: World) -> None:
    comment = world.say("Корреспондент перепутал техникум с колледжем")
    world.forget()
    decide(
        comment=comment,
        decision=Decision(
            DecisionKind.FORWARD, note="Проверьте, пожалуйста", author_notice=AuthorNotice.RULE
        ),
        editor=world.editor,
    )


def _own_words(world: World) -> None:
    world.with_own_words()
    world.removed(explanation=_EXPLAINED)


def _claim_code(world: World) -> None:
    certificate = world.certificate()
    send_code(site=world.site, email=certificate.email, language=world.language)


def _nothing_to_claim(world: World) -> None:
    send_code(site=world.site, email="nobody@example.org", language=world.language)


EMAILS = [
    *map(_account_case, sorted(path.stem for path in _ACCOUNT.glob("[!_]*.html"))),
    Case("reply", "comments/emails/notifications", _reply),
    Case("mention", "comments/emails/notifications", _mention),
    Case("notification-of-decision", "comments/emails/notifications", _decision),
    Case("digest", "comments/emails/notifications", lambda world: world.digest()),
    Case("removed", "comments/emails/decision", lambda world: world.removed()),
    Case("removed-in-own-words", "comments/emails/decision", _own_words),
    Case("removed-dsa", "comments/emails/decision", _stated),
    Case("hidden-by-reports-dsa", "comments/emails/decision", _hidden_by_reports),
    Case(
        "appeal-granted",
        "comments/emails/appeal",
        lambda world: world.appeal(grant=True, answer="Вы правы: это спор, а не брань."),
    ),
    Case(
        "appeal-declined",
        "comments/emails/appeal",
        lambda world: world.appeal(grant=False, answer="Это сказано о людях, а не о статье."),
    ),
    Case("appeal-declined-dsa", "comments/emails/appeal", _declined_under_the_dsa),
    Case(
        "warning",
        "comments/emails/sanction",
        lambda world: world.impose_sanction(
            SanctionKind.WARNING, message="Пока без ограничений.", days=None
        ),
    ),
    Case(
        "premoderation",
        "comments/emails/sanction",
        lambda world: world.impose_sanction(SanctionKind.PREMODERATION),
    ),
    Case(
        "mute", "comments/emails/sanction", lambda world: world.impose_sanction(SanctionKind.MUTE)
    ),
    Case("suspension-dsa", "comments/emails/sanction", _sanction_under_the_dsa),
    Case(
        "ban",
        "comments/emails/sanction",
        lambda world: world.impose_sanction(SanctionKind.BAN, days=None),
    ),
    *(
        Case(
            f"{kind}-lifted",
            "comments/emails/sanction_lifted",
            partial(_sanction_lifted, kind=kind),
        )
        for kind in SanctionKind
    ),
    Case(
        "one-sanction-of-two-lifted",
        "comments/emails/sanction_lifted",
        partial(_sanction_lifted, kind=SanctionKind.MUTE, also_banned=True),
    ),
    Case("complaint", "comments/emails/complaint", _complaint, to=NEWSROOM),
    Case(
        "complaint-of-a-stranger",
        "comments/emails/complaint",
        _strangers_complaint,
        to=NEWSROOM,
    ),
    Case("complaint-received", "comments/emails/complaint_received", _complaint, to=ADDRESS),
    Case(
        "complaint-of-a-stranger-received",
        "comments/emails/complaint_received",
        _strangers_complaint,
        to="who@example.org",
    ),
    Case("complaint-passed-on", "comments/emails/complaint", _passed_on, to=NEWSROOM),
    Case(
        "webhook-failing",
        "webhooks/emails/endpoint_disabled",
        lambda world: endpoint_disabled(world.endpoint(), gone=False),
    ),
    Case(
        "webhook-gone",
        "webhooks/emails/endpoint_disabled",
        lambda world: endpoint_disabled(world.endpoint(), gone=True),
    ),
    Case("certificate", "certificates/emails/document", lambda world: world.applied()),
    Case(
        "certificate-corrected",
        "certificates/emails/document",
        lambda world: world.correct(world.certificate()),
    ),
    Case(
        "application-received",
        "certificates/emails/receipt",
        lambda world: world.applied(by_hand=True),
    ),
    Case(
        "application-returned",
        "certificates/emails/decision",
        lambda world: world.decide("return", "Проверьте название: в адресе статьи оно другое."),
    ),
    Case(
        "application-rejected",
        "certificates/emails/decision",
        lambda world: world.decide("reject", "Такой публикации в издании не было."),
    ),
    Case(
        "certificate-revoked",
        "certificates/emails/revocation",
        lambda world: world.revoke("Материал снят с публикации."),
    ),
    Case("claim-code", "certificates/emails/claim_code", _claim_code),
    Case("nothing-to-claim", "certificates/emails/nothing_to_claim", _nothing_to_claim),
]
