"""The one entry point: every phase runs, the strictest wins, nothing is lost."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from comments.screening import Draft, Outcome, Policy, screen
from comments.screening.facts import Facts, NamedList, SanctionKind
from comments.screening.phases import PHASES
from comments.screening.reasons import STAFF_EXEMPT, Phase, Reason
from comments.screening.words.wordlist import ListVersion, WordList
from comments.states import Mode

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
FACTS = Facts(registered_at=NOW - timedelta(days=400), published=20)
BANNED = NamedList("banned", WordList(ListVersion.of(["дурак"])))
POLICY = Policy(banned=(BANNED,), complaints_address="editor@example.org")


class BrokenList:
    digest = "0" * 64

    def matches(self, _text):
        raise RuntimeError("the list is broken")


def screened(text, facts=FACTS, policy=POLICY):
    return screen(Draft(text, NOW), facts, policy)


def test_a_good_comment_passes_every_phase():
    verdict = screened("Хорошая мысль, согласен.")

    assert verdict.outcome == Outcome.PUBLISH
    assert [one.phase for one in verdict.phases] == list(Phase)
    assert verdict.deciding == ()
    assert not any(phase.reason for phase in verdict.phases)


def test_the_strictest_wins_and_every_verdict_is_kept():
    verdict = screened("ПОЛНЕЙШЕЕ БЕЗОБРАЗИЕ, ДУРАК!", replace(FACTS, mode=Mode.PREMODERATED))

    outcomes = {one.phase: one.outcome for one in verdict.phases}
    assert verdict.outcome == Outcome.REJECT
    assert outcomes[Phase.BANNED_WORDS] == Outcome.REJECT
    assert outcomes[Phase.CAPITALS] == outcomes[Phase.PREMODERATION] == Outcome.HOLD
    assert [one.phase for one in verdict.deciding] == [Phase.BANNED_WORDS]


def test_a_phase_that_fails_means_hold_and_the_others_still_run():
    policy = replace(POLICY, suspect=(NamedList("suspect", BrokenList()),))

    held, rejected = screened("Согласен.", policy=policy), screened("Дурак.", policy=policy)

    failed = next(one for one in held.phases if one.phase == Phase.SUSPECT_WORDS)
    assert (held.outcome, failed.reason) == (Outcome.HOLD, Reason.FAILED)
    assert failed.note == "RuntimeError: the list is broken"
    assert rejected.outcome == Outcome.REJECT


def test_editors_skip_what_the_table_says_and_nothing_else():
    facts = replace(FACTS, mode=Mode.PREMODERATED, roles=frozenset({"editor"}))

    passed, refused = screened("Согласен.", facts), screened("Дурак.", facts)

    assert passed.outcome == Outcome.PUBLISH
    assert "exempt" in {one.note for one in passed.phases if one.phase == Phase.PREMODERATION}
    assert refused.outcome == Outcome.REJECT


@pytest.mark.parametrize("role", ["reader", "registrar", ""])
def test_other_roles_skip_nothing(role):
    facts = replace(FACTS, mode=Mode.PREMODERATED, roles=frozenset({role}))

    assert screened("Согласен.", facts).outcome == Outcome.HOLD


def test_nobody_is_exempt_from_a_sanction():
    facts = replace(
        FACTS, roles=frozenset({"administrator"}), sanctions=frozenset({SanctionKind.BAN})
    )

    assert screened("Согласен.", facts).outcome == Outcome.REJECT


def test_a_verdict_goes_into_json_with_its_evidence():
    verdict = screened("Ты дурaк")

    stored = json.loads(json.dumps(verdict.as_json()))

    banned = next(one for one in stored["phases"] if one["phase"] == "banned_words")
    assert stored["outcome"] == banned["outcome"] == "reject"
    assert banned["evidence"] == [
        {"text": "дурaк", "start": 3, "end": 8, "against": "дурак", "source": BANNED.source}
    ]
    assert banned["details"] == {"words": "«дурaк»"}


def test_the_reader_learns_why_and_what_to_change():
    verdict = screened("Ты дурак").deciding[0]

    with translation.override("en"):
        assert verdict.sentence == (
            "The comment contains words that are not allowed here: «дурак». Please remove them."
        )


def test_every_phase_has_a_label_and_every_reason_a_sentence():
    assert all(phase.label != phase.name.replace("_", " ").title() for phase in Phase)
    assert all(str(reason.label).endswith(".") for reason in Reason)


def test_every_phase_has_a_function():
    assert list(PHASES) == list(Phase)


def test_staff_skip_no_phase_that_is_not_named():
    required = set(Phase) - STAFF_EXEMPT
    assert required == {
        *(Phase.LENGTH, Phase.THREAD, Phase.SANCTION, Phase.BANNED_WORDS, Phase.REPETITION)
    }
