"""Registration through the JSON API."""

from accounts.models import HeldName, User
from tests.support.people import PASSWORD

SIGNUP = "/_allauth/app/v1/auth/signup"


def ask(client, email="boris@example.org", name="Борис"):
    data = {"email": email, "password": PASSWORD, "display_name": name}
    return client.post(SIGNUP, data, content_type="application/json")


def test_registration_by_code(client, site, code_in_email):
    answer = ask(client)
    token = answer.json()["meta"]["session_token"]
    code = code_in_email("boris@example.org")
    verified = client.post(
        "/_allauth/app/v1/auth/email/verify",
        {"key": code},
        content_type="application/json",
        headers={"X-Session-Token": token},
    )
    assert verified.json()["meta"]["is_authenticated"]
    user = User.objects.get(email="boris@example.org")
    assert user.display_name == "Борис"
    headers = {"X-Session-Token": verified.json()["meta"].get("session_token", token)}
    assert client.get("/api/v1/access/", headers=headers).status_code == 204


def test_a_known_address_is_answered_like_an_unknown_one(client, reader):
    unknown, known = ask(client), ask(client, email=reader.email, name="Вера")
    assert known.status_code == unknown.status_code == 401
    answers = [answer.json() for answer in (unknown, known)]
    for answer in answers:
        answer["meta"].pop("session_token")
    assert answers[0] == answers[1]
    assert HeldName.objects.filter(skeleton="bepa").exists()


def test_a_taken_name_is_reported_next_to_its_field(client, reader):
    errors = ask(client, name="Aннa K").json()["errors"]
    assert [error["param"] for error in errors] == ["display_name"]
