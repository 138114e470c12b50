"""A person's card on the desk: all that editors know, and what they write down."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import Subject, impose_sanction, lift_sanction, rename
from accounts.models import Sanction
from comments.actions import Decision, decide, publish_word_list, report_comment
from comments.discussion.screen_text import TextRefused
from comments.models import Thread, UserNote, WordListVersion
from comments.privacy.cases import erase
from comments.states import DecisionKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(reader, make_known):
    return make_known(reader)


@pytest.fixture
def card(browser, editor, reader, rulebook):
    def get(person=reader, by=editor):
        return browser(by).get(f"/desk/people/{person.pk}/").content.decode()

    return get


def section(page, name):
    return page.split(f'id="{name}"', 1)[1].split("</section>", 1)[0]


def test_sanctions_imposed_and_lifted_are_on_the_card(card, site, reader, editor, other_editor):
    sanction = impose_sanction(
        site=site,
        kind=Sanction.Kind.MUTE,
        subject=Subject.person(reader),
        rule_label="Флуд",
        actor=editor,
        note="Третий раз",
        message="Отдохните",
        ends_at=timezone.now() + timedelta(days=3),
    )
    lift_sanction(sanction=sanction, actor=other_editor, note="Извинилась")
    shown = section(card(), "sanctions")
    for words in ("Запрет комментировать", "Флуд", "Третий раз", "Отдохните", "Извинилась"):
        assert words in shown
    assert shown.index("наложено: Вера Р.") < shown.index("снято: Глеб Р.")


def test_decisions_reports_refusals_and_names_are_on_the_card(
    say, card, reader, other_reader, editor
):
    site = say().site
    theirs, mine = say("Спорное", by=other_reader), say("Снятое")
    report_comment(comment=theirs, reporter=reader, rule_code="insults", note="Грубо")
    decide(comment=theirs, decision=Decision(DecisionKind.KEEP), editor=editor)
    removal = Decision(DecisionKind.REMOVE, rule_code="spam")
    decide(comment=mine, decision=removal, editor=editor)
    kind = WordListVersion.Kind.BANNED
    publish_word_list(site=site, name="rude", kind=kind, entries=["негодяй"], actor=editor)
    with pytest.raises(TextRefused):
        say("Ты негодяй", into=Thread.objects.get())
    rename(user=reader, name="Анна Новая")
    page = card()
    assert "Снятое" in section(page, "decisions")
    assert "негодяй" in section(page, "refused")
    assert "запрещённые слова" in section(page, "refused")
    reports = section(page, "reports")
    assert "Спорное" in reports
    assert "Грубо" in reports
    assert "Редакция оставила комментарий" in reports
    assert "Анна К." in page.split("Прежние имена:", 1)[1].split("</p>", 1)[0]


def test_note_is_for_the_editors_of_this_publication(
    card, browser, editor, reader, neighbour_editor
):
    path = f"/desk/people/{reader.pk}/notes/"
    browser(editor).post(path, {"text": "  Пишет под двумя именами\nи не скрывает "})
    shown = section(card(), "notes")
    assert "Пишет под двумя именами<br>и не скрывает" in shown
    assert "Вера Р." in shown
    for stranger in (reader, neighbour_editor, None):
        browser(stranger).post(path, {"text": "Чужое"})
        assert "двумя именами" not in card(by=stranger)
    assert UserNote.objects.count() == 1


@pytest.mark.parametrize("text", ["", "  ", "я" * 2_001])
def test_empty_and_endless_notes_are_refused_and_kept_in_the_form(browser, editor, reader, text):
    page = browser(editor).post(f"/desk/people/{reader.pk}/notes/", {"text": text})
    assert page.status_code == 422
    assert text.strip() in page.content.decode()
    assert not UserNote.objects.exists()


def test_erasing_the_person_deletes_the_notes_about_them(browser, editor, reader):
    browser(editor).post(f"/desk/people/{reader.pk}/notes/", {"text": "Заметка"})
    erase(editor, "keep")
    assert UserNote.objects.get().author_label == "Вера Р."
    erase(reader, "keep")
    assert not UserNote.objects.exists()


def test_warning_alone_is_not_shown_as_a_ban(card, site, reader, editor):
    impose_sanction(
        site=site,
        kind=Sanction.Kind.WARNING,
        subject=Subject.person(reader),
        rule_label="",
        actor=editor,
    )
    assert "badge--danger" not in card()
    assert "badge--warn" in card()


def test_address_of_a_form_leads_to_the_card(browser, editor, reader):
    for name in ("notes", "sanctions"):
        answer = browser(editor).get(f"/desk/people/{reader.pk}/{name}/")
        assert answer["Location"] == f"/desk/people/{reader.pk}/"


def test_person_of_another_publication_is_not_there(browser, editor, other_reader, make_known):
    url = f"/desk/people/{other_reader.pk}/"
    by_api = f"/api/v1/moderation/users/{other_reader.pk}/sanctions/"
    desk = browser(editor)
    note = {"text": "Из любопытства"}
    ban = {"kind": "ban", "rule": "spam"}
    for answer in (
        *(desk.get(url), desk.post(f"{url}notes/", note), desk.post(f"{url}sanctions/", ban)),
        *(desk.get(by_api), desk.post(by_api, ban, content_type="application/json")),
    ):
        assert answer.status_code == 404
        assert other_reader.display_name not in answer.content.decode()
    assert not UserNote.objects.exists()
    assert not Sanction.objects.exists()
    make_known(other_reader)
    assert desk.get(url).status_code == 200
