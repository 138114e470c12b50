from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from certificates.models import Application, FormVersion, Programme, Template

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(registrar, sign_in):
    return sign_in(registrar)


@pytest.fixture
def posted(desk, programme):
    """Return what the form builder's page submits with a new question that is left empty."""

    def read():
        formset = desk.get("/registrar/programmes/publication/form/").context["formset"]
        data = {
            "form-TOTAL_FORMS": len(formset.forms) + 1,
            "form-INITIAL_FORMS": formset.initial_form_count(),
            f"form-{len(formset.forms)}-kind": "text",
        }
        for at, one in enumerate(formset.initial_forms):
            data |= {f"form-{at}-{name}": value for name, value in one.initial.items() if value}
        return data

    return read


def publish(desk, data):
    return desk.post("/registrar/programmes/publication/form/", data)


def test_publishing_unchanged_makes_no_version(desk, posted):
    publish(desk, posted())
    assert FormVersion.objects.filter(programme__slug="publication").count() == 1


def test_added_question_keeps_its_position(desk, posted, page):
    publish(desk, inserted(posted(), at=1))
    shown = page.get("/programmes/publication/").content.decode()
    assert shown.index("Учёная степень") < shown.index("Отчество")
    assert "(необязательно)" in shown


def inserted(data, *, at):
    """With a new question, moved up from the end of the form."""
    new = {"key": "degree", "kind": "degree", "label_ru": "Учёная степень"}
    later = {f"form-{place}-": f"form-{place + 1}-" for place in range(at, 9)}
    moved = {later.get(name[:7], name[:7]) + name[7:]: value for name, value in data.items()}
    return moved | {f"form-{at}-{name}": value for name, value in new.items()}


def move(desk, data, where):
    answer = desk.post("/registrar/programmes/publication/form/", data | {"move": where})
    assert answer.status_code == 200
    return answer


def labels(answer):
    return [one["label_ru"].value() for one in answer.context["formset"]]


def test_a_question_is_moved_by_a_button(desk, posted):
    answer = move(desk, posted(), "up:1")
    assert labels(answer)[:3] == ["Имя", "Фамилия", "Отчество"]
    assert labels(move(desk, posted(), "down:0"))[:3] == ["Имя", "Фамилия", "Отчество"]
    assert 'value="down:0" autofocus' in answer.content.decode()
    assert FormVersion.objects.filter(programme__slug="publication").count() == 1


def test_moved_question_is_published_in_its_new_position(desk, posted, page):
    formset = move(desk, posted(), "up:2").context["formset"]
    rows = {field.html_name: field.value() or "" for one in formset for field in one}
    publish(desk, posted() | rows)
    form = page.get("/programmes/publication/").content.decode()
    assert form.index('name="patronymic"') < form.index('name="given_name"')


def test_questions_are_named_in_the_registrar_s_language(desk, programme):
    desk.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    shown = desk.get("/registrar/programmes/publication/form/").content.decode()
    assert '<summary><span lang="en">Given name</span></summary>' in shown
    assert "Move “Given name” up" in shown


@pytest.mark.parametrize("where", ["up:0", "down:900", "up:x", "", "sideways:1"])
def test_impossible_move_changes_nothing(desk, posted, where):
    assert labels(move(desk, posted(), where))[:2] == ["Фамилия", "Имя"]


def preview(desk, data):
    answer = desk.post("/registrar/programmes/publication/form/preview/", data)
    return answer.content.decode()


def picture(page):
    return page.split("base64,")[1].split('"')[0]


def test_form_is_previewed_before_it_is_published(desk, posted):
    data = inserted(posted(), at=1)
    before, after = preview(desk, posted()), preview(desk, data)
    assert "Учёная степень" not in before
    assert after.index("Учёная степень") < after.index("Отчество")
    assert picture(after).startswith("iVBOR")
    assert picture(after) != picture(before)
    assert FormVersion.objects.filter(programme__slug="publication").count() == 1


def test_unfinished_question_does_not_hide_the_others(desk, posted):
    shown = preview(desk, posted() | {"form-9-key": "degree"})
    assert "Фамилия" in shown
    assert picture(shown).startswith("iVBOR")


def test_builder_starts_with_the_current_form(desk, programme):
    shown = desk.get("/registrar/programmes/publication/form/").content.decode()
    assert "Лебедева" not in shown
    assert picture(shown).startswith("iVBOR")
    assert 'id="answer-co_authors"' in shown


def test_several_questions_are_added_in_one_version(desk, posted):
    shown = desk.post("/registrar/programmes/publication/form/", posted() | {"add": "1"})
    assert shown.status_code == 200
    assert 'name="form-10-key"' in shown.content.decode()
    assert 'name="form-11-key"' not in shown.content.decode()
    assert FormVersion.objects.filter(programme__slug="publication").count() == 1


@pytest.mark.parametrize("button", [{"add": "1"}, {"move": "up:1"}])
def test_an_unfinished_question_is_not_called_wrong_by_other_buttons(desk, posted, button):
    data = posted() | {"form-9-label_en": "Degree", "form-9-max_length": "many"}
    shown = desk.post("/registrar/programmes/publication/form/", data | button).content.decode()
    assert "field-error" not in shown
    assert 'aria-invalid="true"' not in shown
    assert 'value="Degree"' in shown
    assert 'value="many"' in shown


def test_unfinished_question_is_refused_only_when_the_form_is_published(desk, posted):
    refused = publish(desk, posted() | {"form-9-label_en": "Degree"})
    assert refused.status_code == 422
    assert refused.content.decode().count("Обязательное поле.") == 1
    assert FormVersion.objects.filter(programme__slug="publication").count() == 1


def test_choices_of_another_kind_are_dropped(desk, posted):
    data = posted() | {"form-9-label_ru": "Смена", "form-9-choices_en": "one\ntwo"}
    publish(desk, data)
    assert newest_fields()[-1].choices_en == ()


def newest_fields():
    return Programme.objects.get(slug="publication").forms.newest().fields


def test_codes_are_made_from_the_questions_and_stay(desk, posted):
    data = posted() | {"form-TOTAL_FORMS": 14}
    added = (
        {"label_ru": "Учёная степень"},
        {"label_ru": "Учёная степень"},
        {"label_ru": "Страна", "label_en": "The country, in full"},
        {"label_ru": "Ключ", "label_en": "Key"},
        {"label_ru": "№"},
    )
    for at, question in enumerate(added, start=9):
        data |= {f"form-{at}-{name}": value for name, value in question.items()}
        data[f"form-{at}-kind"] = "text"
    publish(desk, data)
    codes = [field.key for field in newest_fields()[9:]]
    assert codes == [
        "uchenaia_stepen",
        "uchenaia_stepen_2",
        "the_country_in_full",
        "key_2",
        "question",
    ]
    publish(desk, posted() | {"form-9-label_ru": "Степень", "form-11-key": "country"})
    assert [field.key for field in newest_fields()[9:12]] == [codes[0], codes[1], "country"]


@pytest.mark.parametrize("key", ["key", "owner", "take", "application"])
def test_reserved_code_is_refused(desk, posted, key):
    new = {"key": key, "kind": "text", "label_ru": "Ещё"}
    answer = publish(desk, posted() | {f"form-9-{name}": value for name, value in new.items()})
    assert "Этот код занят самой анкетой" in answer.content.decode()


def test_applications_that_have_begun_keep_their_form(desk, posted, page, filled, confirm):
    publish(desk, posted() | {"form-5-DELETE": "on"})  # the title
    assert "Название материала" in page.get("/programmes/publication/").content.decode()
    confirm(filled)
    assert filled.confirmations.get().answers["title"] == "Развитие речи младших школьников"


def test_form_needs_a_name_and_an_email(desk, posted):
    answer = publish(desk, posted() | {"form-8-DELETE": "on"})
    assert "Спросите электронную почту" in answer.content.decode()
    assert FormVersion.objects.filter(programme__slug="publication").count() == 1


def test_a_published_form_is_frozen(programme):
    with pytest.raises(Exception, match=r"read-only|Cannot update"):
        programme.forms.update(questions=[])


def test_registrar_can_create_a_programme(desk, page, programme):
    desk.post(
        "/registrar/programmes/new/",
        {
            "slug": "review",
            "number_prefix": "PE",
            "template": Template.objects.get(slug="publication").pk,
            "title_ru": "Свидетельство рецензента",
            "approval": "registrar",
            "correction_days": "30",
        },
    )
    assert Programme.objects.get(slug="review").forms.count() == 1
    assert "Свидетельство рецензента" in page.get("/programmes/").content.decode()


def create(desk, **more):
    template = Template.objects.get(slug="publication").pk
    required = {"template": template, "approval": "registrar", "correction_days": "30"}
    return desk.post("/registrar/programmes/new/", required | more)


def test_codes_of_a_programme_are_made_from_its_title(desk, programme):
    created = [create(desk, title_ru="Сертификат участника") for _ in range(2)]
    assert [answer.url.split("/")[-3] for answer in created] == [
        "sertifikat-uchastnika",
        "sertifikat-uchastnika-2",
    ]
    create(desk, title_ru="Ёж")
    prefixes = Programme.objects.order_by("id").values_list("number_prefix", flat=True)
    assert list(prefixes)[-3:] == ["CE", "CEA", "A"]


def test_letters_of_a_number_may_be_typed_in_cyrillic_and_small(desk, programme):
    create(desk, title_ru="Мастер-класс", number_prefix="мк")
    assert Programme.objects.get(title_ru="Мастер-класс").number_prefix == "MK"


def test_page_says_which_letters_a_number_may_have(desk, programme):
    assert "A, B, C, E, H, K, M, P, T, X" in desk.get("/registrar/programmes/new/").content.decode()
    refused = create(desk, title_ru="Диплом", number_prefix="ДИ")
    assert refused.status_code == 422
    assert "A, B, C, E, H, K, M, P, T, X" in str(refused.context["form"].errors)


@pytest.mark.parametrize("slug", ["publication", "new"])
def test_code_of_a_programme_that_is_taken_is_refused(desk, programme, slug):
    refused = create(desk, title_ru="Диплом", slug=slug)
    assert refused.status_code == 422
    assert "Этот код уже у другой программы." in refused.content.decode()


def test_sentences_have_a_line_each_and_optional_fields_are_called_so(desk, programme):
    shown = desk.get("/registrar/programmes/publication/").content.decode()
    assert 'rows="10"' not in shown
    builder = desk.get("/registrar/programmes/publication/form/").content.decode()
    choices = builder.split("Ответы на выбор, по одному в строке")[1].split("</label>")[0]
    code = builder.split(">Код")[1].split("</label>")[0]
    assert ("необязательно" in choices, "необязательно" in code) == (False, True)


def test_unknown_template_is_refused(desk, programme):
    sent = {"slug": "new", "number_prefix": "PE", "template": "0", "title_ru": "Новое"}
    answer = desk.post("/registrar/programmes/new/", sent | {"approval": "registrar"})
    assert answer.status_code == 422
    assert "template" in answer.context["form"].errors
    template = Template.objects.get(slug="publication")
    assert f'<option value="{template.pk}"' in answer.content.decode()


@pytest.mark.parametrize(
    "address", ["", "new/", "publication/", "publication/form/", "publication/form/preview/"]
)
def test_only_registrars_can_change_programmes(page, programme, address):
    assert page.get(f"/registrar/programmes/{address}").status_code in {403, 405}
    assert page.post(f"/registrar/programmes/{address}").status_code in {403, 405}


def test_closed_programme_accepts_no_applications(page, programme, answers):
    Programme.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    assert "Приём заявок закончен" in page.get("/programmes/publication/").content.decode()
    page.post("/programmes/publication/", answers)
    assert not Application.objects.exists()


def test_a_draft_is_kept_when_the_programme_closes(page, filled, confirm):
    Programme.objects.update(closes_at=timezone.now() + timedelta(hours=1))
    address = f"/applications/{filled.pk}/confirmation/"
    digest = page.get(address).context["digest"]
    Programme.objects.update(closes_at=timezone.now() - timedelta(minutes=1))
    answer = page.post(address, {"digest": digest})
    assert "Приём заявок закончен. То, что вы ввели, сохранено." in answer.content.decode()
    filled.refresh_from_db()
    assert (filled.status, filled.answers["surname"]) == ("draft", "Иванова")


def test_programme_that_is_not_open_yet_accepts_no_applications(page, programme):
    Programme.objects.update(opens_at=timezone.now() + timedelta(days=1))
    assert "Приём заявок ещё не начался" in page.get("/programmes/publication/").content.decode()


def test_limit_per_person_is_enforced(page, filled, confirm, answers):
    Programme.objects.update(limit_per_person=1)
    confirm(filled)
    page.post("/programmes/publication/", answers)
    assert Application.objects.count() == 1
    shown = page.get("/programmes/publication/").content.decode()
    assert "столько заявок, сколько разрешают правила" in shown


def test_choices_are_written_in_both_languages(desk, posted, page):
    new = {"key": "shift", "kind": "choice", "label_ru": "Смена", "choices": "утро\nвечер"}
    data = posted() | {f"form-9-{name}": value for name, value in new.items()}
    data["form-TOTAL_FORMS"] = 10
    few = publish(desk, data | {"form-9-choices_en": "morning"})
    assert few.status_code == 422
    assert "столько же ответов" in few.content.decode()
    publish(desk, data | {"form-9-choices_en": "morning\nevening"})
    page.post("/i18n/setlang/", {"language": "en", "next": "/"})
    shown = page.get("/programmes/publication/").content.decode()
    assert '<option value="вечер">evening</option>' in shown
