"""Every action refuses texts, lists and objects beyond its bounds, for every caller.

The actions are read from each app's table of contents, so a new parameter without a bound fails
here.
"""

import importlib
import inspect
import re
import types
from dataclasses import dataclass

import pytest

from core.bounds import Bound, bounded
from core.errors import InvalidInput

MODULES = ("comments.actions", "certificates.actions", "accounts.actions", "webhooks.actions")
# What a person can make long.
OF_ANY_LENGTH = re.compile(
    r"\b(str|bytes|Sequence|Collection|Iterable|Mapping|dict|list|tuple|BinaryIO|Decision|Layout"
    r"|DraftContent|BulkTarget|CommentedPage|Sender|Subject|PreparedImage|RuleText)\b"
)
# The server's own, or of the database.
NOT_TYPED = {"ip", "address", "device", "counted_by", "event_ids", "given", "refused", "before"}
# Functions among them that only read, or are called by actions with what those have bounded.
NOT_ACTIONS = {
    "as_json",
    "audience",
    "check_name",
    "claim_name",
    "contribute_name_check",
    "forget",
    "is_held",
    "lock_names",
    "read_undo_token",
    "record_event",
    "require_current_address",
    "undo_token",
}
# Bounded otherwise, by the test that is named.
ELSEWHERE = {
    "text of post_comment": "test_costs.py::test_overlong_text_is_read_by_no_action",
    "text of edit_comment": "test_costs.py::test_overlong_text_is_read_by_no_action",
    "content of begin_import": "test_a_table_beyond_its_bound_is_not_stored",
    "email of count_try": "digested before it is stored; sign-in forms bound it",
    "code of count_try": "digested before it is stored; sign-in forms bound it",
    "email of count_code_email": "digested before it is stored; sign-in forms bound it",
    "former of undo_email_change": "read from a signed token",
    "kinds of unsubscribe": "members of an enum, read from a signed link",
    "chosen of choose_email_frequencies": "members of enums as keys and values",
    "name of rename": "check_name, before anything else",
}


def functions():
    for name in MODULES:
        module = importlib.import_module(name)
        public = getattr(module, "__all__", None) or dir(module)
        for attribute in public:
            function = getattr(module, attribute)
            if isinstance(function, types.FunctionType) and attribute not in NOT_ACTIONS:
                yield function


def typed(function):
    parameters = inspect.signature(function).parameters.values()
    return [
        one.name
        for one in parameters
        if OF_ANY_LENGTH.search(str(one.annotation)) and one.name not in NOT_TYPED
    ]


ACTIONS = sorted(set(functions()), key=lambda function: function.__qualname__)
BOUNDED = [
    pytest.param(action, name, id=f"{action.__name__}-{name}")
    for action in ACTIONS
    for name in getattr(action, "bounds", ())
]


def test_every_text_list_and_object_of_an_action_has_a_bound():
    unbounded = [
        f"{name} of {action.__name__}"
        for action in ACTIONS
        for name in typed(action)
        if name not in getattr(action, "bounds", ())
    ]
    assert [one for one in unbounded if one not in ELSEWHERE] == []
    assert len(BOUNDED) > 60


def test_the_list_of_exceptions_has_no_stale_line():
    named = {f"{name} of {action.__name__}" for action in ACTIONS for name in typed(action)}
    assert set(ELSEWHERE) - named == set()


@pytest.mark.parametrize(("action", "name"), BOUNDED)
def test_an_action_refuses_what_is_beyond_its_bound_before_any_work(action, name):
    """Without a database, and without its other arguments."""
    bound = action.bounds[name]
    for value in (
        "x" * (bound.longest + 1),
        [1] * (bound.items + 1),
        ["x" * (bound.longest + 1)],
        {"x" * (bound.longest + 1): 1},
        {str(number): 1 for number in range(bound.items + 1)},
        {"a": [{"b": "x" * (bound.longest + 1)}]},
    ):
        with pytest.raises(InvalidInput) as refusal:
            action(**{name: value})
        assert list(refusal.value.fields) == [name]


@dataclass
class Inside:
    text: str
    others: tuple["Inside", ...] = ()


@bounded(given=Bound(3, items=2))
def act(given=""):
    return given


@pytest.mark.parametrize(
    "value", ["abc", b"abc", None, 7, ["abc", "abc"], {"abc": "abc"}, Inside("abc", (Inside(""),))]
)
def test_what_is_within_the_bound_passes(value):
    assert act(given=value) == value


@pytest.mark.parametrize(
    "value", [b"abcd", Inside("abcd"), Inside("a", (Inside("abcd"),)), {"a": Inside("abcd")}]
)
def test_bounds_hold_inside_of_objects(value):
    with pytest.raises(InvalidInput) as refusal:
        act(given=value)
    assert refusal.value.fields == {"given": ["Помещается не больше 3 знаков: сократите."]}


def test_what_is_nested_without_end_is_refused():
    value = []
    for _ in range(100):
        value = [value]
    with pytest.raises(InvalidInput):
        act(given=value)
