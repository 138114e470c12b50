import re

import pytest

from comments.models import BulkDecision, Comment
from comments.states import BulkDecisionStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def carry_out(browser, editor, rulebook):
    def post(**fields):
        return browser(editor).post(
            "/desk/bulk-decisions/", {"decision": "remove", "rule": "spam"} | fields
        )

    return post


def states():
    return list(Comment.objects.order_by("id").values_list("state", flat=True))


def test_chosen_comments_are_shown_before_anything_is_done(say, browser, editor, rulebook):
    first, second = say("Первый слон"), say("Второй слон")
    page = browser(editor).get(f"/desk/bulk-decisions/?comment={first.pk}&comment={second.pk}")
    shown = page.content.decode()
    assert "Первый слон" in shown
    assert re.search(r"Выбрано\s2\sкомментария", shown)
    assert states() == ["published", "published"]


def test_bulk_decision_shows_its_progress_and_is_undone_at_once(
    say, carry_out, deliver, browser, editor
):
    comments = [say(f"Слон {number}") for number in range(3)]
    address = carry_out(comment=[one.pk for one in comments[:2]])["Location"]
    running = browser(editor).get(address).content.decode()
    assert "0 из 2" in running
    assert f'hx-get="{address}"' in running
    deliver()
    assert states() == ["removed", "removed", "published"]
    done = browser(editor).get(address, headers={"HX-Request": "true"}).content.decode()
    assert "2 из 2" in done
    assert "hx-get" not in done
    browser(editor).post(f"{address}undo/")
    deliver()
    assert states() == ["published"] * 3
    assert BulkDecision.objects.get().status == BulkDecisionStatus.UNDONE


def test_all_of_a_person_since_a_time(say, other_reader, reader, carry_out, deliver):
    say("Раз")
    say("Два")
    say("Чужой", by=other_reader)
    carry_out(person=reader.pk, since="2020-01-01T00:00")
    deliver()
    assert states() == ["removed", "removed", "published"]


def test_bulk_decision_without_a_rule_says_so_and_keeps_the_choice(say, carry_out):
    comment = say()
    page = carry_out(comment=comment.pk, rule="", note="Не потерять")
    shown = page.content.decode()
    assert page.status_code == 422
    assert "Не потерять" in shown
    assert f'name="comment" value="{comment.pk}"' in shown
    assert BulkDecision.objects.count() == 0


def test_comments_of_a_neighbour_cannot_be_chosen(say, carry_out, neighbour_editor, browser):
    comment = say()
    answer = browser(neighbour_editor).post(
        "/desk/bulk-decisions/", {"decision": "remove", "rule": "spam", "comment": comment.pk}
    )
    assert answer.status_code == 403
    assert BulkDecision.objects.count() == 0


def test_numbers_that_are_none_choose_nothing(browser, editor, thread):
    page = browser(editor).get("/desk/bulk-decisions/?comment=x&comment=99999999999999999999")
    assert "Ни один комментарий не выбран" in page.content.decode()
