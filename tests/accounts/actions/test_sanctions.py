"""Sanctions: whom they reach, what they forbid, when they end."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions import (
    Agreement,
    ConsentSource,
    Subject,
    begin_registration,
    grant_role,
    impose_sanction,
    lift_sanction,
    own_data,
    register_person,
    take_over_sanctions,
)
from accounts.actions.signon import Arrival, tie_confirmed
from accounts.models import (
    ErasureRequest,
    LinkedPerson,
    Role,
    Sanction,
    SanctionEvent,
    SignOnKey,
    User,
)
from accounts.permissions import Permission, UnderSanction, active_sanctions, require_no_sanction
from accounts.tasks import lapse_sanctions
from core.errors import InvalidInput, NotPermitted
from tests.support.people import PASSWORD

SanctionKind = Sanction.Kind


@pytest.fixture
def editor(site):
    person = register_person(email="red@example.org", password=PASSWORD, display_name="Ольга")
    grant_role(user=person, site=site, name=Role.Name.EDITOR, actor=None)
    return person


@pytest.fixture
def impose(site, editor, reader):
    def act(kind=SanctionKind.BAN, subject=None, **more):
        subject = subject or Subject.person(reader)
        fields = {"site": site, "rule_label": "П. 3", "actor": editor} | more
        return impose_sanction(kind=kind, subject=subject, **fields)

    return act


def kinds(user, site, ip="", now=None):
    return [s.kind for s in active_sanctions(user, site, now or timezone.now(), ip)]


@pytest.mark.parametrize(
    ("subject", "reached"),
    [
        (Subject.domain("example.org"), True),
        (Subject.domain("org.example"), False),
        (Subject.network("192.0.2.0/24"), True),
        (Subject.network("192.0.2.77"), True),
        (Subject.network("192.0.3.0/24"), False),
        (Subject.network("2001:db8::/48"), False),
        (Subject.network("::ffff:192.0.2.77"), True),
    ],
)
def test_whom_a_sanction_reaches(impose, reader, site, subject, reached):
    impose(subject=subject)
    assert bool(kinds(reader, site, "192.0.2.77")) is reached


def test_a_sanction_on_an_address_of_ipv6_reaches_its_network(impose, reader, site):
    impose(subject=Subject.network("2001:db8:1:2::3"))
    assert kinds(reader, site, "2001:db8:1:2:ffff::1") == [SanctionKind.BAN]
    assert kinds(reader, site, "2001:db8:1:3::3") == []


def test_subdomains_belong_to_the_domain(impose, site):
    impose(subject=Subject.domain("spam.example"))
    person = register_person(email="a@mx.spam.example", password=PASSWORD, display_name="Спам")
    assert kinds(person, site) == [SanctionKind.BAN]


def test_any_confirmed_address_belongs_to_a_domain(impose, reader, site):
    impose(subject=Subject.domain("spam.example"))
    for name, verified in (("a@spam.example", False), ("b@elsewhere-spam.example", True)):
        EmailAddress.objects.create(user=reader, email=name, verified=verified)
    assert kinds(reader, site) == []
    EmailAddress.objects.create(user=reader, email="c@MX.spam.example", verified=True)
    assert kinds(reader, site) == [SanctionKind.BAN]


def test_the_strictest_comes_first_in_one_query(impose, reader, site, django_assert_num_queries):
    until = timezone.now() + timedelta(days=1)
    impose(SanctionKind.WARNING)
    impose(SanctionKind.MUTE, ends_at=until)
    impose(SanctionKind.PREMODERATION, Subject.domain("example.org"))
    with django_assert_num_queries(1):
        assert kinds(reader, site, "::1") == [
            SanctionKind.MUTE,
            SanctionKind.PREMODERATION,
            SanctionKind.WARNING,
        ]


def test_another_publication_is_not_concerned(impose, reader, site):
    impose()
    site.pk, site.slug = None, "drugoe"
    site.save()
    assert kinds(reader, site) == []


@pytest.mark.parametrize(
    "domain", ["mail.ru", "GMAIL.com", "x@yandex.ru", "internet.ru", "my.bk.ru"]
)
def test_a_public_provider_is_never_a_subject(domain):
    with pytest.raises(InvalidInput) as refused:
        Subject.domain(domain)
    assert list(refused.value.fields) == ["email_domain"]


@pytest.mark.parametrize("network", ["0.0.0.0/0", "10.0.0.0/8", "2001::/16", "everyone", ""])
def test_a_range_is_a_range_and_not_the_world(network):
    with pytest.raises(InvalidInput):
        Subject.network(network)


def test_it_ends_by_itself_at_its_hour(impose, reader, site):
    ends = timezone.now() + timedelta(hours=1)
    sanction = impose(SanctionKind.SUSPENSION, ends_at=ends)
    assert kinds(reader, site, now=ends - timedelta(seconds=1)) == [SanctionKind.SUSPENSION]
    assert kinds(reader, site, now=ends) == []
    Sanction.objects.update(ends_at=timezone.now())
    lapse_sanctions()
    lapse_sanctions()
    actions = sanction.events.values_list("action", flat=True)
    assert list(actions) == ["suspension.imposed", "suspension.lapsed"]


def test_an_editor_lifts_it_once(impose, editor, reader, site):
    sanction = impose()
    lift_sanction(sanction=sanction, actor=editor, note="ошибка")
    lift_sanction(sanction=sanction, actor=editor)
    assert kinds(reader, site) == []
    event = SanctionEvent.objects.get(action="ban.lifted")
    assert (event.actor, event.note, event.to_status) == (editor, "ошибка", "lifted")


def test_a_sanction_forbids_and_explains(impose, reader, site):
    ends = datetime(2100, 5, 9, 9, 30, tzinfo=UTC)  # half past twelve in Moscow
    impose(SanctionKind.MUTE, message="Отдохните день.", note="третий раз за неделю", ends_at=ends)
    active = active_sanctions(reader, site, timezone.now())
    require_no_sanction(Permission.APPLY, active)
    with pytest.raises(UnderSanction) as refused:
        require_no_sanction(Permission.COMMENT, active)
    assert refused.value.detail == (
        "По решению редакции до 9 мая 2100 г. 12:30 (мск) вам это недоступно. Отдохните день."
    )
    assert refused.value.extra == {"kind": "mute", "until": "2100-05-09T09:30:00+00:00"}


def sent_emails(deliver):
    deliver()
    return [(message.to, message.subject) for message in mail.outbox]


def test_the_person_is_emailed_the_message_of_the_editors(impose, editor, reader, deliver):
    ends = datetime(2100, 5, 9, 9, 30, tzinfo=UTC)
    sanction = impose(SanctionKind.MUTE, message="Отдохните день.", note="третий раз", ends_at=ends)
    deliver()
    lift_sanction(sanction=sanction, actor=editor)
    assert sent_emails(deliver) == [
        ([reader.email], "Вам временно нельзя комментировать"),
        ([reader.email], "Вы снова можете комментировать"),
    ]
    text = mail.outbox[0].body
    assert "До 9 мая 2100 г. 12:30 (мск) вы не можете здесь комментировать." in text
    assert "Отдохните день." in text
    assert "третий раз" not in text


def test_a_warning_is_written_in_the_language_of_the_person(impose, reader, deliver):
    reader.language = "en"
    reader.save(update_fields=["language"])
    impose(SanctionKind.WARNING, message="Please be polite.")
    assert sent_emails(deliver) == [([reader.email], "The editors warn you")]


def test_nobody_is_emailed_without_a_message_or_a_person(impose, editor, deliver):
    lift_sanction(sanction=impose(), actor=editor)
    impose(subject=Subject.domain("spam.example"), message="Ваш домен закрыт.")
    assert sent_emails(deliver) == []


@pytest.mark.parametrize("kind", [SanctionKind.MUTE, SanctionKind.SUSPENSION])
def test_a_pause_needs_an_end_that_lies_ahead(impose, kind):
    for ends in (None, timezone.now() - timedelta(seconds=1)):
        with pytest.raises(InvalidInput) as refused:
            impose(kind, ends_at=ends)
        assert "ends_at" in refused.value.fields


def test_a_warning_has_no_end(impose):
    with pytest.raises(InvalidInput) as refused:
        impose(SanctionKind.WARNING, ends_at=timezone.now() + timedelta(days=1))
    assert "ends_at" in refused.value.fields


def test_readers_cannot_impose_sanctions(impose, reader, editor):
    with pytest.raises(NotPermitted):
        impose(subject=Subject.person(editor), actor=reader)
    sanction = impose()
    with pytest.raises(NotPermitted):
        lift_sanction(sanction=sanction, actor=reader)
    sanction.refresh_from_db()
    assert sanction.status == "active"


def test_only_administrators_impose_sanctions_on_staff(impose, site, editor, reader):
    grant_role(user=reader, site=site, name=Role.Name.REGISTRAR, actor=None)
    with pytest.raises(NotPermitted):
        impose()
    with pytest.raises(NotPermitted):
        impose(subject=Subject.person(editor))
    grant_role(user=editor, site=site, name=Role.Name.ADMINISTRATOR, actor=None)
    assert impose().user == reader


def test_the_database_knows_one_subject_only(impose, reader):
    sanction = impose()
    for wrong in ({"email_domain": "a.example"}, {"user": None}, {"first_ip": "192.0.2.1"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Sanction.objects.filter(pk=sanction.pk).update(**wrong)


def erase(person):
    with transaction.atomic():
        own_data._erase(person, ErasureRequest.Comments.REMOVE)


def confirm(person):
    address = EmailAddress(user=person, email=person.email, verified=True, primary=True)
    address.save()


def again(email="anna@example.org"):
    return again_as("Снова здесь", email)


def again_as(name, email):
    return register_person(email=email, password=PASSWORD, display_name=name)


def test_ban_goes_on_when_the_same_address_registers_after_an_erasure(site, impose, reader):
    impose()
    erase(reader)
    assert "anna" not in Sanction.objects.get().erased_email_digest
    person = again()
    assert kinds(person, site) == [SanctionKind.BAN]
    erase(person)
    assert kinds(again(), site) == [SanctionKind.BAN]


def begun(email, name="Начало"):
    """Return a registration that waits for its code."""
    person = User(email=email, display_name=name)
    begin_registration(user=person, agreement=Agreement(given=[], source=ConsentSource(act="test")))
    EmailAddress.objects.create(user=person, email=email, primary=True)
    return person


def give_address(person, email):
    EmailAddress.objects.filter(user=person).update(email=email)
    User.objects.filter(pk=person.pk).update(email=email)
    person.refresh_from_db()


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_registration_that_confirms_another_address_has_nothing_to_do_with_the_ban(
    site, impose, reader, is_forgotten
):
    impose()
    erase(reader)
    innocent = begun("anna@example.org")
    give_address(innocent, "other@example.org")
    if is_forgotten:
        erase(innocent)
        innocent = begun("other@example.org", "Другое имя")
    address = EmailAddress.objects.get(user=innocent)
    address.verified = True
    address.save()
    assert kinds(innocent, site) == []
    assert kinds(again(), site) == [SanctionKind.BAN]


def test_ban_is_not_left_with_another_account_of_the_same_person(site, impose, reader, editor):
    vk(reader).save()
    ban = impose(note="третий раз")
    erase(reader)
    first = again()
    give_address(first, "other@example.org")
    second = again_as("Третье имя", "anna@example.org")
    vk(second).save()
    take_over_sanctions(second)
    assert (kinds(first, site), kinds(second, site)) == ([SanctionKind.BAN], [SanctionKind.BAN])
    continued = second.sanctions.get()
    assert (continued.note, continued.imposed_by) == ("третий раз", editor)
    assert continued.events.get().evidence == {"continues": ban.pk}


def test_ban_remembers_each_address_of_a_person_who_was_erased_twice(site, impose, reader):
    impose()
    erase(reader)
    person = again()
    give_address(person, "other@example.org")
    erase(person)
    assert kinds(again(), site) == [SanctionKind.BAN]


def test_ban_follows_who_changes_to_the_former_address(site, impose, reader):
    impose()
    erase(reader)
    person = again("zoja@example.org")
    EmailAddress.objects.create(user=person, email="anna@example.org", verified=True)
    assert kinds(person, site) == [SanctionKind.BAN]


def test_ban_does_not_follow_another_address(site, impose, reader):
    impose()
    erase(reader)
    assert kinds(again("zoja@example.org"), site) == []


def vk(user, uid="id-731"):
    return SocialAccount(user=user, provider="vk", uid=uid)


def test_ban_follows_who_one_is_at_another_site(site, impose, reader):
    vk(reader).save()
    impose()
    erase(reader)
    assert "id-731" not in str(Sanction.objects.values())
    person, other = again("zoja@example.org"), again_as("Другой", "other@example.org")
    assert kinds(person, site) == []
    vk(other, "id-732").save()
    vk(person).save()
    take_over_sanctions(other)
    take_over_sanctions(person)
    assert (kinds(person, site), kinds(other, site)) == ([SanctionKind.BAN], [])


def test_ban_follows_a_registration_by_another_site(site, impose, reader):
    vk(reader).save()
    impose()
    erase(reader)
    source = ConsentSource(act="test")
    begin_registration(
        user=(person := User(email="zoja@example.org", display_name="Снова здесь")),
        agreement=Agreement(given=[], source=source),
        elsewhere=vk(None),
    )
    confirm(person)
    assert kinds(person, site) == [SanctionKind.BAN]


def test_ban_follows_whom_a_sign_on_names(site, impose, reader):
    key = SignOnKey.objects.create(site=site, label="Школа", algorithm="HS256", key="k" * 32)
    LinkedPerson.objects.create(key=key, subject="17", user=reader)
    impose()
    erase(reader)
    arrival = Arrival(
        key_id=key.pk, subject="17", email="zoja@example.org", name="Зоя", is_vouched=True
    )
    person = again("zoja@example.org")
    tie_confirmed(user=person, arrival=arrival)
    assert kinds(person, site) == [SanctionKind.BAN]


def test_nothing_is_kept_of_an_erased_person_when_the_ban_ends(site, impose, reader, editor):
    vk(reader).save()
    ban = impose()
    erase(reader)
    lift_sanction(sanction=ban, actor=editor)
    ended = Sanction.objects.get()
    assert (ended.erased_email_digest, ended.erased_identities) == ("", [])
    assert kinds(again(), site) == []
