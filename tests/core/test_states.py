import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.states import ForbiddenTransition, StaleDecision, Transitions

STATES = ["held", "published", "removed"]
TABLE = Transitions({"held": {"published"}, "published": {"removed"}, "removed": {"published"}})


def test_an_allowed_change_is_needed():
    assert TABLE.needs_change("held", "published", expected="held")


def test_a_change_that_the_table_lacks_is_refused():
    with pytest.raises(ForbiddenTransition) as refusal:
        TABLE.needs_change("held", "removed")
    assert refusal.value.extra == {"current": "held"}


def test_a_decision_about_another_state_is_refused_with_the_present_one():
    with pytest.raises(StaleDecision) as refusal:
        TABLE.needs_change("removed", "published", expected="held")
    assert refusal.value.status == 409
    assert refusal.value.extra == {"current": "removed"}


@given(state=st.sampled_from(STATES), expected=st.none() | st.sampled_from(STATES))
def test_repeating_a_change_is_never_refused(state, expected):
    assert not TABLE.needs_change(state, state, expected=expected)
