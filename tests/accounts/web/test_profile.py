"""The person's own pages."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.actions import (
    Subject,
    grant_role,
    impose_sanction,
    lift_sanction,
    register_person,
)
from accounts.models import AccountEvent, Role, Sanction
from accounts.permissions import FORBIDDEN, Permission
from core.models import Site
from tests.support.people import PASSWORD, new_person, prove
from tests.support.sanctions import impose_for_a_day

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36"


def sign_in(user, agent=FIREFOX):
    client = Client(headers={"User-Agent": agent})
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def test_a_taken_name_is_refused_and_what_was_typed_stays(as_reader, reader):
    register_person(email="b@example.org", password=PASSWORD, display_name="Борис")
    answer = as_reader.post("/accounts/profile/", {"display_name": "БOPИС", "language": "ru"})
    assert "БOPИС" in answer.content.decode()
    assert "display_name" in answer.context["form"].errors
    reader.refresh_from_db()
    assert reader.display_name == "Анна К."


@pytest.mark.parametrize("kind", Sanction.Kind)
def test_whoever_may_not_comment_keeps_the_name(as_reader, reader, site, kind):
    editor = register_person(email="ed@example.org", password=PASSWORD, display_name="Нина В.")
    grant_role(user=editor, site=site, name=Role.Name.EDITOR, actor=None)
    until = None if kind == Sanction.Kind.WARNING else timezone.now() + timedelta(days=1)
    subject = Subject.person(reader)
    impose_sanction(
        site=site, kind=kind, subject=subject, rule_label="", actor=editor, ends_at=until
    )
    renamed = {"display_name": "Другое Имя", "language": "en"}
    page = as_reader.post("/accounts/profile/", renamed)
    reader.refresh_from_db()
    is_forbidden = Permission.COMMENT in FORBIDDEN[kind]
    assert (reader.display_name == "Анна К.") is is_forbidden
    if is_forbidden:
        assert "По решению редакции" in page.content.decode()
    # The rest of the page works under a sanction, too.
    as_reader.post("/accounts/profile/", renamed | {"display_name": reader.display_name})
    reader.refresh_from_db()
    assert reader.language == "en"


def test_silenced_in_one_publication_one_takes_no_new_name_in_another(as_reader, reader, site):
    other = Site.objects.create(slug="sosedi", name_ru="Соседи")
    editor = new_person("ed@example.org", "Нина В.", role=Role.Name.EDITOR, site=other)
    ban = impose_for_a_day(
        site=other, kind=Sanction.Kind.BAN, subject=Subject.person(reader), actor=editor
    )
    renamed = {"display_name": "Другое Имя", "language": "ru"}
    page = as_reader.post("/accounts/profile/", renamed)
    assert "display_name" in page.context["form"].errors
    reader.refresh_from_db()
    assert reader.display_name == "Анна К."
    lift_sanction(sanction=ban, actor=editor)
    as_reader.post("/accounts/profile/", renamed)
    reader.refresh_from_db()
    assert reader.display_name == "Другое Имя"


def test_a_sign_in_from_a_new_device_is_emailed_and_from_a_known_one_is_not(reader, deliver):
    for agent in (FIREFOX, FIREFOX, PHONE, PHONE):
        sign_in(reader, agent)
    deliver()
    assert [message.subject for message in mail.outbox] == ["Вход с нового устройства"]
    page = sign_in(reader).get("/accounts/history/").content.decode()
    assert "Вход: Chrome, Android." in page
    assert "Вы зарегистрировались." in page


def test_one_session_is_ended_and_the_others_stay(reader):
    here, phone, laptop = (sign_in(reader, agent) for agent in (FIREFOX, PHONE, FIREFOX))
    session = UserSession.objects.get(session_key=phone.session.session_key)
    assert "Chrome, Android" in here.get("/accounts/sessions/").content.decode()
    # A stranger at an open browser must not sign the owner out elsewhere.
    url = f"/accounts/sessions/{session.pk}/end/"
    for path in (url, "/accounts/sessions/"):
        assert here.post(path)["Location"].startswith("/accounts/reauthenticate/?next=")
        assert phone.get("/api/v1/access/").status_code == 204
    prove(here)
    here.post(url)
    assert phone.get("/api/v1/access/").status_code == 401
    assert laptop.get("/api/v1/access/").status_code == 204
    here.post("/accounts/sessions/")
    assert laptop.get("/api/v1/access/").status_code == 401
    assert here.get("/api/v1/access/").status_code == 204


def test_another_person_s_session_is_not_there(reader, site):
    sign_in(reader)
    session = UserSession.objects.get(user=reader)
    other = register_person(email="b@example.org", password=PASSWORD, display_name="Борис")
    answer = sign_in(other).post(f"/accounts/sessions/{session.pk}/end/")
    assert answer.status_code == 404
    assert UserSession.objects.filter(pk=session.pk).exists()


def test_the_person_sees_what_the_editors_chose_to_tell(as_reader, reader, site):
    editor = register_person(email="red@example.org", password=PASSWORD, display_name="Ольга")
    grant_role(user=editor, site=site, name=Role.Name.EDITOR, actor=None)
    impose_sanction(
        site=site,
        kind=Sanction.Kind.MUTE,
        subject=Subject.person(reader),
        rule_label="П. 3",
        actor=editor,
        message="Отдохните день.",
        note="тролль",
        ends_at=timezone.now() + timedelta(days=1),
    )
    page = as_reader.get("/accounts/profile/").content.decode()
    assert "Отдохните день." in page
    assert "тролль" not in page


@pytest.mark.parametrize(
    "path", ["profile/", "history/", "data/", "consents/", "sessions/", "data/export/1/"]
)
def test_strangers_sign_in_first_and_come_back(client, site, path):
    answer = client.get(f"/accounts/{path}")
    assert answer["Location"] == f"/accounts/login/?next=/accounts/{path}"


def test_events_are_the_account_s(as_reader, reader):
    as_reader.post("/accounts/profile/", {"display_name": "Анна Новая", "language": "ru"})
    assert AccountEvent.objects.filter(user=reader, action="name.changed").exists()
    page = as_reader.get("/accounts/history/").content.decode()
    assert "Имя «Анна К.» стало «Анна Новая»." in page
