"""Sanctions: whom they reach, what they forbid, when they end."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

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
    IdentityKey,
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
    assert continued.copied_from == ban
    assert continued.events.get().evidence == {"continues": ban.pk}
    assert ban.events.filter(action="ban.moved").get().evidence == {"account": reader.pk}


@pytest.fixture
def two_banned(reader, impose):
    """A ban, and two accounts of the person who erased theirs: one with the ban, one with a copy.

    Each of them can be told by the social account, which a third one may still have."""
    vk(reader).save()
    ban = impose()
    erase(reader)
    first = again()
    give_address(first, "other@example.org")
    return ban, first, again_as("Третье имя", "anna@example.org")


def test_lifting_a_sanction_lifts_its_copies(site, two_banned, editor):
    ban, first, second = two_banned
    copy = second.sanctions.get()
    erase(second)
    third = again_as("Четвёртое имя", "anna@example.org")
    lift_sanction(sanction=ban, actor=editor, note="ошибка")
    lift_sanction(sanction=ban, actor=editor)
    assert [kinds(one, site) for one in (first, second, third)] == [[], [], []]
    assert {(s.erased_email_digest, *s.erased_identities) for s in Sanction.objects.all()} == {
        ("",)
    }
    lifted = copy.events.get(action="ban.lifted")
    assert (lifted.actor, lifted.note, lifted.evidence) == (editor, "ошибка", {"with": ban.pk})
    fourth = again_as("Пятое имя", "zoja@example.org")
    vk(fourth).save()
    take_over_sanctions(fourth)
    assert kinds(fourth, site) == []


def test_lifting_a_copy_frees_its_account_alone_and_for_good(site, two_banned, editor):
    ban, first, second = two_banned
    lift_sanction(sanction=second.sanctions.get(), actor=editor)
    take_over_sanctions(second)
    erase(first)
    take_over_sanctions(second)
    assert (kinds(second, site), second.sanctions.count()) == ([], 1)
    ban.refresh_from_db()
    assert ban.status == "active"
    assert kinds(again_as("Пятое имя", "other@example.org"), site) == [SanctionKind.BAN]


def test_copy_of_a_copy_names_the_first(site, two_banned):
    ban, _first, second = two_banned
    vk(second, "id-9").save()
    SocialAccount.objects.filter(user=second).delete()
    third = again_as("Четвёртое имя", "zoja@example.org")
    vk(third, "id-9").save()
    take_over_sanctions(third)
    assert third.sanctions.get().copied_from == ban


def test_migration_finds_the_first_of_copies_that_were_made_before(site, two_banned):
    ban, _first, second = two_banned
    copy = second.sanctions.get()
    again_copied = Sanction.objects.create(site=site, kind="ban", user=second)
    SanctionEvent.objects.create(
        sanction=again_copied, action="ban.imposed", evidence={"continues": copy.pk}
    )
    Sanction.objects.update(copied_from=None)
    migration = import_module("accounts.migrations.0010_name_the_first_of_copied_sanctions")
    with connection.cursor() as cursor:
        cursor.execute(migration.Migration.operations[0].sql)
    found = dict(Sanction.objects.values_list("pk", "copied_from"))
    assert found == {ban.pk: None, copy.pk: ban.pk, again_copied.pk: ban.pk}


def test_ban_follows_to_the_address_that_was_changed_before_erasing(site, impose, reader, editor):
    ban = impose()
    EmailAddress.objects.filter(user=reader).delete()
    EmailAddress.objects.create(user=reader, email="new@example.org", verified=True)
    User.objects.filter(pk=reader.pk).update(email="new@example.org")
    erase(User.objects.get(pk=reader.pk))
    person = again()
    assert kinds(person, site) == [SanctionKind.BAN]
    assert "anna" not in str(Sanction.objects.values())
    lift_sanction(sanction=ban, actor=editor)
    assert Sanction.objects.get().erased_identities == []


def test_ban_follows_an_account_elsewhere_that_was_untied_before_erasing(site, impose, reader):
    key = sign_on_key(site)
    impose()
    vk(reader).save()
    LinkedPerson.objects.create(key=key, subject="17", user=reader)
    SocialAccount.objects.get().delete()
    LinkedPerson.objects.get().delete()
    erase(reader)
    by_vk, by_site = again("zoja@example.org"), again_as("Другой", "other@example.org")
    vk(by_vk).save()
    take_over_sanctions(by_vk)
    LinkedPerson.objects.create(key=key, subject="17", user=by_site)
    take_over_sanctions(by_site)
    assert (kinds(by_vk, site), kinds(by_site, site)) == ([SanctionKind.BAN], [SanctionKind.BAN])


def test_nothing_is_kept_of_who_changes_the_address_without_a_sanction(
    site, impose, reader, editor
):
    lift_sanction(sanction=impose(), actor=editor)
    EmailAddress.objects.create(user=reader, email="unproved@example.org")
    EmailAddress.objects.filter(user=reader).delete()
    assert Sanction.objects.get().erased_identities == []
    ban = impose()
    EmailAddress.objects.create(user=reader, email="unproved@example.org")
    EmailAddress.objects.filter(user=reader).delete()
    ban.refresh_from_db()
    assert ban.erased_identities == []


@pytest.mark.parametrize("is_former_gone", [False, True])
def test_ban_outlasts_the_secret_key(site, impose, reader, settings, is_former_gone):
    vk(reader).save()
    impose()
    erase(reader)
    settings.SECRET_KEY_FALLBACKS = [] if is_former_gone else [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 9
    assert kinds(again(), site) == [SanctionKind.BAN]
    assert IdentityKey.objects.count() == 1


@pytest.mark.parametrize("address", [True, False])
def test_ban_of_the_release_before_is_found_with_a_former_secret_key(
    site, impose, reader, settings, address
):
    ban = impose()
    erase(reader)
    salt, text = "accounts.erased-identity", "social\nvk\nid-731"
    if address:
        salt, text = "accounts.erased-address", "zoja@example.org"
    digest = salted_hmac(salt, text, algorithm="sha256").hexdigest()
    Sanction.objects.filter(pk=ban.pk).update(erased_email_digest="", erased_identities=[digest])
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 9
    person = again("zoja@example.org")
    vk(person).save()
    take_over_sanctions(person)
    assert kinds(person, site) == [SanctionKind.BAN]


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


def sign_on_key(site, label="Школа"):
    return SignOnKey.objects.create(site=site, label=label, algorithm="HS256", key="k" * 32)


@pytest.mark.parametrize(("label", "is_same"), [("школа ", True), ("Музей", False)])
def test_ban_follows_whom_another_key_of_the_same_site_names(site, impose, reader, label, is_same):
    former = sign_on_key(site)
    LinkedPerson.objects.create(key=former, subject="17", user=reader)
    impose()
    erase(reader)
    former.delete()
    person = again("zoja@example.org")
    LinkedPerson.objects.create(key=sign_on_key(site, label), subject="17", user=person)
    take_over_sanctions(person)
    assert kinds(person, site) == [SanctionKind.BAN] * is_same


def test_ban_follows_whom_a_sign_on_names(site, impose, reader):
    key = sign_on_key(site)
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
