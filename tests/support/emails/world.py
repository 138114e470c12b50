"""People, a discussion and a certificate for the e-mails."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from allauth.core.context import request_context
from django.conf import settings
from django.core import mail
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from accounts import emails
from accounts.actions import Subject, grant_role, record_event, register_person
from accounts.models import AccountEvent, Role, Sanction, User
from accounts.web.adapter import AccountAdapter
from certificates.models import Application, Certificate
from certificates.programmes import install_default_programmes
from comments.actions import (
    Decision,
    DecisionKind,
    choose_email_frequencies,
    decide,
    decide_appeal,
    impose_sanction_under_rule,
    install_default_rules,
    make_appeal,
    post_comment,
)
from comments.models import (
    Comment,
    CommentSettings,
    EmailSettings,
    EmailText,
    Notification,
    Thread,
)
from comments.states import AuthorNotice, Frequency, Jurisdiction, NotificationKind
from comments.tasks import mail_notifications
from core.models import Site
from tests.support.answers import ANSWERS
from tests.support.people import PASSWORD
from webhooks.actions import add_endpoint
from webhooks.models import Endpoint

ADDRESS = "anna@example.org"
NEWSROOM = "redaktor@vesti.example"
_UNTIL = datetime(2026, 12, 1, 9, tzinfo=UTC)
_FACTS = {
    "signup_url": "https://otklik.example/accounts/signup/",
    "password_reset_url": "https://otklik.example/accounts/password/reset/",
    "from_email": "old@example.org",
    "to_email": "new@example.org",
    "deleted_email": "old@example.org",
    "provider": "Яндекс",
    "ip": "192.0.2.7",
    "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "timestamp": datetime(2026, 11, 23, 9, tzinfo=UTC),
}
_CODE = "1234567890"[: settings.ALLAUTH_USER_CODE_FORMAT["length"]]
_INSULT = "Вы там все некомпетентны, и читать это невозможно. Сами-то вы школу видели?"


def _person(email: str, name: str, language: str, role: Role.Name | None = None) -> User:
    person = register_person(email=email, password=PASSWORD, display_name=name)
    # Long enough ago that their reports have weight.
    registered = timezone.now() - timedelta(days=30)
    User.objects.filter(pk=person.pk).update(language=language, date_joined=registered)
    person.refresh_from_db()
    if role:
        grant_role(user=person, site=Site.objects.get(), name=role, actor=None)
    return person


class World:
    """`reader` gets the e-mails, in their language; `deliver` lets everything happen that waits."""

    def __init__(self, site: Site, language: str, deliver: Callable[[], int]) -> None:
        self.site, self.language, self.deliver = site, language, deliver
        self.reader = _person(ADDRESS, "Анна К.", language)
        self.other = _person("boris@example.org", "Борис", language)
        self.editor = _person("vera@example.org", "Вера Р.", language, Role.Name.EDITOR)
        self.second = _person("gleb@example.org", "Глеб Р.", language, Role.Name.EDITOR)
        install_default_rules(site=site)
        CommentSettings.objects.update_or_create(
            site=site, defaults={"rates": [], "reports_to_hold": 1}
        )
        self.email_settings = EmailSettings.objects.create(site=site, appeal_days=14)
        self.thread = Thread.objects.create(
            site=site,
            key="article-1",
            title="В Калуге защитили проекты кластеров «Профессионалитета»",
            url="http://testserver/articles/professionalitet/",
        )

    def forget(self) -> None:
        """E-mails sent during the set-up."""
        self.deliver()
        mail.outbox.clear()

    def account_email(self, name: str) -> None:
        own = {
            "role_granted": lambda: emails.role_granted(self._role(), until=None),
            "role_granted_until": lambda: emails.role_granted(self._role(), until=_UNTIL),
            "role_taken": lambda: emails.role_taken(self._role()),
            "second_step_due": lambda: emails.second_factor_due(self._role(), until=_UNTIL),
            "export_ready": lambda: emails.export_ready(self.reader, until=_UNTIL),
            "erasure_requested": lambda: emails.erasure_requested(self.reader, due=_UNTIL),
            "erased": lambda: emails.erased(self.reader),
            "guessing": lambda: emails.guessing(self.reader),
            "second_factor_removed": lambda: emails.second_factor_removed(self.reader),
        }
        own.get(name, partial(self._email_of_allauth, name))()

    def _role(self) -> Role:
        # Unsaved, so that nothing is sent but the e-mail that is asked for.
        return Role(user=self.reader, site=self.site, name=Role.Name.EDITOR)

    def _email_of_allauth(self, name: str) -> None:
        has_code = name.endswith(("_code", "_confirmation", "_confirmation_signup"))
        facts = _FACTS | ({"code": _CODE} if has_code else {})
        if name == "email_changed":
            # Its link undoes the change that the account's history has last.
            record_event(user=self.reader, action=AccountEvent.Action.EMAIL_CHANGED, evidence={})
            facts |= {"user": self.reader}
        is_known = name != "unknown_account"
        # The request has another language, which must not become that of the owner's e-mail.
        foreign = "en" if self.language == "ru" else "ru"
        page = translation.override(foreign if is_known else self.language)
        with page, request_context(RequestFactory().get("/")):
            AccountAdapter().send_mail(
                f"account/email/{name}", ADDRESS if is_known else "who@example.org", facts
            )

    def under_the_dsa(self) -> None:
        self.email_settings.jurisdiction = Jurisdiction.DSA
        self.email_settings.save()

    def say(
        self, text: str = _INSULT, *, by: User | None = None, to: Comment | None = None
    ) -> Comment:
        return post_comment(
            author=by or self.reader,
            thread=self.thread,
            text=text,
            parent_id=to.pk if to else None,
        )

    def removed(
        self, author_notice: AuthorNotice = AuthorNotice.EMAIL, explanation: str = ""
    ) -> Comment:
        comment = self.say()
        self.forget()
        return decide(
            comment=comment,
            decision=Decision(
                DecisionKind.REMOVE,
                rule_code="insults",
                author_notice=author_notice,
                explanation=explanation,
            ),
            editor=self.editor,
        )

    def with_own_words(self) -> None:
        EmailText.objects.create(
            email_settings=self.email_settings,
            text_ru="Мы бережём тон разговора: спорьте с доводами, а не с людьми.",
            text_en="We keep the tone of the conversation: argue with reasons, not with people.",
        )

    def appeal(self, *, grant: bool, answer: str) -> None:
        comment = self.removed(author_notice=AuthorNotice.RULE)
        appeal = make_appeal(comment=comment, author=self.reader, text="Это оценка, а не брань.")
        self.forget()
        decide_appeal(appeal=appeal, editor=self.second, grant=grant, answer=answer)

    def impose_sanction(
        self, kind: Sanction.Kind, *, message: str = "", days: int | None = 3
    ) -> None:
        is_first = not self.reader.sanctions.exists()
        # Whom an earlier sanction silences can write no second comment.
        comment = self.say() if is_first else None
        self.forget()
        impose_sanction_under_rule(
            site=self.site,
            subject=Subject.person(self.reader),
            kind=kind,
            editor=self.editor,
            rule_code="insults",
            comment=comment,
            message=message,
            ends_at=timezone.now() + timedelta(days=days) if days else None,
        )

    def digest(self) -> None:
        choose_email_frequencies(
            person=self.reader, chosen={NotificationKind.REPLY: Frequency.DAILY}
        )
        first = self.say("Кто был на защите? Расскажите, о чём спрашивала комиссия.")
        self.forget()
        for text in ("Я была: о бюджете и о сроках.", "О сроках — **прежде всего**.", "Согласен."):
            self.say(text, by=self.other, to=first)
        self.deliver()
        Notification.objects.exclude(due_at=None).update(due_at=timezone.now())
        mail_notifications(self.reader.pk, self.site.pk)

    def endpoint(self) -> Endpoint:
        grant_role(user=self.reader, site=self.site, name=Role.Name.ADMINISTRATOR, actor=None)
        self.forget()
        return add_endpoint(
            site=self.site,
            url="https://search.vesti.example/hooks/otklik?from=comments",
            topics=["comment.published"],
            label="Поиск по сайту",
            actor=self.reader,
        )

    def as_holder(self) -> Client:
        client = Client()
        client.force_login(self.reader)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = self.language
        return client

    def as_registrar(self) -> Client:
        registrar = _person("reg@example.org", "Регистратор", self.language, Role.Name.REGISTRAR)
        client = Client()
        client.force_login(registrar)
        return client

    def applied(self, *, by_hand: bool = False) -> Application:
        install_default_programmes(site=self.site)
        if by_hand:
            self.site.programmes.update(approval="registrar")
        client = self.as_holder()
        client.post("/programmes/publication/", ANSWERS | {"email": ADDRESS})
        application = Application.objects.get(applicant=self.reader)
        self.confirm(application)
        return application

    def confirm(self, application: Application) -> None:
        client, address = self.as_holder(), f"/applications/{application.pk}/confirmation/"
        client.post(address, {"digest": client.get(address).context["digest"]})

    def certificate(self) -> Certificate:
        self.applied()
        self.forget()
        return Certificate.objects.get()

    def correct(self, certificate: Certificate) -> None:
        client = self.as_holder()
        client.post(f"/certificates/{certificate.number}/correction/")
        correction = Application.objects.get(corrects=certificate)
        client.post(f"/applications/{correction.pk}/edit/", {"surname": "Иванина"})
        self.confirm(correction)

    def decide(self, decision: str, note: str) -> None:
        application = self.applied(by_hand=True)
        self.forget()
        self.as_registrar().post(
            f"/registrar/applications/{application.pk}/decision/",
            {"decision": decision, "expected": "submitted", "note": note},
        )

    def revoke(self, reason: str) -> None:
        certificate = self.certificate()
        self.as_registrar().post(
            f"/registrar/certificates/{certificate.number}/revocation/",
            {"reason": reason, "expected": "valid"},
        )
