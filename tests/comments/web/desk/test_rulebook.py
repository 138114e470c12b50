from dataclasses import asdict, replace

import pytest

from comments.actions import publish_rulebook, save_draft
from comments.house_rules.default_rules import DEFAULT_RULES
from comments.models import RulebookDraft, RulebookVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(browser, editor, rulebook):
    return browser(editor)


def typed(rules, *, edition=0, **more):
    """The draft's form as a browser sends it, with its empty last rule."""
    fields = {
        "form-TOTAL_FORMS": len(rules) + 1,
        "form-INITIAL_FORMS": len(rules),
        "edition": edition,
    }
    for number, rule in enumerate(rules):
        fields |= {f"form-{number}-{name}": value for name, value in asdict(rule).items()}
        fields[f"form-{number}-position"] = number + 1
    return fields | more


def save(desk, rules, **more):
    return desk.post("/desk/rulebook/draft/", typed(rules, **more))


def test_draft_is_saved_compared_and_published(desk, site):
    rules = list(DEFAULT_RULES)
    rules[1] = replace(rules[1], title_ru="Оскорбления и угрозы")
    answer = save(desk, rules, compare="")
    page = desk.get(answer["Location"]).content.decode()
    assert "Оскорбления и <del>травля</del>" in page
    assert "Оскорбления и <ins>угрозы</ins>" in page
    assert "Нецензурная" not in page
    inline = desk.get(f"{answer['Location']}?view=inline").content.decode()
    assert "Оскорбления и <del>травля</del><ins>угрозы</ins>" in inline
    assert RulebookVersion.objects.current(site).number == 1
    desk.post("/desk/rulebook/draft/publication/", {"edition": 1})
    published = RulebookVersion.objects.current(site)
    assert (published.number, published.texts[1].title_ru) == (2, "Оскорбления и угрозы")
    assert not RulebookDraft.objects.exists()


def test_rules_are_added_left_out_and_moved(desk):
    first, second, *_rest = DEFAULT_RULES
    new = {"form-2-code": "links", "form-2-title_ru": "Ссылки", "form-2-position": 1}
    save(desk, [first, second], **new, **{"form-0-drop": "on"})
    draft = RulebookDraft.objects.get()
    assert [rule.code for rule in draft.texts] == ["links", second.code]


def test_two_editors_do_not_write_over_each_other(desk, site, other_editor):
    save_draft(site=site, rules=DEFAULT_RULES[:3], actor=other_editor, edition=0)
    mine = [replace(DEFAULT_RULES[0], title_ru="Моё название")]
    page = save(desk, mine)
    shown = page.content.decode()
    assert page.status_code == 409
    assert "Моё название" in shown
    assert len(RulebookDraft.objects.get().texts) == 3
    assert 'name="edition" value="1"' in shown
    save(desk, mine, edition=1)
    assert len(RulebookDraft.objects.get().texts) == 1


def test_unfinished_rule_is_saved_and_not_published(desk, site):
    save(desk, [replace(DEFAULT_RULES[0], text_ru="")])
    page = desk.post("/desk/rulebook/draft/publication/", {"edition": 1})
    assert page.status_code == 422
    assert "Правило 1" in page.content.decode()
    assert RulebookVersion.objects.current(site).number == 1


def test_draft_is_thrown_away(desk, site):
    save(desk, DEFAULT_RULES[:1])
    desk.post("/desk/rulebook/draft/discarding/", {"edition": 1})
    assert not RulebookDraft.objects.exists()
    assert RulebookVersion.objects.count() == 1


def test_broken_code_is_refused_with_what_was_typed(desk):
    page = save(desk, [replace(DEFAULT_RULES[0], code="не код", text_ru="Сохранить меня")])
    assert page.status_code == 422
    assert "Сохранить меня" in page.content.decode()


def test_any_two_versions_are_compared(desk, site, editor):
    for title in ("Вторая", "Третья"):
        rules = [replace(DEFAULT_RULES[0], title_ru=title), *DEFAULT_RULES[1:]]
        publish_rulebook(site=site, rules=rules, actor=editor)
    page = desk.get("/desk/rulebook/versions/3/").content.decode()
    assert "<del>Вторая</del>" in page
    page = desk.get("/desk/rulebook/versions/3/?with=1").content.decode()
    assert "Вторая" not in page
    assert desk.get("/desk/rulebook/versions/9/").status_code == 404


@pytest.mark.parametrize("count", [102, 1_000, 2**40])
def test_a_form_says_how_many_rules_fit(desk, count):
    answer = save(desk, DEFAULT_RULES[:2], **{"form-TOTAL_FORMS": count})
    page = answer.content.decode()
    assert "100" in page
    assert 'name="form-100-title_ru"' in page
    assert 'name="form-101-title_ru"' not in page
    assert not RulebookDraft.objects.exists()
