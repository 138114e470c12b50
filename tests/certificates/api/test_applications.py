import pytest
from rest_framework.test import APIClient

from certificates.models import Application, Certificate
from certificates.states import ApplicationStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def api():
    def of(user=None):
        client = APIClient()
        if user:
            client.force_login(user)
        return client

    return of


@pytest.fixture
def mine(api, applicant, programme, answers):
    """An application begun through the API."""
    body = {"programme": "publication", "answers": answers}
    return api(applicant).post("/api/v1/applications/", body).json()


def test_programmes_tell_their_questions(api, programme):
    document = api().get("/api/v1/programmes/publication/").json()
    assert document["title"] == "Свидетельство о публикации"
    assert [question["key"] for question in document["questions"]][:3] == [
        "surname",
        "given_name",
        "patronymic",
    ]


def test_the_answer_to_a_draft_tells_its_slips(api, applicant, programme):
    body = {"programme": "publication", "answers": {"surname": "Ивaнова"}}
    document = api(applicant).post("/api/v1/applications/", body).json()
    [slip] = document["slips"]["surname"]
    assert (slip["code"], slip["correction"]) == ("mixed_script", "Иванова")
    assert document["field_errors"]["title"][0]["code"] == "required"


def test_an_idempotency_key_begins_one_application(api, applicant, programme, answers):
    client = api(applicant)
    body = {"programme": "publication", "answers": answers}
    first = client.post("/api/v1/applications/", body, headers={"idempotency-key": "k1"}).json()
    client.post(f"/api/v1/applications/{first['id']}/confirmation/", {"digest": first["digest"]})
    again = client.post("/api/v1/applications/", body, headers={"idempotency-key": "k1"}).json()
    assert (again["id"], again["status"]) == (first["id"], "submitted")


def test_from_answers_to_the_document(api, applicant, mine, deliver):
    client = api(applicant)
    address = f"/api/v1/applications/{mine['id']}/"
    client.post(f"{address}confirmation/", {"digest": mine["digest"]})
    deliver()
    number = client.get(address).json()["certificate"]
    assert client.get("/api/v1/certificates/").json()["items"][0]["number"] == number
    document = client.get(f"/api/v1/certificates/{number}/document/")
    assert b"".join(document.streaming_content).startswith(b"%PDF-")


def test_a_digest_that_is_not_theirs_confirms_nothing(api, applicant, mine):
    answer = api(applicant).post(
        f"/api/v1/applications/{mine['id']}/confirmation/", {"digest": "0" * 64}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "answers_changed")
    assert answer.json()["digest"] == mine["digest"]
    assert Application.objects.get().status == ApplicationStatus.DRAFT


def test_incomplete_answers_are_named_in_the_problem(api, applicant, mine):
    client = api(applicant)
    address = f"/api/v1/applications/{mine['id']}/"
    digest = client.patch(address, {"answers": {"title": ""}}).json()["digest"]
    problem = client.post(f"{address}confirmation/", {"digest": digest}).json()
    assert problem["errors"] == {"title": ["Введите название"]}


def test_a_slip_is_kept_by_patch(api, applicant, mine):
    address = f"/api/v1/applications/{mine['id']}/"
    body = {
        "answers": {"surname": "Ивaнова"},
        "dismiss_slips": [{"question": "surname", "slip": "mixed_script"}],
    }
    assert api(applicant).patch(address, body).json()["slips"] == {}


def test_a_slip_that_is_not_there_is_refused_and_nothing_is_saved(api, applicant, mine):
    address = f"/api/v1/applications/{mine['id']}/"
    for question, slip in [
        ("surname", "all_caps"),
        ("surname", "invented"),
        ("given_name", "mixed_script"),
        ("nothing", "mixed_script"),
    ]:
        body = {
            "answers": {"surname": "Ивaнова"},
            "dismiss_slips": [
                {"question": "surname", "slip": "mixed_script"},
                {"question": question, "slip": slip},
            ],
        }
        answer = api(applicant).patch(address, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "no_such_slip"), slip
        stored = Application.objects.get()
        assert (stored.answers["surname"], stored.dismissed_slips) == ("Иванова", [])


def test_a_slip_dismissed_twice_is_one_risk(api, applicant, mine):
    body = {
        "answers": {"surname": "Ивaнова"},
        "dismiss_slips": [{"question": "surname", "slip": "mixed_script"}] * 2,
    }
    for _time in range(2):
        api(applicant).patch(f"/api/v1/applications/{mine['id']}/", body)
    assert Application.objects.get().dismissed_slips == [["surname", "mixed_script", "Ивaнова"]]


@pytest.mark.parametrize(("form", "start"), [("png", b"\x89PNG"), ("pdf", b"%PDF-")])
def test_the_preview_in_both_forms(api, applicant, mine, form, start):
    address = f"/api/v1/applications/{mine['id']}/preview.{form}"
    assert api(applicant).get(address, headers={"accept": "image/webp"}).content.startswith(start)


def test_decisions_are_the_registrar_s(api, by_hand, applicant, registrar, mine):
    api(applicant).post(
        f"/api/v1/applications/{mine['id']}/confirmation/", {"digest": mine["digest"]}
    )
    body = {"action": "approve", "expected_status": "submitted"}
    address = f"/api/v1/applications/{mine['id']}/decisions/"
    assert api(applicant).post(address, body).status_code == 403
    assert api(registrar).post(address, body).json()["status"] == "approved"
    stale = api(registrar).post(address, {**body, "action": "reject", "note": "нет"})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_decision")


def test_surrogates_and_nul_in_json_do_no_harm(api, applicant, mine):
    answer = api(applicant).patch(
        f"/api/v1/applications/{mine['id']}/",
        '{"answers": {"title": "Урок \\ud800\\u0000 речи"}}',
        content_type="application/json",
    )
    assert answer.status_code in {200, 400}
    assert Application.objects.get().answers["title"].startswith(("Урок", "Развитие"))


# What each person gets: 401 not signed in, 403 not permitted, 404 not theirs to know of.
ENDPOINTS = {
    ("get", "programmes/"): {"visitor": 200, "stranger": 200, "applicant": 200, "registrar": 200},
    ("get", "applications/"): {"visitor": 403, "stranger": 200, "applicant": 200, "registrar": 200},
    ("get", "applications/{id}/"): {
        "visitor": 403,
        "stranger": 404,
        "applicant": 200,
        "registrar": 200,
    },
    ("patch", "applications/{id}/"): {
        "visitor": 403,
        "stranger": 404,
        "applicant": 200,
        "registrar": 404,
    },
    ("get", "applications/{id}/preview.png"): {
        "visitor": 403,
        "stranger": 404,
        "applicant": 200,
        "registrar": 200,
    },
    ("post", "applications/{id}/confirmation/"): {
        "visitor": 403,
        "stranger": 404,
        "applicant": 400,
        "registrar": 404,
    },
    ("post", "applications/{id}/decisions/"): {
        "visitor": 403,
        "stranger": 403,
        "applicant": 403,
        "registrar": 400,
    },
    ("get", "certificates/"): {"visitor": 403, "stranger": 200, "applicant": 200, "registrar": 200},
}
CASES = [
    (method, path, person, expected)
    for (method, path), people in ENDPOINTS.items()
    for person, expected in people.items()
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(map(str, case)))
def test_every_endpoint_for_every_person(request, api, mine, case):
    method, path, person, expected = case
    user = None if person == "visitor" else request.getfixturevalue(person)
    answer = getattr(api(user), method)(f"/api/v1/{path.format(id=mine['id'])}")
    assert answer.status_code == expected
    assert Application.objects.get().status == ApplicationStatus.DRAFT
    assert not Certificate.objects.exists()
