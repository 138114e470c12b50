"""Responses of the form while the applicant types."""

import re

import pytest
from lxml.html import fromstring as parsed

from certificates.models import Application

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def type_in(page, programme):
    def run(**typed):
        return page.post("/programmes/publication/", typed, headers=HTMX).content.decode()

    return run


def test_typed_answer_is_saved(type_in):
    type_in(surname="Ивано")
    type_in(given_name="Мария")
    answers = Application.objects.get().answers
    assert (answers["surname"], answers["given_name"]) == ("Ивано", "Мария")


def test_a_slip_is_explained_with_its_correction(type_in):
    html = type_in(surname="Ивaнова")
    assert "смешаны русские и латинские буквы" in html
    assert 'value="surname:mixed_script"' in html


def test_one_click_corrects(type_in):
    type_in(surname="Ивaнова")
    html = type_in(correct="surname:mixed_script")
    assert Application.objects.get().answers["surname"] == "Иванова"
    assert 'value="Иванова"' in html
    assert "смешаны" not in html


def test_dismissed_slip_is_not_shown_again(type_in):
    type_in(surname="Ивaнова")
    assert "смешаны" not in type_in(dismiss="surname:mixed_script")
    assert "смешаны" not in type_in(given_name="Мария")
    assert "смешаны" in type_in(surname="Пeтрова")


def test_swapped_names_change_places(type_in):
    type_in(surname="Мария", given_name="Иванова")
    type_in(correct="surname:swapped_names")
    answers = Application.objects.get().answers
    assert (answers["surname"], answers["given_name"]) == ("Иванова", "Мария")


def test_typed_no_patronymic_becomes_the_tick(type_in):
    type_in(patronymic="нет")
    html = type_in(correct="patronymic:no_patronymic")
    answers = Application.objects.get().answers
    assert (answers["patronymic"], answers["patronymic_none"]) == ("", "yes")
    assert "checked" in html


def test_missing_answers_are_not_errors_while_typing(type_in):
    assert "Введите" not in type_in(surname="Иванова")


def test_preview_follows_the_answers(type_in):
    first = type_in(surname="Иванова").split("preview.png?beside&amp;v=")[1][:16]
    second = type_in(surname="Петрова").split("preview.png?beside&amp;v=")[1][:16]
    assert first != second


def test_two_tabs_make_one_draft(page, programme):
    one = page.get("/programmes/publication/").context["key"]
    two = page.get("/programmes/publication/").context["key"]
    page.post("/programmes/publication/", {"key": one, "surname": "Иванова"}, headers=HTMX)
    page.post("/programmes/publication/", {"key": two, "given_name": "Мария"}, headers=HTMX)
    draft = Application.objects.get()
    assert (draft.answers["surname"], draft.answers["given_name"]) == ("Иванова", "Мария")


def test_tab_left_open_starts_no_second_application(page, programme, answers, confirm):
    key = page.get("/programmes/publication/").context["key"]
    page.post("/programmes/publication/", {"key": key, **answers})
    confirm(Application.objects.get())
    late = page.post("/programmes/publication/", {"key": key, "surname": "П"}, headers=HTMX)
    assert late.status_code == 409
    assert "Заявка уже подтверждена" in late.content.decode()


def test_tab_left_open_hears_that_the_application_was_withdrawn(page, programme, answers):
    key = page.get("/programmes/publication/").context["key"]
    page.post("/programmes/publication/", {"key": key, **answers})
    draft = Application.objects.get()
    page.post(f"/applications/{draft.pk}/withdrawal/")
    for path in ("edit", "confirmation"):
        late = page.post(f"/applications/{draft.pk}/{path}/", {"surname": "П", "digest": "0" * 64})
        assert late.status_code == 409
        assert "Заявка отозвана" in late.content.decode()
    assert Application.objects.count() == 1


@pytest.mark.parametrize("slug", ["publication", "participation"])
def test_first_answer_brings_the_preview(page, programme, slug):
    page.post(f"/programmes/{slug}/", {"surname": "И"}, headers=HTMX)
    draft = Application.objects.get()
    picture = page.get(f"/applications/{draft.pk}/preview.png")
    assert picture.content.startswith(b"\x89PNG")


STRANGE = ["\u202e", "\u0301\u0301\u0301", "😀"]


@pytest.mark.parametrize("text", STRANGE, ids=ascii)
def test_strange_characters_are_saved_or_have_an_error(page, filled, text):
    answer = page.post("/programmes/publication/", {"title": f"Урок {text}"})
    assert answer.status_code in {302, 422}
    filled.refresh_from_db()
    assert filled.answers["title"].startswith("Урок")


def test_an_endless_answer_has_an_error_and_the_former_one_stays(page, filled):
    former = filled.answers["title"]
    answer = page.post("/programmes/publication/", {"title": f"Урок {'и' * 20_000}"})
    assert answer.status_code == 422
    filled.refresh_from_db()
    assert filled.answers["title"] == former


def test_nul_is_refused_with_a_sentence_and_saves_nothing(page, filled):
    answer = page.post("/programmes/publication/", {"title": "Урок \0"}, headers=HTMX)
    assert answer.status_code == 400
    # The script of the form shows what is marked so.
    assert re.search(r"data-problem>[^<]*NUL", answer.content.decode())
    title = filled.answers["title"]
    filled.refresh_from_db()
    assert filled.answers["title"] == title


MARKUP = ["#panic()", "$ x $", "= Заголовок", "*жирно* _косо_", "@cite", "<label>", "`код`"]


@pytest.mark.parametrize("text", [*MARKUP, "\\u{41}", '"; #sys.inputs; "'])
def test_markup_is_data(page, filled, text):
    page.post("/programmes/publication/", {"title": f"Урок {text}"}, headers=HTMX)
    picture = page.get(f"/applications/{filled.pk}/preview.png")
    assert picture.content.startswith(b"\x89PNG")


def test_characters_without_a_glyph_are_refused_before_confirming(page, filled):
    answer = page.post("/programmes/publication/", {"title": "Урок 漢字"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "нельзя напечатать" in shown
    assert "<title>Ошибка: Свидетельство о публикации" in shown


def test_slips_with_one_correction_are_one_proposal(page, programme, type_in):
    html = type_in(surname="ИВAHОВА")  # two Latin letters among capitals
    assert html.count('name="correct"') == 1
    assert "смешаны" in html
    assert "прописная только первая буква" in html
    [codes] = re.findall(r'name="dismiss" value="surname:([^"]+)"', html)
    assert len(codes.split(",")) == 2
    assert 'name="dismiss"' not in type_in(dismiss=f"surname:{codes}")
    assert len(Application.objects.get().dismissed_slips) == 2


def test_buttons_of_a_slip_name_the_field_and_the_outcome(type_in):
    shown = parsed(type_in(surname="Ивaнова"))
    names = [one.get("aria-label") for one in shown.iter("button")]
    assert names == ["Исправить: Фамилия, Иванова", "Оставить как есть: Фамилия, Ивaнова"]


def test_refused_form_marks_the_fields_with_slips_and_says_so_in_the_title(page, filled):
    answer = page.post("/programmes/publication/", {"surname": "Ивaнова"})
    shown = parsed(answer.content.decode())
    assert shown.get_element_by_id("answer-surname").get("aria-invalid") == "true"
    assert shown.get_element_by_id("answer-title").get("aria-invalid") is None
    assert shown.find(".//title").text.startswith("Ошибка:")


def test_presses_that_come_together_are_all_applied(type_in):
    type_in(surname="Ивaнова", title="Урок “ речи")
    html = type_in(
        given_name="Мария",
        correct="surname:mixed_script",
        dismiss="title:unbalanced_quotes",
    )
    answers = Application.objects.get().answers
    assert (answers["surname"], answers["given_name"]) == ("Иванова", "Мария")
    assert 'name="dismiss" value="title' not in html


def test_late_press_for_a_slip_that_is_gone_changes_nothing(type_in):
    type_in(surname="Иванова")
    html = type_in(dismiss="surname:mixed_script")
    assert "surname" in html
    assert Application.objects.get().dismissed_slips == []
