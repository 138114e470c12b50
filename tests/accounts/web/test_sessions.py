"""When a session gets another key, when it ends, and who may end it."""

import time
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from lxml import html

from accounts.actions import end_all_sessions
from accounts.models import AccountEvent, Role
from core.errors import NotPermitted
from tests.support.people import PASSWORD, new_person, prove

HEADLESS = "/_allauth/app/v1/"
NEW_PASSWORD = "drugoj-dlinnyj-parol"


def sign_in(user, browser=None):
    browser = browser or Client()
    browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert is_signed_in(browser)
    return browser


def is_signed_in(browser):
    return browser.get("/api/v1/access/").status_code == 204


def key_of(browser):
    return browser.cookies["sessionid"].value


def holds(key):
    browser = Client()
    browser.cookies["sessionid"] = key
    return is_signed_in(browser)


def row_of(browser):
    return Session.objects.get(session_key=key_of(browser))


def test_key_from_before_the_sign_in_opens_nothing_after_it(reader):
    browser = Client()
    # Asking for a code stores something in the session of a stranger.
    browser.post("/certificates/claim/", {"email": "nobody@example.org"})
    planted = key_of(browser)
    sign_in(reader, browser)
    assert key_of(browser) != planted
    assert not holds(planted)


def test_made_up_key_is_not_taken(reader):
    browser = Client()
    browser.cookies["sessionid"] = "a" * 32
    sign_in(reader, browser)
    assert key_of(browser) != "a" * 32


def test_key_changes_with_a_fresh_proof_and_the_session_stays_the_same_one(reader):
    browser = sign_in(reader)
    former, session = key_of(browser), UserSession.objects.get()
    prove(browser, "not the password")
    assert key_of(browser) == former
    prove(browser)
    assert key_of(browser) != former
    assert is_signed_in(browser)
    assert not holds(former)
    # The widget's tokens belong to this row.
    assert UserSession.objects.get() == session
    assert UserSession.objects.get().session_key == key_of(browser)


def test_an_app_gets_another_token_with_a_fresh_proof(reader):
    app = Client()

    def send(end, data, token=""):
        headers = {"X-Session-Token": token} if token else {}
        answer = app.post(HEADLESS + end, data, content_type="application/json", headers=headers)
        return answer.status_code, answer.json().get("meta", {}).get("session_token")

    def status(token):
        return app.get("/api/v1/access/", headers={"X-Session-Token": token}).status_code

    _ok, former = send("auth/login", {"email": reader.email, "password": PASSWORD})
    session = UserSession.objects.get()
    wrong = send("auth/reauthenticate", {"password": "not the password"}, former)
    assert wrong == (400, None)
    assert status(former) == 204
    answered, token = send("auth/reauthenticate", {"password": PASSWORD}, former)
    assert (answered, token != former) == (200, True)
    assert (status(token), status(former)) == (204, 401)
    assert not holds(former)
    assert UserSession.objects.get() == session
    assert UserSession.objects.get().session_key == token
    # The proof is the new token's.
    address = app.get(HEADLESS + "account/email", headers={"X-Session-Token": token})
    assert address.status_code == 200


LIMITS = {"reader": (timedelta(days=14), timedelta(days=30))} | dict.fromkeys(
    ("role", "administration"), (timedelta(hours=12), timedelta(days=7))
)


@pytest.fixture(params=LIMITS)
def limited(request, site):
    """A browser, and how long its session may be idle and may last."""
    person = new_person("person@example.org", "Вера")
    if request.param == "role":
        Role.objects.create(user=person, site=site, name=Role.Name.EDITOR)
    person.is_staff = request.param == "administration"
    person.save()
    return sign_in(person), *LIMITS[request.param]


def test_session_ends_after_some_time_without_a_request(limited):
    browser, idle, total = limited
    assert row_of(browser).expire_date <= timezone.now() + idle
    assert row_of(browser).expire_date > timezone.now() + idle * 0.9
    # The cookie lives on, so that a session that is used is not lost with it.
    assert browser.cookies["sessionid"]["max-age"] > idle.total_seconds()
    assert browser.cookies["sessionid"]["max-age"] <= total.total_seconds()
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_signed_in(browser)


def test_request_prolongs_it(limited):
    browser, idle, _total = limited
    nearly_over = timezone.now() + idle / 10
    Session.objects.update(expire_date=nearly_over)
    assert is_signed_in(browser)
    assert row_of(browser).expire_date > nearly_over + idle / 2


def test_no_request_prolongs_it_beyond_its_end(limited):
    browser, idle, _total = limited
    session = browser.session
    ends = time.time() + idle.total_seconds() / 2
    session["_ends_at"] = ends
    session.save()
    for _ in range(2):
        Session.objects.update(expire_date=timezone.now() + timedelta(minutes=1))
        assert is_signed_in(browser)
        assert row_of(browser).expire_date.timestamp() <= ends + 0.001
    browser.post("/i18n/setlang/", {"language": "en"})
    prove(browser)
    assert row_of(browser).expire_date.timestamp() <= ends + 0.001


@pytest.fixture
def superuser(site):
    person = new_person("chief@example.org", "Ольга")
    person.is_staff = person.is_superuser = True
    person.save()
    Role.objects.create(user=person, site=site, name=Role.Name.ADMINISTRATOR)
    return person


def test_superuser_signs_a_person_out_everywhere(reader, superuser, site):
    theirs, mine = [sign_in(reader), sign_in(reader)], sign_in(superuser)
    data = {"action": "sign_out", "_selected_action": [reader.pk]}
    mine.post("/admin/accounts/user/", data)
    assert not any(map(is_signed_in, theirs))
    assert is_signed_in(mine)
    event = AccountEvent.objects.filter(user=reader).latest("id")
    assert (event.action, event.actor) == (AccountEvent.Action.SESSION_ENDED, superuser)
    assert event.evidence == {"count": 2}


def test_nobody_else_does(reader, site):
    administrator = new_person("b@example.org", "Борис", role=Role.Name.ADMINISTRATOR, site=site)
    administrator.is_staff = True
    administrator.save()
    theirs, mine = sign_in(reader), sign_in(administrator)
    data = {"action": "sign_out", "_selected_action": [reader.pk]}
    assert mine.post("/admin/accounts/user/", data).status_code in {302, 403}
    assert is_signed_in(theirs)
    with pytest.raises(NotPermitted):
        end_all_sessions(user=reader, actor=administrator)


def test_command_signs_out_one_or_everybody(reader, superuser):
    theirs, mine = sign_in(reader), sign_in(superuser)
    call_command("sign_out", reader.email.upper())
    assert not is_signed_in(theirs)
    assert is_signed_in(mine)
    call_command("sign_out", everybody=True)
    assert not is_signed_in(mine)
    with pytest.raises(CommandError):
        call_command("sign_out", "nobody@example.org")


def test_closed_account_is_signed_out_at_once(reader):
    browser = sign_in(reader)
    reader.is_active = False
    reader.save()
    assert not is_signed_in(browser)


def test_new_password_does_not_replace_the_second_step(reader, code_in_email):
    TOTP.activate(reader, generate_totp_secret())
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": reader.email})
    code = code_in_email(reader.email)
    setting = browser.post("/accounts/password/reset/confirm/", {"code": code})["Location"]
    entering = browser.post(setting, dict.fromkeys(("password1", "password2"), NEW_PASSWORD))[
        "Location"
    ]
    assert not is_signed_in(browser)
    browser.get(entering)
    assert not is_signed_in(browser)


@pytest.mark.parametrize(
    "path", ["/", "/verify/", "/accounts/profile/", "/accounts/2fa/", "/desk/"]
)
def test_every_page_of_a_signed_in_person_has_a_way_out(superuser, path):
    page = html.fromstring(sign_in(superuser).get(path, follow=True).content.decode())
    assert page.xpath("//form[@action='/accounts/logout/' and @method='post']//button")


def test_administration_has_a_way_out(superuser):
    page = html.fromstring(sign_in(superuser).get("/admin/").content.decode())
    assert page.xpath("//form[contains(@action, '/logout/') and @method='post']")
