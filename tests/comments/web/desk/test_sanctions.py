import re
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Sanction, SanctionEvent
from accounts.permissions import active_sanctions
from comments.actions import Decision, decide
from comments.models import BulkDecision, Comment
from comments.states import DecisionKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(reader, make_known):
    return make_known(reader)


@pytest.fixture
def desk(browser, editor, reader, rulebook):
    return browser(editor)


def test_sanction_is_imposed_on_a_person_from_their_card(desk, reader, site):
    fields = {"kind": "mute", "days": "7", "rule": "insults", "message": "Неделя тишины"}
    answer = desk.post(f"/desk/people/{reader.pk}/sanctions/", fields | {"note": "Третий раз"})
    card = desk.get(answer["Location"]).content.decode()
    assert "badge--danger" in card
    (sanction,) = Sanction.objects.all()
    assert (sanction.rule_label, sanction.message, sanction.note) == (
        "Оскорбления и травля",
        "Неделя тишины",
        "Третий раз",
    )
    assert (sanction.ends_at - timezone.now()).days == 6


@pytest.mark.parametrize(("kind", "shown"), [("warning", False), ("ban", True)])
def test_list_calls_only_a_lasting_measure_endless(desk, reader, kind, shown):
    fields = {"kind": kind, "days": "usual", "rule": "insults"}
    desk.post(f"/desk/people/{reader.pk}/sanctions/", fields)
    table = desk.get("/desk/sanctions/").content.decode().split("<table", 1)[1].split("</table>")[0]
    assert ("бессрочно" in table) is shown


def chosen(form):
    """The fields of a sanction form as a browser sends them when nothing is changed."""
    kind = form.split('name="kind"', 1)[1].split("</select>", 1)[0]
    days = form.split('name="days"', 1)[1].split("</select>", 1)[0]
    first = re.search('value="([a-z]*)"', kind)[1]
    return {"kind": first, "days": re.search('value="([^"]*)" selected', days)[1]}


def test_form_is_valid_as_it_opens(desk, reader):
    card = desk.get(f"/desk/people/{reader.pk}/").content.decode()
    fields = chosen(card) | {"rule": "insults"}
    desk.post(f"/desk/people/{reader.pk}/sanctions/", fields)
    assert [(one.kind, one.ends_at) for one in Sanction.objects.all()] == [("warning", None)]


@pytest.mark.parametrize(
    ("kind", "days"),
    [("warning", None), ("premoderation", 30), ("mute", 7), ("suspension", 7), ("ban", None)],
)
def test_usual_duration_suits_the_kind(desk, reader, kind, days):
    fields = {"kind": kind, "days": "usual", "rule": "insults"}
    desk.post(f"/desk/people/{reader.pk}/sanctions/", fields)
    sanction = Sanction.objects.get()
    length = sanction.ends_at and round((sanction.ends_at - timezone.now()) / timedelta(days=1))
    assert length == days


def test_warning_takes_no_duration_from_the_form(desk, reader):
    fields = {"kind": "warning", "days": "30", "rule": "insults"}
    desk.post(f"/desk/people/{reader.pk}/sanctions/", fields)
    assert Sanction.objects.get().ends_at is None


@pytest.mark.parametrize("kind", ["mute", "suspension"])
def test_missing_end_is_named_at_its_field(desk, reader, kind):
    fields = {"kind": kind, "days": "", "rule": "spam"}
    page = desk.post(f"/desk/people/{reader.pk}/sanctions/", fields).content.decode()
    assert "На какой срок: Выберите, до какого времени" in page
    assert 'aria-invalid="true"' in page.split('name="days"', 1)[1].split(">", 1)[0]


def test_ban_removes_all_comments_in_one_act(say, desk, reader):
    comments = [say("Раз"), say("Два")]
    fields = {"kind": "ban", "days": "", "rule": "spam", "remove_comments": "on"}
    answer = desk.post(f"/desk/people/{reader.pk}/sanctions/", fields)
    decision = BulkDecision.objects.get()
    assert answer["Location"] == f"/desk/bulk-decisions/{decision.pk}/"
    assert {item.comment_id for item in decision.items.all()} == {one.pk for one in comments}
    assert (decision.decision, decision.rule.code) == ("remove", "spam")


def test_ban_rejects_comments_that_are_held_and_undoing_holds_them_again(
    say, thread, desk, reader, deliver
):
    thread.mode = "premoderated"
    thread.save()
    held = say("Ждёт")
    thread.mode = "open"
    thread.save()
    say("Виден")
    assert held.state == "held"
    fields = {"kind": "ban", "days": "", "rule": "spam", "remove_comments": "on"}
    desk.post(f"/desk/people/{reader.pk}/sanctions/", fields)
    deliver()
    assert [one.state for one in Comment.objects.order_by("pk")] == ["rejected", "removed"]
    assert held.events.order_by("pk").last().rule.code == "spam"
    desk.post(f"/desk/bulk-decisions/{BulkDecision.objects.get().pk}/undo/")
    deliver()
    assert [one.state for one in Comment.objects.order_by("pk")] == ["held", "published"]


def test_ban_of_a_person_without_comments_removes_nothing(desk, reader):
    fields = {"kind": "ban", "days": "", "rule": "spam", "remove_comments": "on"}
    answer = desk.post(f"/desk/people/{reader.pk}/sanctions/", fields)
    assert answer["Location"] == f"/desk/people/{reader.pk}/"
    assert not BulkDecision.objects.exists()


def test_suspension_without_an_end_is_refused_and_what_was_typed_stays(desk, reader):
    page = desk.post(
        f"/desk/people/{reader.pk}/sanctions/",
        {"kind": "suspension", "rule": "spam", "message": "Не пропасть"},
    )
    assert page.status_code == 422
    assert "Не пропасть" in page.content.decode()
    assert not Sanction.objects.exists()


def test_editor_cannot_impose_a_sanction_on_another_editor(desk, other_editor):
    page = desk.post(f"/desk/people/{other_editor.pk}/sanctions/", {"kind": "ban", "rule": "spam"})
    assert page.status_code == 422
    assert not Sanction.objects.exists()


@pytest.mark.parametrize("whom", ["spam.example", "192.0.2.0/24"])
def test_sanctions_on_a_domain_and_a_range_are_imposed_and_lifted(desk, whom, reader, site):
    desk.post("/desk/sanctions/", {"whom": whom, "kind": "ban", "rule": "spam"})
    sanction = Sanction.objects.get()
    assert "192.0.2.0" in sanction.subject or sanction.subject == whom
    assert sanction.subject in desk.get("/desk/sanctions/").content.decode()
    desk.post(f"/desk/sanctions/{sanction.pk}/lifting/")
    sanction.refresh_from_db()
    assert sanction.status == "lifted"
    assert not active_sanctions(reader, site, timezone.now(), "192.0.2.7")


@pytest.mark.parametrize("whom", ["gmail.com", "не домен", "0.0.0.0/0"])
def test_a_sanction_that_hits_everybody_is_refused_next_to_its_field(desk, whom):
    page = desk.post("/desk/sanctions/", {"whom": whom, "kind": "ban", "rule": "spam"})
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.content.decode()
    assert not Sanction.objects.exists()


def test_complaints_list_what_was_passed_on(say, desk, editor):
    said = say("Ваш корреспондент ошибся")
    say("Обычный комментарий")
    decide(
        comment=said,
        decision=Decision(DecisionKind.FORWARD, note="Проверьте, пожалуйста"),
        editor=editor,
    )
    page = desk.get("/desk/complaints/").content.decode()
    assert "Ваш корреспондент ошибся" in page
    assert "Проверьте, пожалуйста" in page
    assert "Обычный" not in page


def test_desk_shows_where_a_copy_comes_from_and_what_is_lifted_with_the_first(
    desk, reader, other_reader, site
):
    first = Sanction.objects.create(site=site, kind="ban", user=reader)
    copy = Sanction.objects.create(site=site, kind="ban", user=other_reader, copied_from=first)
    SanctionEvent.objects.create(
        sanction=copy, action="ban.imposed", to_status="active", evidence={"continues": first.pk}
    )
    table = desk.get("/desk/sanctions/").content.decode()
    newest, oldest = table.split("<tbody>")[1].split("<tr>")[1:]
    assert f'учётной записи того же человека: <a href="/desk/people/{reader.pk}/' in newest
    assert f'снимется оно со всех сразу: <a href="/desk/people/{other_reader.pk}/' in oldest
    card = desk.get(f"/desk/people/{other_reader.pk}/").content.decode()
    assert "перенесено с другой учётной записи того же человека" in card
    listed = desk.get(f"/api/v1/moderation/users/{other_reader.pk}/sanctions/").json()
    assert [one["copied_from"] for one in listed] == [first.pk]
    desk.post(f"/desk/sanctions/{first.pk}/lifting/")
    assert not Sanction.objects.filter(status="active").exists()
