"""The rulebook while it is written: a draft, compared with what is in force, published whole."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from comments.actions import discard_draft, publish_draft, publish_rulebook, save_draft
from comments.house_rules.default_rules import DEFAULT_RULES
from comments.house_rules.rulebook import DraftChanged, RulesMovedOn
from comments.models import RulebookDraft, RulebookVersion
from comments.rule_texts import ChangeKind, compare
from core.errors import InvalidInput, NotFound

SHORTER = DEFAULT_RULES[:3]
UNFINISHED = replace(DEFAULT_RULES[0], code="new", title_ru="")


@pytest.mark.django_db
def test_draft_is_published_whole_and_is_a_draft_no_more(site, rulebook, editor):
    save_draft(site=site, rules=[*SHORTER, UNFINISHED], actor=editor, edition=0)
    with pytest.raises(InvalidInput) as refused:
        publish_draft(site=site, actor=editor, edition=1)
    assert refused.value.fields["rules"] == ["Правило 4: напишите заголовок и текст по-русски."]
    save_draft(site=site, rules=SHORTER, actor=editor, edition=1)
    version = publish_draft(site=site, actor=editor, edition=2)
    assert (version.number, version.texts, version.published_by_id) == (2, SHORTER, editor.pk)
    assert not RulebookDraft.objects.exists()
    with pytest.raises(NotFound):
        publish_draft(site=site, actor=editor, edition=0)


@pytest.mark.django_db
def test_two_editors_do_not_undo_each_others_draft(site, rulebook, editor, other_editor):
    save_draft(site=site, rules=SHORTER, actor=editor, edition=0)
    acts = [
        lambda: save_draft(site=site, rules=[], actor=other_editor, edition=0),
        lambda: discard_draft(site=site, actor=other_editor, edition=0),
        lambda: publish_draft(site=site, actor=other_editor, edition=7),
    ]
    for act in acts:
        with pytest.raises(DraftChanged) as refused:
            act()
        assert refused.value.extra == {"edition": 1}
    assert RulebookDraft.objects.get().texts == SHORTER


@pytest.mark.django_db
def test_draft_is_not_published_over_rules_it_was_not_compared_with(site, rulebook, editor):
    save_draft(site=site, rules=SHORTER, actor=editor, edition=0)
    publish_rulebook(site=site, rules=DEFAULT_RULES[:5], actor=editor)
    with pytest.raises(RulesMovedOn):
        publish_draft(site=site, actor=editor, edition=1)
    save_draft(site=site, rules=SHORTER, actor=editor, edition=1)
    assert publish_draft(site=site, actor=editor, edition=2).number == 3


@pytest.mark.django_db
def test_draft_over_the_api_says_what_changes(site, rulebook, editor):
    client, address = APIClient(), "/api/v1/moderation/rulebook/draft/"
    client.force_login(editor)
    begun = client.get(address).json()
    assert (begun["edition"], len(begun["rules"])) == (0, len(DEFAULT_RULES))
    assert {change["change"] for change in begun["changes"]} == {"same"}
    begun["rules"][0]["title_ru"] = "Закон"
    saved = client.put(address, {"edition": 0, "rules": begun["rules"][:-1]}).json()
    changes = {
        (c["code"], c["change"], *c["changed"]) for c in saved["changes"] if c["change"] != "same"
    }
    assert changes == {("law", "changed", "title_ru"), ("complaints", "removed")}
    stale = client.put(address, {"edition": 0, "rules": []})
    assert (stale.status_code, stale.json()["edition"]) == (409, 1)
    client.post("/api/v1/moderation/rulebook/publication/", {"edition": 1})
    assert RulebookVersion.objects.current(site).rules.first().title_ru == "Закон"


@pytest.mark.django_db
def test_everybody_reads_what_the_rule_was_that_day(site, rulebook, editor, client):
    publish_rulebook(site=site, rules=SHORTER, actor=editor)
    address = "/api/v1/sites/vesti/rules/"
    then = client.get(address, {"on": rulebook.published_at.isoformat()}).json()
    assert (then["version"], client.get(address).json()["version"]) == (1, 2)
    assert client.get(address, {"on": "2001-01-01T00:00Z"}).json()["code"] == "not_found"


@given(
    st.permutations(DEFAULT_RULES).map(lambda rules: rules[:6]),
    st.permutations(DEFAULT_RULES).map(lambda rules: rules[:6]),
)
def test_comparison_leads_from_the_old_to_the_new(old, new):
    changes = compare(old, new)
    assert [change.after for change in changes if change.after] == new
    assert {change.before for change in changes if change.before} == set(old)
    kinds = [change.kind for change in changes]
    assert len(old) + kinds.count(ChangeKind.ADDED) - kinds.count(ChangeKind.REMOVED) == len(new)
    nothing = all(c.kind == ChangeKind.SAME and not c.is_moved for c in changes)
    assert nothing == (old == new)
