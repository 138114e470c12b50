"""The exact number of statements, and of round trips to PostgreSQL, of an applicant's acts.

Without a transaction of the test around them, so that BEGIN and COMMIT count as in production.
"""

import pytest

from certificates.applications import actions
from tests.support.asked import Cost, cost

pytestmark = pytest.mark.django_db(transaction=True)


def test_preview(page, filled):
    path = f"/api/v1/applications/{filled.pk}/preview.png"
    for _ in range(3):
        page.get(path)
    with cost() as counted:
        answer = page.get(path)
    assert answer.status_code == 200
    assert counted == Cost(statements=5, round_trips=5)


def test_application(page, programme, applicant, answers):
    """Saved answers and their confirmation."""
    taken = []
    for number in range(4):
        draft = actions.start_application(programme=programme, applicant=applicant, language="ru")
        actions.save_answers(application=draft, typed=answers)
        typed = {"title": f"{answers['title']}, часть {number}"}
        path = f"/api/v1/applications/{draft.pk}/"
        with cost() as saving:
            saved = page.patch(path, {"answers": typed}, content_type="application/json")
        digest = page.get(path).json()["digest"]
        with cost() as confirming:
            answer = page.post(
                f"{path}confirmation/", {"digest": digest}, content_type="application/json"
            )
        assert (saved.status_code, answer.status_code) == (200, 200), (
            saved.content,
            answer.content,
        )
        taken.append((saving, confirming))
    assert taken[-1] == (
        Cost(statements=8, round_trips=8),
        Cost(statements=19, round_trips=19),
    )
