"""From the first page to the place where the person was."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.actions import register_person
from accounts.models import AccountEvent, ConsentText, HeldName, User
from accounts.names import skeleton
from core.models import Email
from tests.support.parallel import in_parallel
from tests.support.people import PASSWORD

NEXT = "/articles/kaluga/?page=2#comments"


def fill_in(client, email="boris@example.org", name="Борис", **more):
    data = {"email": email, "password1": PASSWORD, "display_name": name, "next": NEXT} | more
    return client.post("/accounts/signup/", data)


def enter(client, code):
    return client.post("/accounts/confirm-email/", {"code": code})


def test_registration_ends_where_the_person_was(client, site, code_in_email):
    page = client.get("/accounts/signup/", {"next": NEXT})
    assert 'name="next" value="/articles/kaluga/?page=2#comments"' in page.content.decode()
    assert fill_in(client)["Location"] == "/accounts/confirm-email/"
    assert enter(client, code_in_email("boris@example.org"))["Location"] == NEXT
    user = User.objects.get(email="boris@example.org")
    assert (user.display_name, user.language) == ("Борис", "ru")
    assert client.get("/api/v1/access/").status_code == 204
    assert AccountEvent.objects.filter(user=user, action="registered").exists()


def test_the_place_survives_a_change_of_language_and_a_wrong_code(client, site, code_in_email):
    fill_in(client)
    client.post("/i18n/setlang/", {"language": "en", "next": "/accounts/confirm-email/"})
    assert 'lang="en"' in client.get("/accounts/confirm-email/").content.decode()
    assert "code" in enter(client, "000000").context["form"].errors
    assert enter(client, code_in_email("boris@example.org"))["Location"] == NEXT


def test_a_refused_form_keeps_the_place_and_what_was_typed(client, site):
    page = fill_in(client, password1="123").content.decode()
    assert "boris@example.org" in page
    assert "Борис" in page
    assert 'name="next" value="/articles/kaluga/?page=2#comments"' in page
    assert not User.objects.exists()


def test_a_foreign_place_is_not_followed(client, site, code_in_email):
    fill_in(client, next="https://evil.example/")
    assert enter(client, code_in_email("boris@example.org"))["Location"] == "/"


def test_a_mistyped_address_is_corrected(client, site, code_in_email):
    fill_in(client, email="boris@exmaple.org")
    client.post("/accounts/confirm-email/", {"action": "change", "email": "boris@example.org"})
    assert enter(client, code_in_email("boris@example.org"))["Location"] == NEXT
    assert User.objects.get().email == "boris@example.org"


def test_a_code_is_sent_again(client, site, code_in_email, monkeypatch):
    fill_in(client)
    first = code_in_email("boris@example.org")
    refused = client.post("/accounts/confirm-email/", {"action": "resend"}, follow=True)
    assert (refused.status_code, refused.wsgi_request.path) == (200, "/accounts/confirm-email/")
    page = refused.content.decode()
    assert re.search(r"Новый можно будет попросить через \d+ секунд", page)
    assert 'data-wait="30"' in page
    assert code_in_email("boris@example.org") == first
    later = time.time() + 31
    monkeypatch.setattr("time.time", lambda: later)
    client.post("/accounts/confirm-email/", {"action": "resend"})
    second = code_in_email("boris@example.org")
    assert second != first
    page = client.get("/accounts/confirm-email/").content.decode()
    assert 'form="resend"' in page
    assert "последний код" not in page
    monkeypatch.setattr("time.time", lambda: later + 31)
    client.post("/accounts/confirm-email/", {"action": "resend"})
    second = code_in_email("boris@example.org")
    page = client.get("/accounts/confirm-email/").content.decode()
    assert 'form="resend"' not in page
    assert "последний код" in page
    assert enter(client, second)["Location"] == NEXT


def test_the_first_code_is_valid_although_a_new_one_was_asked_for_too_soon(
    client, site, code_in_email
):
    fill_in(client)
    client.post("/accounts/confirm-email/", {"action": "resend"})
    assert enter(client, code_in_email("boris@example.org"))["Location"] == NEXT


@pytest.mark.parametrize("known", [True, False])
def test_a_code_for_signing_in_is_sent_again_after_a_pause(
    client, reader, monkeypatch, deliver, known
):
    """The page does not show whether the address has an account."""
    email = reader.email if known else "nobody@example.org"
    page = "/accounts/login/code/confirm/"
    client.post("/accounts/login/code/", {"email": email})
    refused = client.post(page, {"action": "resend"}, follow=True).content.decode()
    assert re.search(r"Новый можно будет попросить через \d+ секунд", refused)
    later = time.time() + 31
    monkeypatch.setattr("time.time", lambda: later)
    sent = client.post(page, {"action": "resend"}, follow=True).content.decode()
    assert "Новый можно будет попросить" not in sent
    assert 'data-wait="30"' in sent
    deliver()
    assert len([message for message in mail.outbox if message.to == [email]]) == 1 + known


def test_the_code_page_offers_the_likely_address_by_one_press(client, site, code_in_email):
    fill_in(client, email="boris@gmial.com")
    page = client.get("/accounts/confirm-email/").content.decode()
    assert "Прислать код на boris@gmail.com" in page
    # What was typed waits in the field, for another correction.
    assert re.search(r'<input[^>]*name="email"[^>]*value="boris@gmial.com"', page)
    client.post("/accounts/confirm-email/", {"action": "change", "email": "boris@gmail.com"})
    assert enter(client, code_in_email("boris@gmail.com"))["Location"] == NEXT


def test_the_same_address_is_no_correction(client, site, deliver):
    fill_in(client)
    again = {"action": "change", "email": "boris@example.org"}
    page = client.post("/accounts/confirm-email/", again).content.decode()
    assert "Это тот же адрес" in page
    deliver()
    assert len(mail.outbox) == 1


def test_a_correction_asked_for_too_soon_stays_on_the_page(client, site, code_in_email):
    fill_in(client, email="boris@exmaple.org")
    fill_in(Client(), name="Вера")
    change = {"action": "change", "email": "boris@example.org"}
    refused = client.post("/accounts/confirm-email/", change)
    assert refused.status_code == 200
    assert "email" in refused.context["change_form"].errors


def test_a_known_address_corrected_makes_the_account(client, reader, code_in_email):
    """The page offers the correction to everyone, so that it must work for everyone."""
    fill_in(client, email=reader.email)
    page = client.get("/accounts/confirm-email/").content.decode()
    assert 'value="change"' in page
    client.post("/accounts/confirm-email/", {"action": "change", "email": "boris@example.org"})
    assert enter(client, code_in_email("boris@example.org"))["Location"] == NEXT
    assert User.objects.get(email="boris@example.org").check_password(PASSWORD)
    assert not HeldName.objects.exists()


def test_the_email_leaves_no_copy(client, site, deliver):
    fill_in(client)
    assert Email.objects.get().context["code"]
    deliver()
    email = Email.objects.get()
    assert (email.to, email.text, email.context, len(mail.outbox)) == ("", "", {}, 1)


def test_a_person_registered_by_a_command_may_sign_in_at_once(client, site):
    register_person(email="Vera@Example.org", password=PASSWORD, display_name=" Вера  П. ")
    answer = client.post("/accounts/login/", {"login": "vera@example.org", "password": PASSWORD})
    assert answer["Location"] == "/"
    assert User.objects.get().display_name == "Вера П."


@pytest.mark.parametrize("name", ["Анна К.", "AHHA  K", "анна к", "А.н.н.а К"])
def test_a_look_alike_name_is_refused_next_to_its_field(client, reader, name):
    errors = fill_in(client, name=name).context["form"].errors
    assert list(errors) == ["display_name"]
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_registrations_with_one_address_at_once_one_makes_the_account(site, settings):
    settings.ACCOUNT_RATE_LIMITS = False  # one code in ten seconds would hide the race
    places = {}

    def sign_up(number):
        places[number] = fill_in(Client(), name=["Анна", "Борис", "Вера"][number]).headers

    assert not in_parallel(sign_up, 3)
    assert {headers["Location"] for headers in places.values()} == {"/accounts/confirm-email/"}
    assert len(places) == 3
    person = User.objects.get()
    assert person.email == "boris@example.org"
    held = set(HeldName.objects.values_list("skeleton", flat=True))
    assert held == {skeleton(name) for name in ("Анна", "Борис", "Вера")} - {person.name_skeleton}


@pytest.mark.django_db(transaction=True)
def test_of_imports_with_one_address_at_once_one_is_refused_in_words(site):
    def register(number):
        name = ["Анна", "Борис"][number]
        register_person(email="Boris@example.org", password=PASSWORD, display_name=name)

    [refused] = in_parallel(register, 2)
    assert list(refused.fields) == ["email"]
    assert User.objects.count() == EmailAddress.objects.count() == 1


def test_an_address_that_mail_cannot_reach_is_refused_with_a_sentence(client, site):
    page = fill_in(client, "иван@почта.рф").content.decode()
    assert "До знака @ в адресе бывают только латинские буквы" in page
    assert not User.objects.exists()
    assert mail.outbox == []


@pytest.mark.parametrize("spelling", ["idn@почта.рф", "idn@xn--80a1acny.xn--p1ai", "IDN@Почта.РФ"])
def test_an_account_is_found_by_each_spelling_of_its_domain(client, site, code_in_email, spelling):
    fill_in(client, "idn@xn--80a1acny.xn--p1ai")
    enter(client, code_in_email("idn@почта.рф"))
    user = User.objects.get()
    assert user.email == "idn@почта.рф"
    client.logout()
    client.post("/accounts/login/", {"login": spelling, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_consents_come_last_and_the_rules_of_passwords_are_one_sentence(client, site):
    text = ConsentText(site=site, purpose="terms", version=1, is_required=True)
    text.label_ru, text.body_ru = "Согласен с правилами", "Текст"
    text.published_at = timezone.now()
    text.save()
    page = client.get("/accounts/signup/").content.decode()
    names = ("email", "password1", "display_name", "consent_terms")
    places = [page.index(f'name="{name}"') for name in names]
    assert places == sorted(places)
    assert "Не меньше 8 знаков" in page
    [rule] = [one for one in settings.AUTH_PASSWORD_VALIDATORS if "OPTIONS" in one]
    assert rule["OPTIONS"] == {"min_length": 8}
    # The link is no part of the label, so that a press on it does not tick the box.
    label = re.search(r'<label[^>]*for="id_consent_terms">(.*?)</label>', page, re.DOTALL)[1]
    assert "<a" not in label
    assert f'href="/accounts/consents/{text.pk}/"' in page


def test_each_empty_field_says_what_to_enter(client, site):
    page = client.post("/accounts/signup/", {}).content.decode()
    for sentence in ("Введите адрес почты.", "Введите пароль.", "Введите имя."):
        assert sentence in page
    assert "Обязательное поле" not in page
