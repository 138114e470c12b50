"""The recipe "Add a phase" of comments/screening/README.md names every file, and works."""

import pytest

from tests.support.recipes import Copy, files_named

FUNCTION = """

@checks(Phase.QUESTIONS)
def questions(draft: Draft, facts: Facts, policy: Policy) -> PhaseVerdict:
    count = draft.text.count("?")
    if count <= policy.most_questions:
        return PhaseVerdict(Phase.QUESTIONS)
    return PhaseVerdict(
        Phase.QUESTIONS, Outcome.HOLD, reason=Reason.QUESTIONS, details={"count": count}
    )
"""

USE = """
from datetime import UTC, datetime

from django.utils import translation

from comments.discussion import screening_policy
from comments.models import CommentSettings
from comments.screening import Draft, Facts, Outcome, Phase, screen
from comments.screening.reasons import STAFF_EXEMPT
from comments.templatetags.desk import phase_label
from core.models import Site
from tests.comments.screening import test_screen

screening_policy._lists = lambda *_site: ((), (), None)  # no database: no word lists
now = datetime(2026, 3, 1, tzinfo=UTC)
facts = Facts(registered_at=datetime(2020, 1, 1, tzinfo=UTC))


def screened(text, **settings):
    policy = screening_policy.policy_of(CommentSettings(**settings), Site(pk=1))
    return screen(Draft(text, now), facts, policy)


assert screened("Зачем? Почему?").outcome == Outcome.PUBLISH
verdict = screened("Зачем? Почему?", most_questions=1)
assert verdict.outcome == Outcome.HOLD
[held] = verdict.deciding
with translation.override("en"):
    assert held.sentence == "Question marks in the comment: 2. An editor will read it first."
    assert phase_label(held.as_json()) == "many questions"
assert Phase.QUESTIONS not in STAFF_EXEMPT

test_screen.test_every_phase_has_a_label_and_every_reason_a_sentence()
test_screen.test_every_phase_has_a_function()
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    copy = Copy(tmp_path_factory.mktemp("project"))
    copy.append("comments/screening/phases/form.py", FUNCTION)
    copy.replace(
        "comments/screening/reasons.py",
        '    CAPITALS = "capitals", _("capitals")\n',
        '    QUESTIONS = "questions", _("many questions")\n'
        '    CAPITALS = "capitals", _("capitals")\n',
    )
    copy.replace(
        "comments/screening/reasons.py",
        "    FAILED = (\n",
        '    QUESTIONS = (\n        "questions",\n'
        '        _("Question marks in the comment: %(count)s. An editor will read it first."),\n'
        "    )\n    FAILED = (\n",
    )
    copy.replace(
        "comments/screening/facts.py",
        "    most_links: int = 3\n",
        "    most_links: int = 3\n    most_questions: int = 10\n",
    )
    copy.replace(
        "comments/models/settings.py",
        "    most_links = ",
        "    most_questions = models.PositiveIntegerField(default=10)\n    most_links = ",
    )
    return copy


def test_recipe_names_every_file_that_a_new_phase_changes(copy):
    named = [
        name.replace("TOPIC", "form")
        for name in files_named("comments/screening/README.md", "Add a phase")
    ]
    assert copy.changed() == sorted(named)
    assert len(named) <= 4


def test_new_phase_screens_by_its_setting_and_tells_author_and_editor(copy):
    copy.run(USE)
