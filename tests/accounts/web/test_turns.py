"""Codes that one browser sends at once."""

import pytest
from allauth.account import forms
from django.test import Client

from core import valkey
from tests.support.parallel import in_parallel

CONFIRM = "/accounts/login/code/confirm/"


@pytest.mark.usefixtures("many_at_once")
@pytest.mark.django_db(transaction=True)
def test_of_sign_in_codes_sent_at_once_three_are_judged(reader, code_in_email, monkeypatch):
    judged = []
    compare = forms.compare_user_code
    monkeypatch.setattr(
        forms,
        "compare_user_code",
        lambda **codes: judged.append(codes) or compare(**codes),
    )
    client = Client()
    client.post("/accounts/login/code/", {"email": reader.email})
    right = code_in_email(reader.email)

    def guess(number):
        tab = Client()
        tab.cookies = client.cookies
        tab.post(CONFIRM, {"code": f"{(int(right) + 1 + number) % 10**8:08}"})

    in_parallel(guess, 12)
    assert len(judged) == 3
    assert client.post(CONFIRM, {"code": right})["Location"] != "/"
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "sentence"), [("ru", "Слишком много запросов сразу"), ("en", "Too many requests")]
)
def test_a_form_that_cannot_wait_for_its_turn_is_refused(
    as_reader, monkeypatch, language, sentence
):
    class Taken:
        def acquire(self):
            return False

    monkeypatch.setattr(valkey.client(timeout=1), "lock", lambda *_key, **_times: Taken())
    for path in ("/accounts/profile/", "/_allauth/browser/v1/auth/login"):
        answer = as_reader.post(path, {}, headers={"Accept-Language": language})
        assert answer.status_code == 429
        text = answer.json()["errors"][0]["message"] if "_all" in path else answer.content.decode()
        assert sentence in text
    assert as_reader.get("/accounts/profile/").status_code == 200
