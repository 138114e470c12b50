"""Every e-mail in both languages, plain and in HTML."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core import mail

from core import mail as queue
from tests.support.people import PASSWORD

TEMPLATES = Path(apps.get_app_config("accounts").path) / "templates"
NAMES = sorted(
    str(path.relative_to(TEMPLATES)) for path in TEMPLATES.glob("accounts/emails/[!_]*.html")
)
FACTS = {
    "code": "123456",
    "url": "http://testserver/somewhere/",
    "email": "anna@example.org",
    "from_email": "old@example.org",
    "to_email": "new@example.org",
    "deleted_email": "old@example.org",
    "provider": "Яндекс",
    "ip": "192.0.2.7",
    "device": "Firefox",
    "timestamp": "23.11.2026",
    "until": "12.12.2026",
    "message": "7",
}
CONTEXT = {"ru": FACTS | {"role": "редактор"}, "en": FACTS | {"role": "editor"}}


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_each_email_is_wholly_in_one_language(site, name, language):
    message = queue.render(name, site=site, language=language, context=CONTEXT[language])
    assert f'lang="{language}"' in message.html
    assert message.html.startswith("<!DOCTYPE html>")
    words = re.sub(r"\S*[@/:.]\S*|Firefox|Яндекс|АНО|«?Вести|образования»?", "", message.text)
    foreign = r"[A-Za-z]{3,}" if language == "ru" else r"[а-яё]{3,}"
    assert not re.search(foreign, words)


def test_a_warning_says_when_where_from_and_by_what(as_reader, deliver):
    new = dict.fromkeys(("password1", "password2"), "spelye-limony-nochju")
    as_reader.post("/accounts/password/change/", {"oldpassword": PASSWORD} | new)
    deliver()
    message = mail.outbox[-1]
    assert message.subject == "Ваш пароль изменён"
    assert "127.0.0.1" in message.body
    assert message.alternatives[0].mimetype == "text/html"


@pytest.mark.parametrize("page", ["ru", "en"])
def test_an_email_speaks_its_readers_language_and_a_strangers_that_of_the_page(
    client, reader, deliver, page
):
    reader.language = "ru"
    reader.save(update_fields=["language"])
    for email in (reader.email, "stranger@example.org"):
        client.post(
            "/accounts/password/reset/", {"email": email}, headers={"Accept-Language": page}
        )
    deliver()
    known, unknown = (message.subject for message in mail.outbox)
    assert known.startswith("Код для смены пароля: ")
    assert unknown.startswith({"ru": "Учётной записи", "en": "There is no account"}[page])


def test_an_intruder_does_not_choose_the_language_of_the_alarm(client, reader, deliver):
    reader.language = "ru"
    reader.save(update_fields=["language"])
    client.force_login(reader)
    new = dict.fromkeys(("password1", "password2"), "spelye-limony-nochju")
    client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD} | new,
        headers={"Accept-Language": "en"},
    )
    deliver()
    assert mail.outbox[-1].subject == "Ваш пароль изменён"


def test_the_button_of_an_alarm_leads_to_a_code_for_a_new_password(as_reader, client, deliver):
    new = dict.fromkeys(("password1", "password2"), "spelye-limony-nochju")
    as_reader.post("/accounts/password/change/", {"oldpassword": PASSWORD} | new)
    deliver()
    alarm = mail.outbox[-1]
    assert "Это не я: сбросить пароль" in alarm.body
    url = re.search(r"https?://\S+/accounts/password/reset/\S*", alarm.body)[0]
    client.logout()
    page = client.get(f"/accounts/password/reset/?{url.partition('?')[2]}").content.decode()
    assert f'value="{alarm.to[0]}"' in page
    client.post("/accounts/password/reset/", {"email": alarm.to[0]})
    deliver()
    assert mail.outbox[-1].subject.startswith("Код для смены пароля: ")
