"""Roles: who holds one, what it opens, and the second factor that it needs."""

from datetime import timedelta
from pathlib import Path

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.actions import grant_role, register_person
from accounts.management.commands.document_permissions import PAGE, page
from accounts.models import AccountEvent, Role, StaffPolicy, User
from accounts.permissions import Permission, SecondFactorRequired, can, require, roles_of
from accounts.tasks import remind_of_second_factor
from core.errors import NotPermitted, SignInRequired
from tests.support.people import PASSWORD

Name = Role.Name
NAMES = {Name.EDITOR: "Нина", Name.REGISTRAR: "Олег", Name.ADMINISTRATOR: "Павла"}


@pytest.fixture
def person(site):
    def make(role, **fields):
        user = register_person(
            email=f"{role}@example.org", password=PASSWORD, display_name=NAMES[role]
        )
        grant_role(user=user, site=site, name=role, actor=None)
        User.objects.filter(pk=user.pk).update(**fields)
        return User.objects.get(pk=user.pk)

    return make


def days(number):
    return timedelta(days=number)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_a_role_is_of_one_publication(person, site):
    editor = person(Name.EDITOR)
    assert can(editor, Permission.MODERATE, site)
    assert not can(editor, Permission.DECIDE_APPLICATIONS, site)
    site.pk, site.slug = None, "drugoe"
    site.save()
    assert roles_of(editor, site) == {"reader"}


def test_strangers_sign_in_and_readers_are_refused(reader, site):
    with pytest.raises(SignInRequired):
        require(AnonymousUser(), Permission.READ_REGISTERED, site)
    with pytest.raises(NotPermitted):
        require(reader, Permission.MODERATE, site)
    assert require(reader, Permission.COMMENT, site) == reader


def test_a_role_rests_without_a_second_factor_after_the_days_of_grace(person, site):
    editor = person(Name.EDITOR)
    StaffPolicy.objects.create(site=site, second_factor_days=3)
    assert can(editor, Permission.MODERATE, site)
    Role.objects.update(granted_at=timezone.now() - timedelta(days=3))
    editor = User.objects.get(pk=editor.pk)
    with pytest.raises(SecondFactorRequired):
        require(editor, Permission.MODERATE, site)
    assert can(editor, Permission.COMMENT, site)
    TOTP.activate(editor, generate_totp_secret())
    assert can(User.objects.get(pk=editor.pk), Permission.MODERATE, site)


def test_the_administration_is_behind_the_same_sign_in(person, reader, site):
    administrator = person(Name.ADMINISTRATOR, is_staff=True)
    stranger = Client().get("/admin/")
    assert (stranger.status_code, stranger.headers.get("Location")) == (
        302,
        "/admin/login/?next=/admin/",
    )
    assert Client().get("/admin/login/?next=/admin/")["Location"] == (
        "/accounts/login/?next=/admin/"
    )
    # Not back to the sign-in page, which would send them here again.
    assert signed_in(reader).get("/admin/login/?next=/admin/").status_code == 403
    assert signed_in(administrator).get("/admin/accounts/staffpolicy/").status_code == 200
    Role.objects.update(granted_at=timezone.now() - timedelta(days=15))
    refused = signed_in(administrator).get("/admin/", follow=True)
    assert (refused.status_code, "вход в два шага" in refused.content.decode()) == (403, True)


@pytest.mark.parametrize("address", ["/desk/", "/accounts/staff/", "/admin/"])
def test_the_refusal_leads_to_the_page_of_the_second_factor(person, site, address):
    client = signed_in(person(Name.ADMINISTRATOR, is_staff=True))
    StaffPolicy.objects.create(site=site, second_factor_days=0)
    refused = client.get(address, follow=True)
    assert refused.status_code == 403
    assert 'href="/accounts/2fa/"' in refused.content.decode()
    assert client.get("/accounts/2fa/").status_code == 200


def test_an_administrator_cannot_lock_themselves_out(person, site):
    administrator = person(Name.ADMINISTRATOR, is_staff=True)
    client = signed_in(administrator)
    policy = StaffPolicy.objects.create(site=site)
    address = f"/admin/accounts/staffpolicy/{policy.pk}/change/"
    strict = {"site": site.pk, "second_factor_days": 0}
    refused = client.post(address, strict).content.decode()
    assert "Ваша собственная роль сразу перестала бы действовать" in refused
    policy.refresh_from_db()
    assert policy.second_factor_days == 14
    client.post(address, strict | {"second_factor_days": 1})
    policy.refresh_from_db()
    assert policy.second_factor_days == 1
    TOTP.activate(administrator, generate_totp_secret())
    client.post(address, strict)
    policy.refresh_from_db()
    assert policy.second_factor_days == 0


def test_removing_a_role_asks_first(person):
    client = signed_in(person(Name.ADMINISTRATOR))
    page = client.get("/accounts/staff/").content.decode()
    assert 'data-confirm="Снять роль (администратор): Павла?"' in page


def test_the_administration_shows_only_what_keeps_the_record(person):
    client = signed_in(person(Name.ADMINISTRATOR, is_staff=True, is_superuser=True))
    index = client.get("/admin/").content.decode()
    assert "Учётные записи" in index
    for past_our_actions in ("auth/group", "account/emailaddress", "mfa/authenticator"):
        assert f"/admin/{past_our_actions}/" not in index
        assert client.get(f"/admin/{past_our_actions}/").status_code == 404


def test_an_administrator_assigns_and_removes_roles_and_it_is_recorded(person, reader, site):
    client = signed_in(person(Name.ADMINISTRATOR))
    client.post("/accounts/staff/", {"email": reader.email, "role": "editor"})
    role = Role.objects.get(user=reader)
    assert reader.email in client.get("/accounts/staff/").content.decode()
    client.post(f"/accounts/staff/{role.pk}/end/")
    assert not Role.objects.filter(user=reader).exists()
    events = AccountEvent.objects.filter(user=reader, action__startswith="role.")
    assert [(event.action, event.actor_label) for event in events] == [
        ("role.granted", "Павла"),
        ("role.taken", "Павла"),
    ]


def test_the_person_is_emailed_about_each(person, reader, deliver):
    client = signed_in(person(Name.ADMINISTRATOR))
    client.post("/accounts/staff/", {"email": reader.email, "role": "editor"})
    client.post("/accounts/staff/", {"email": reader.email, "role": "editor"})
    client.post(f"/accounts/staff/{Role.objects.get(user=reader).pk}/end/")
    deliver()
    assert [(message.to, message.subject) for message in mail.outbox] == [
        ([reader.email], "Вам назначена роль: редактор"),
        ([reader.email], "Снята роль: редактор"),
    ]
    assert "вход в два шага" in mail.outbox[0].body
    assert f"{settings.BASE_URL}/accounts/2fa/" in mail.outbox[0].body


def test_a_few_days_before_the_role_rests_its_holder_is_reminded_once(person, site, deliver):
    editor = person(Name.EDITOR)
    now = timezone.now()
    for passed in (10, 12, 12, 15):  # of fourteen
        Role.objects.update(granted_at=now - days(passed))
        remind_of_second_factor()
    deliver()
    assert [message.to for message in mail.outbox] == [[editor.email]]
    assert mail.outbox[0].subject.startswith("Включите вход в два шага до ")


def test_who_has_a_second_factor_is_not_reminded(person, deliver):
    TOTP.activate(person(Name.EDITOR), generate_totp_secret())
    Role.objects.update(granted_at=timezone.now() - days(12))
    remind_of_second_factor()
    deliver()
    assert mail.outbox == []


@pytest.mark.parametrize("role", [Name.EDITOR, Name.REGISTRAR])
def test_others_give_and_take_none(person, reader, role, site):
    client = signed_in(person(role))
    answer = client.post("/accounts/staff/", {"email": reader.email, "role": "administrator"})
    own = Role.objects.get()
    assert answer.status_code == 403
    assert client.post(f"/accounts/staff/{own.pk}/end/").status_code == 403
    with pytest.raises(NotPermitted):
        grant_role(user=reader, site=site, name=Name.EDITOR, actor=reader)
    assert Role.objects.count() == 1


def test_an_unknown_address_is_reported_next_to_its_field(person):
    client = signed_in(person(Name.ADMINISTRATOR))
    answer = client.post("/accounts/staff/", {"email": "x@example.org", "role": "editor"})
    assert "email" in answer.context["form"].errors


def test_the_page_of_the_docs_is_current():
    assert (Path(settings.BASE_DIR) / PAGE).read_text(encoding="utf-8") == page()
