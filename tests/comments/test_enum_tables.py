"""Every table over an enumeration of the discussion has a row for each member."""

from dataclasses import fields
from pathlib import Path

import pytest

from comments.discussion.posting import STATES_AFTER_SCREENING
from comments.discussion.screening_policy import policy_of
from comments.models import CommentSettings
from comments.reading.pages import ORDERS, Sort
from comments.screening import Outcome, Policy
from comments.states import TRANSITIONS, VOTES, ReactionKind, State

WIDGET = Path(__file__).parent.parent.parent / "comments/static/comments/widget"


def test_every_reaction_kind_has_its_votes():
    assert set(VOTES) == set(ReactionKind)
    assert set(VOTES.values()) <= {-1, 0, 1}


@pytest.mark.parametrize("path", ["dom.js", "strings/ru.js", "strings/en.js"])
def test_widget_knows_every_reaction_kind(path):
    source = (WIDGET / path).read_text(encoding="utf-8")
    assert all(f"{kind}: " in source for kind in ReactionKind)


def test_every_state_has_its_transitions():
    assert set(TRANSITIONS._table) == set(State)


def test_every_outcome_but_rejection_leads_to_a_state():
    assert set(STATES_AFTER_SCREENING) == set(Outcome) - {Outcome.REJECT}


def test_every_sort_has_its_order():
    assert set(ORDERS) == set(Sort)


def test_every_setting_of_a_policy_comes_from_the_settings_of_the_site(site):
    changed = CommentSettings(
        site=site,
        min_length=2,
        max_length=20,
        most_links=7,
        newcomers_link=True,
        newcomer_comments=3,
        newcomer_hours=5,
        trust_sample=9,
        hold_disguised_words=False,
        trusted_up_to=0.25,
        allowed_domains=["example.org"],
        links="none",
        rates=[[1, 2]],
        external_review_url="https://example.org/hook",
    )
    policy, usual = policy_of(changed, site), Policy()
    same = {
        field.name
        for field in fields(Policy)
        if getattr(policy, field.name) == getattr(usual, field.name)
    }
    # The site of the tests has no word lists, and exemptions are not a setting.
    assert same == {"banned", "suspect", "exemptions"}
