"""No attacker guesses a password or a code, and no guesses keep the owner out.

Every test runs without Valkey: the counts are PostgreSQL's.
"""

import inspect
import re
from datetime import timedelta

import pytest
from allauth.account import forms
from allauth.headless.account import inputs
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.actions import count_code_email, count_try, register_person
from accounts.actions.guesses import NOT_WAYS_IN
from accounts.models import GuessCounter
from accounts.states import Proof
from accounts.tasks import keep_promises_of_erasure, warn_of_guesses
from core import limits
from core.errors import TooManyRequests
from tests.support.asked import statements
from tests.support.parallel import in_parallel
from tests.support.people import PASSWORD, prove, signed_in

WRONG = "sovsem-ne-tot-parol"
HEADLESS = "/_allauth/browser/v1/"
TOTP_SECRET = generate_totp_secret()


@pytest.fixture(autouse=True)
def _without_valkey(settings, monkeypatch):
    """Limits in the cache let everybody pass, and no form waits for its turn."""

    # What this process counts instead begins at nothing.
    monkeypatch.setattr(limits, "_here", limits._CountersOfProcess())
    settings.REDIS_URL = "redis://127.0.0.1:1"
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": settings.REDIS_URL}}


def send(client, path, data, method="post"):
    if path.startswith(HEADLESS):
        return getattr(client, method)(path, data, content_type="application/json")
    return client.post(path, data)


def text_of(answer):
    return answer.content.decode("unicode_escape" if "json" in answer["Content-Type"] else "utf-8")


def begun(path, data):
    client = Client()
    send(client, path, data)
    return client


def password_typed(reader):
    return begun("/accounts/login/", {"login": reader.email, "password": PASSWORD})


def with_factor(reader):
    TOTP.activate(reader, TOTP_SECRET)
    return reader


def signing_in(reader):
    return begun("/accounts/login/code/", {"email": reader.email})


def resetting(reader):
    return begun("/accounts/password/reset/", {"email": reader.email})


def registering(_reader):
    data = {"email": "vera@example.org", "password1": PASSWORD, "display_name": "Вера"}
    return begun("/accounts/signup/", data)


def at_home(reader):
    client = signed_in(reader)
    # From the first form that it sends, the account knows the browser.
    client.post("/accounts/profile/", {})
    return client


def changing_address(reader):
    client = at_home(reader)
    prove(client)
    client.post("/accounts/email/", {"action_add": "", "email": "vera@example.org"})
    return client


def claiming(reader):
    return begun("/certificates/claim/", {"email": reader.email})


def signed_in_with_factor(reader):
    return at_home(with_factor(reader))


def halfway(reader):
    return password_typed(with_factor(reader))


# Every place where a password or a code of an account is judged: the proof, the browser that has
# come so far, the path, and a wrong proof.
DOORS = {
    "sign in": (
        Proof.PASSWORD,
        lambda _reader: Client(),
        "/accounts/login/",
        {"login": "anna@example.org", "password": WRONG},
    ),
    "sign in, API": (
        Proof.PASSWORD,
        lambda _reader: Client(),
        HEADLESS + "auth/login",
        {"email": "anna@example.org", "password": WRONG},
    ),
    "again by the password": (
        Proof.PASSWORD,
        at_home,
        "/accounts/reauthenticate/",
        {"password": WRONG},
    ),
    "again by the password, API": (
        Proof.PASSWORD,
        at_home,
        HEADLESS + "auth/reauthenticate",
        {"password": WRONG},
    ),
    "change of the password": (
        Proof.PASSWORD,
        at_home,
        "/accounts/password/change/",
        {"oldpassword": WRONG, "password1": WRONG, "password2": WRONG},
    ),
    "change of the password, API": (
        Proof.PASSWORD,
        at_home,
        HEADLESS + "account/password/change",
        {"current_password": WRONG, "new_password": "sovsem-drugoj-parol"},
    ),
    "code": (Proof.SIGN_IN_CODE, signing_in, "/accounts/login/code/confirm/", {"code": "x"}),
    "code, API": (Proof.SIGN_IN_CODE, signing_in, HEADLESS + "auth/code/confirm", {"code": "x"}),
    "reset": (Proof.RESET_CODE, resetting, "/accounts/password/reset/confirm/", {"code": "x"}),
    "reset, API": (
        Proof.RESET_CODE,
        resetting,
        HEADLESS + "auth/password/reset",
        {"key": "x", "password": WRONG},
    ),
    "registration": (Proof.ADDRESS_CODE, registering, "/accounts/confirm-email/", {"code": "x"}),
    "registration, API": (
        Proof.ADDRESS_CODE,
        registering,
        HEADLESS + "auth/email/verify",
        {"key": "x"},
    ),
    "new address": (
        Proof.ADDRESS_CODE,
        changing_address,
        "/accounts/confirm-email/",
        {"code": "x"},
    ),
    "second step": (Proof.SECOND_FACTOR, halfway, "/accounts/2fa/authenticate/", {"code": "x"}),
    "second step, API": (
        Proof.SECOND_FACTOR,
        halfway,
        HEADLESS + "auth/2fa/authenticate",
        {"code": "x"},
    ),
    "second step again": (
        Proof.SECOND_FACTOR,
        signed_in_with_factor,
        "/accounts/2fa/reauthenticate/",
        {"code": "x"},
    ),
    "second step again, API": (
        Proof.SECOND_FACTOR,
        signed_in_with_factor,
        HEADLESS + "auth/2fa/reauthenticate",
        {"code": "x"},
    ),
    "certificates": (
        Proof.CERTIFICATES_CODE,
        claiming,
        "/certificates/claim/code/",
        {"code": "1"},
    ),
}


@pytest.mark.parametrize("door", DOORS)
def test_every_door_counts_before_it_judges(reader, door):
    proof, come, path, wrong = DOORS[door]
    client = come(reader)
    assert not GuessCounter.objects.filter(proof=proof, consecutive__gt=0).exists()
    send(client, path, wrong)
    counter = GuessCounter.objects.get(proof=proof)
    assert (counter.consecutive, counter.in_hour, counter.in_day) == (1, 1, 1)


@pytest.mark.parametrize("door", DOORS)
def test_every_door_is_closed_after_a_hundred_failures_and_names_another(reader, door):
    proof, come, path, wrong = DOORS[door]
    client = come(reader)
    send(client, path, wrong)
    GuessCounter.objects.filter(proof=proof).update(consecutive=100)
    page = text_of(send(client, path, wrong))
    assert "Слишком много неверных" in page
    assert GuessCounter.objects.get(proof=proof).consecutive == 100
    other = {
        Proof.PASSWORD: "Войдите по коду",
        Proof.SIGN_IN_CODE: "Войдите по паролю",
        Proof.RESET_CODE: "откройте ссылку",
        Proof.ADDRESS_CODE: "Запросите новый пароль",
        Proof.SECOND_FACTOR: "ключ доступа",
        Proof.CERTIFICATES_CODE: "Напишите в редакцию",
    }
    assert other[proof] in page


@pytest.mark.parametrize(
    ("come", "path", "header"),
    [
        (resetting, "auth/password/reset", "X-Password-Reset-Key"),
        (registering, "auth/email/verify", "X-Email-Verification-Key"),
    ],
)
def test_code_in_a_header_is_counted_too(reader, come, path, header):
    client = come(reader)
    client.get(HEADLESS + path, headers={header: "000000"})
    assert GuessCounter.objects.filter(proof=Proof.ONE_CODE, consecutive=1).count() == 1


_JUDGING = ("clean_code", "clean_key", "clean_current_password", "clean_oldpassword")


def views(patterns, before=""):
    for pattern in patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views(pattern.url_patterns, path)
        else:
            yield path, getattr(inspect.unwrap(pattern.callback), "view_class", None)


def inputs_of_the_api():
    reached = {}
    for path, view in views(get_resolver().url_patterns):
        # Of two views at one address Django calls the first.
        reached.setdefault(path, view)
    for view in reached.values():
        chosen = getattr(view, "input_class", None) or ()
        yield from chosen.values() if isinstance(chosen, dict) else [chosen] if chosen else []


def test_no_form_judges_a_password_or_a_code_uncounted(settings):
    """A new form of allauth's, or a new URL in front of ours, shows here."""
    pages = {**settings.ACCOUNT_FORMS, **settings.MFA_FORMS}.values()
    found = {import_string(path) for path in pages} | set(inputs_of_the_api())
    judging = [
        (form.__name__, getattr(form, name).__module__)
        for form in found
        for name in _JUDGING
        if hasattr(form, name)
    ]
    uncounted = {form for form, module in judging if not module.startswith("accounts.web.")}
    # The secret that their code proves is shown on the same page.
    assert uncounted == {"ActivateTOTPForm", "ActivateTOTPInput"}
    assert len(judging) == 14


PARALLEL = {
    "code": (signing_in, "/accounts/login/code/confirm/", "code", forms),
    "code, API": (signing_in, HEADLESS + "auth/code/confirm", "code", forms),
    "reset": (resetting, "/accounts/password/reset/confirm/", "code", forms),
    "reset, API": (resetting, HEADLESS + "auth/password/reset", "key", inputs),
    "registration": (registering, "/accounts/confirm-email/", "code", forms),
    "registration, API": (registering, HEADLESS + "auth/email/verify", "key", inputs),
}


@pytest.mark.usefixtures("many_at_once")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("door", PARALLEL)
def test_of_forty_tries_of_one_code_three_are_judged(reader, monkeypatch, door):
    come, path, name, module = PARALLEL[door]
    judged, compare = [], module.compare_user_code
    monkeypatch.setattr(
        module,
        "compare_user_code",
        lambda **codes: judged.append(codes) or compare(**codes),
    )
    client = come(reader)

    def guess(_number):
        tab = Client()
        tab.cookies = client.cookies
        send(tab, path, {name: "0", "password": WRONG})

    in_parallel(guess, 40)
    assert len(judged) == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("proof", "most"), [(Proof.PASSWORD, 100), (Proof.SIGN_IN_CODE, 10), (Proof.SECOND_FACTOR, 10)]
)
def test_of_many_tries_at_once_as_many_as_allowed_are_judged(site, proof, most):
    address = "nobody@example.org"

    def guess(number):
        for part in range(3):
            count_try(proof=proof, email=address, counted_by=address, code=f"{number}-{part}")

    assert all(isinstance(error, TooManyRequests) for error in in_parallel(guess, 40))
    assert GuessCounter.objects.get(proof=proof).in_hour == most


def wrong_code(reader):
    return send(signing_in(reader), "/accounts/login/code/confirm/", {"code": "x"})


def later(**passed):
    """As if this time had passed."""
    for counter in GuessCounter.objects.all():
        for name in ("hour_from", "day_from", "last_at", "warned_at"):
            if at := getattr(counter, name):
                setattr(counter, name, at - timedelta(**passed))
        counter.save()


def test_codes_fail_ten_times_an_hour_and_thirty_a_day(reader):
    GuessCounter.objects.all().delete()
    for hour in range(3):
        for _ in range(10):
            count_try(proof=Proof.SIGN_IN_CODE, email=reader.email, counted_by=reader.email)
        if hour < 2:
            assert "Попробуйте через час" in text_of(wrong_code(reader))
        later(minutes=61)
    assert "Попробуйте завтра" in text_of(wrong_code(reader))
    later(hours=24)
    assert "Слишком много" not in text_of(wrong_code(reader))


def test_owner_s_success_begins_the_count_anew(reader):
    for proof in (Proof.PASSWORD, Proof.SIGN_IN_CODE, Proof.SECOND_FACTOR):
        for _ in range(4):
            count_try(proof=proof, email=reader.email, counted_by=reader.email)
    begun("/accounts/login/", {"login": reader.email, "password": PASSWORD})
    left = dict(GuessCounter.objects.values_list("proof", "consecutive"))
    # A stranger who knows the password gets no further tries of the second step by it.
    assert left == {Proof.PASSWORD: 0, Proof.SIGN_IN_CODE: 0, Proof.SECOND_FACTOR: 4}
    # The hour and the day go on: only the right try is taken back.
    assert set(GuessCounter.objects.values_list("in_hour", flat=True)) == {4}


def test_success_of_one_account_does_not_help_against_another(reader):
    other = register_person(email="zoja@example.org", password=PASSWORD, display_name="Зоя")
    count_try(proof=Proof.PASSWORD, email=reader.email, counted_by=reader.email)
    begun("/accounts/login/", {"login": other.email, "password": PASSWORD})
    assert sorted(GuessCounter.objects.values_list("consecutive", flat=True)) == [0, 1]


def close(reader, *proofs):
    for proof in proofs:
        count_try(proof=proof, email=reader.email, counted_by=reader.email)
    GuessCounter.objects.filter(proof__in=proofs).update(consecutive=100)


WAYS_IN = (Proof.PASSWORD, Proof.SIGN_IN_CODE, Proof.RESET_CODE)


def test_owner_comes_in_where_they_did_before_though_every_way_is_closed(reader, code_in_email):
    owner = begun("/accounts/login/", {"login": reader.email, "password": PASSWORD})
    owner.post("/accounts/logout/")
    close(reader, *WAYS_IN)
    stranger = Client()
    refused = send(stranger, "/accounts/login/", {"login": reader.email, "password": PASSWORD})
    assert "Слишком много неверных паролей" in text_of(refused)
    owner.post("/accounts/login/", {"login": reader.email, "password": PASSWORD})
    assert owner.get("/api/v1/access/").status_code == 204
    # Who is in has opened the other ways, too.
    assert not GuessCounter.objects.filter(consecutive=100).exists()


def test_known_browser_is_closed_after_a_hundred_failures_of_its_own(reader):
    owner = begun("/accounts/login/", {"login": reader.email, "password": PASSWORD})
    owner.post("/accounts/logout/")
    owner.post("/accounts/login/", {"login": reader.email, "password": WRONG})
    GuessCounter.objects.filter(proof=Proof.PASSWORD, consecutive=1).update(consecutive=100)
    answer = owner.post("/accounts/login/", {"login": reader.email, "password": PASSWORD})
    assert "Слишком много неверных паролей" in text_of(answer)
    # Another browser has failed at nothing.
    assert (
        begun("/accounts/login/", {"login": reader.email, "password": PASSWORD})
        .get("/api/v1/access/")
        .status_code
        == 204
    )


def test_from_a_new_browser_the_link_of_an_e_mail_opens_every_way(reader, deliver):
    close(reader, *WAYS_IN)
    client = resetting(reader)
    deliver()
    message = mail.outbox[-1]
    assert not re.search(r"\b\d{8}\b", message.body)
    link = re.search(r"http\S+/accounts/password/link/\S+", message.body)[0]
    other = Client()
    path = "/accounts" + link.partition("/accounts")[2]
    page = other.get(path)
    # A scanner that only looks at the page leaves the link as it was.
    token = re.search(r'name="token" value="([^"]+)"', page.content.decode())[1]
    answer = other.post("/accounts/password/link/", {"token": token})
    assert answer["Location"] == "/accounts/password/reset/complete/"
    new = {"password1": "vechernij-tuman-nad-rekoj", "password2": "vechernij-tuman-nad-rekoj"}
    other.post("/accounts/password/reset/complete/", new)
    assert not GuessCounter.objects.filter(consecutive=100).exists()
    signing = {"login": reader.email, "password": new["password1"]}
    assert begun("/accounts/login/", signing).get("/api/v1/access/").status_code == 204
    # Once.
    assert Client().post("/accounts/password/link/", {"token": token}).status_code == 409
    # The first browser's code was never e-mailed, so it is not checked.
    assert client.post("/accounts/password/reset/confirm/", {"code": "x"}).status_code in {200, 302}


@pytest.mark.parametrize("token", ["", "x", "eyJ1c2VyIjoxfQ:x:y"])
def test_made_up_link_opens_nothing(site, token):
    assert Client().post("/accounts/password/link/", {"token": token}).status_code == 409
    assert Client().get(f"/accounts/password/link/?token={token}").status_code == 409


ASKING = {
    "sign in by code": ("/accounts/login/code/", {}),
    "sign in by code, API": (HEADLESS + "auth/code/request", {}),
    "new password": ("/accounts/password/reset/", {}),
    "new password, API": (HEADLESS + "auth/password/request", {}),
    "registration": ("/accounts/signup/", {"password1": PASSWORD}),
    "registration, API": (HEADLESS + "auth/signup", {"password": PASSWORD}),
    "certificates": ("/certificates/claim/", {}),
}


@pytest.mark.parametrize("email", ["anna@example.org", "nobody@example.org"])
@pytest.mark.parametrize("door", ASKING)
def test_e_mails_to_one_address_are_limited_by_the_hour_and_the_day(reader, deliver, email, door):
    path, more = ASKING[door]

    def ask(number):
        named = {"display_name": f"Имя{number}"} if "signup" in path else {}
        return send(Client(), path, {"email": email} | more | named)

    for number in range(2):
        assert ask(number).status_code in {200, 302, 401}
    GuessCounter.objects.filter(proof=Proof.CODE_EMAIL).update(in_hour=10)
    refused = ask(3)
    assert refused.status_code == 429
    assert "попробуйте через час" in text_of(refused)
    GuessCounter.objects.filter(proof=Proof.CODE_EMAIL).update(in_day=20)
    assert "попробуйте завтра" in text_of(ask(4))
    deliver()
    assert len([message for message in mail.outbox if message.to == [email]]) == 2


def test_owner_s_browser_gets_e_mails_though_a_stranger_used_up_the_address_s(reader, deliver):
    owner = begun("/accounts/login/", {"login": reader.email, "password": PASSWORD})
    owner.post("/accounts/logout/")
    signing_in(reader)
    GuessCounter.objects.filter(proof=Proof.CODE_EMAIL).update(in_hour=10)
    assert owner.post("/accounts/login/code/", {"email": reader.email}).status_code == 302


def test_owner_is_told_once_a_day(reader, deliver):
    fail(reader, Proof.PASSWORD, 9)
    assert warnings(deliver) == []
    for _ in range(3):
        fail(reader, Proof.PASSWORD, 1)
        assert warnings(deliver) == [[reader.email]]
    # Another way in is attacked on the same day.
    fail(reader, Proof.RESET_CODE, 10)
    assert len(warnings(deliver)) == 1
    later(hours=25)
    # There were no tries since.
    assert len(warnings(deliver)) == 1
    fail(reader, Proof.PASSWORD, 1)
    assert len(warnings(deliver)) == 2


def warnings(deliver):
    warn_of_guesses()
    deliver()
    return [message.to for message in mail.outbox if "пытается войти" in message.subject]


def fail(reader, proof, times, browser=""):
    counted_by = f"{reader.email}:{browser}" if browser else reader.email
    for _ in range(times):
        count_try(proof=proof, email=reader.email, counted_by=counted_by)


WAYS = [proof for proof in Proof if proof not in NOT_WAYS_IN]


@pytest.mark.parametrize(("first", "second"), [*zip(WAYS, [*WAYS[1:], WAYS[0]], strict=True)])
@pytest.mark.parametrize("browser", ["", "known-to-the-account"])
def test_failures_of_all_ways_and_browsers_are_added_up(reader, deliver, first, second, browser):
    fail(reader, first, 5)
    fail(reader, second, 4, browser)
    assert warnings(deliver) == []
    fail(reader, second, 1, browser)
    assert warnings(deliver) == [[reader.email]]
    # Further failures of that day are not told again.
    for proof in WAYS:
        fail(reader, proof, 4, "another")
        assert len(warnings(deliver)) == 1


def test_success_of_the_owner_does_not_hide_the_day_s_failures(reader, deliver):
    for _ in range(2):
        fail(reader, Proof.PASSWORD, 5)
        begun("/accounts/login/", {"login": reader.email, "password": PASSWORD})
    assert set(GuessCounter.objects.values_list("consecutive", flat=True)) == {0}
    assert warnings(deliver) == [[reader.email]]


def test_failures_of_different_days_are_not_added_up(reader, deliver):
    fail(reader, Proof.PASSWORD, 6)
    begun("/accounts/login/", {"login": reader.email, "password": PASSWORD})
    later(hours=25)
    fail(reader, Proof.PASSWORD, 1)
    fail(reader, Proof.SIGN_IN_CODE, 6)
    assert warnings(deliver) == []


def test_right_codes_and_e_mails_asked_for_are_no_failures(reader, deliver):
    for _ in range(10):
        begun("/accounts/login/", {"login": reader.email, "password": PASSWORD})
        count_code_email(email=reader.email, counted_by=reader.email)
    assert warnings(deliver) == []


def test_failures_of_others_are_not_added(reader, deliver):
    other = register_person(email="zoja@example.org", password=PASSWORD, display_name="Зоя")
    for person in (reader, other):
        fail(person, Proof.PASSWORD, 5)
        fail(person, Proof.SIGN_IN_CODE, 4)
    assert warnings(deliver) == []


def test_nobody_is_told_about_an_address_without_an_account(site, deliver):
    for _ in range(20):
        count_try(proof=Proof.PASSWORD, email="nobody@example.org", counted_by="nobody@example.org")
    warn_of_guesses()
    assert deliver() == 0


@pytest.mark.parametrize("failures", [0, 9, 10, 99, 100])
def test_wrong_password_costs_the_same_statements_for_a_known_and_an_unknown_address(
    reader, failures
):
    def cost(email):
        if failures:
            count_try(proof=Proof.PASSWORD, email=email, counted_by=email)
            GuessCounter.objects.update(consecutive=failures)
        with statements() as collected:
            send(Client(), "/accounts/login/", {"login": email, "password": WRONG})
        return [one for one in collected if "guesscounter" in one]

    cost("first@example.org")
    known, unknown = cost(reader.email), cost("nobody@example.org")
    assert known == unknown
    assert known


def test_counters_keep_no_address_and_go_with_the_account(reader):
    count_try(proof=Proof.PASSWORD, email=reader.email, counted_by=reader.email)
    counter = GuessCounter.objects.get()
    assert counter.user == reader
    assert "anna" not in counter.key


def test_code_of_an_app_counts_once(reader, monkeypatch):
    with_factor(reader)
    first, second = (password_typed(reader) for _ in range(2))
    counter = next(yield_hotp_counters_from_time())
    monkeypatch.setattr(totp, "yield_hotp_counters_from_time", lambda: iter([counter]))
    code = format_hotp_value(hotp_value(TOTP_SECRET, counter))
    first.post("/accounts/2fa/authenticate/", {"code": code})
    second.post("/accounts/2fa/authenticate/", {"code": code})
    entered = [browser.get("/api/v1/access/").status_code for browser in (first, second)]
    assert entered == [204, 401]


def test_recovery_code_counts_once(reader):
    with_factor(reader)
    code = RecoveryCodes.activate(reader).get_unused_codes()[0]
    first, second = (password_typed(reader) for _ in range(2))
    for browser in (first, second):
        browser.post("/accounts/2fa/authenticate/", {"code": code})
    entered = [browser.get("/api/v1/access/").status_code for browser in (first, second)]
    assert entered == [204, 401]


def test_recovery_code_counts_like_a_code_of_the_app(reader):
    client = halfway(reader)
    assert Authenticator.objects.filter(user=reader).exists()
    send(client, "/accounts/2fa/authenticate/", {"code": "12345678"})
    assert GuessCounter.objects.get(proof=Proof.SECOND_FACTOR).consecutive == 1


def test_old_counters_are_forgotten(reader):
    for email in (reader.email, "nobody@example.org"):
        count_try(proof=Proof.PASSWORD, email=email, counted_by=email, code="one")
    GuessCounter.objects.update(last_at=timezone.now() - timedelta(days=31))
    keep_promises_of_erasure()
    # A slow attack on an account is remembered for a year.
    assert [counter.user for counter in GuessCounter.objects.all()] == [reader]
    GuessCounter.objects.update(last_at=timezone.now() - timedelta(days=366))
    keep_promises_of_erasure()
    assert not GuessCounter.objects.exists()
