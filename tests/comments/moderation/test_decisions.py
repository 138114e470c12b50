from datetime import timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.utils import timezone

from comments.actions import Decision, claim_comment, decide, publish_rulebook, withdraw_comment
from comments.house_rules.default_rules import DEFAULT_RULES
from comments.models import EditorClaim, ModerationEvent, Revision, Rule, RulebookVersion
from comments.moderation.claims import ClaimedByAnother
from comments.states import AuthorNotice, DecisionKind, Placeholder, State
from core.errors import InvalidInput
from core.states import ForbiddenTransition, StaleDecision

pytestmark = pytest.mark.django_db


@pytest.fixture
def remove(editor, rulebook):
    def act(comment, *, expected=None, **details):
        decision = Decision(DecisionKind.REMOVE, **{"rule_code": "insults"} | details)
        return decide(comment=comment, decision=decision, editor=editor, expected=expected)

    return act


def test_placeholder_and_author_notice_come_from_decision_rule_and_publication(say, remove):
    for rule, said, expected in [
        ("insults", {}, (Placeholder.TOMBSTONE, AuthorNotice.RULE)),
        ("spam", {}, (Placeholder.NONE, AuthorNotice.NONE)),
        ("spam", {"author_notice": AuthorNotice.EMAIL}, (Placeholder.NONE, AuthorNotice.EMAIL)),
    ]:
        remove(say(f"Текст {rule} {said}"), rule_code=rule, **said)
        event = ModerationEvent.objects.last()
        assert (event.placeholder, event.author_notice) == expected


def test_email_names_the_rule_in_the_authors_language(say, reader, remove, deliver):
    reader.language = "en"
    reader.save(update_fields=["language"])
    remove(say("Дурак"), author_notice=AuthorNotice.EMAIL)
    deliver()
    email = mail.outbox[0]
    assert email.to == ["anna@example.org"]
    assert "The editors removed your comment" in email.body
    assert "Insults and harassment" in email.body
    assert "Дурак" in email.body


def test_complaint_goes_to_the_publications_address(say, editor, rulebook, deliver):
    comment = say("В статье ошибка: техникум в Чайковском, а не в Перми")
    decide(
        comment=comment, decision=Decision(DecisionKind.FORWARD, note="Проверьте"), editor=editor
    )
    deliver()
    email = mail.outbox[0]
    assert email.to == ["redaktor@vesti.example"]
    assert "техникум в Чайковском" in email.body
    assert "anna@example.org" in email.body
    comment.refresh_from_db()
    event = ModerationEvent.objects.get()
    assert (comment.state, event.rule.code) == (State.REMOVED, "complaints")


def test_decision_names_the_version_in_force_that_day(site, say, remove, editor):
    remove(say("Раньше"))
    shorter = [rule for rule in DEFAULT_RULES if rule.code != "flood"]
    publish_rulebook(site=site, rules=shorter, actor=editor)
    remove(say("Потом"))
    versions = ModerationEvent.objects.values_list("rule__version__number", flat=True)
    assert list(versions) == [1, 2]
    then = RulebookVersion.objects.get(number=1).published_at
    assert RulebookVersion.objects.of_day(site, then).number == 1
    with pytest.raises(InvalidInput):
        remove(say("Флуд"), rule_code="flood")


def test_same_rulebook_again_is_no_new_version(site, rulebook, editor):
    same = publish_rulebook(site=site, rules=DEFAULT_RULES, actor=editor)
    assert same == rulebook


@pytest.mark.parametrize(
    "tamper",
    [
        lambda: ModerationEvent.objects.update(note="x"),
        lambda: ModerationEvent.objects.all().delete(),
        lambda: Revision.objects.update(text="x"),
        lambda: Rule.objects.update(title_ru="x"),
        lambda: RulebookVersion.objects.update(digest="x"),
    ],
)
def test_record_and_rulebook_cannot_be_changed(say, remove, tamper):
    remove(say())
    with pytest.raises(DatabaseError), transaction.atomic():
        tamper()


def test_repeating_a_decision_records_nothing_more(say, remove):
    comment = say()
    remove(comment)
    remove(comment, expected=State.PUBLISHED)
    assert ModerationEvent.objects.count() == 1


def test_same_decision_under_another_rule_is_stale(say, remove):
    comment = say()
    remove(comment, rule_code="insults")
    for expected in (State.PUBLISHED, State.REMOVED):
        with pytest.raises(StaleDecision) as refused:
            remove(comment, rule_code="spam", expected=expected)
        assert refused.value.extra["current"] == State.REMOVED
    assert ModerationEvent.objects.get().rule.code == "insults"


def test_withdrawn_comment_is_the_authors_own(say, reader, remove):
    comment = withdraw_comment(comment=say(), author=reader)
    with pytest.raises(ForbiddenTransition):
        remove(comment)


def test_claim_keeps_others_away_until_it_expires(say, editor, other_editor):
    comment = say()
    claim_comment(comment=comment, editor=editor)
    with pytest.raises(ClaimedByAnother) as refused:
        claim_comment(comment=comment, editor=other_editor)
    assert refused.value.extra["editor"] == "Вера Р."
    EditorClaim.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert claim_comment(comment=comment, editor=other_editor).editor == other_editor


def test_decision_ends_the_claim(say, editor, remove):
    comment = say()
    claim_comment(comment=comment, editor=editor)
    remove(comment)
    assert not EditorClaim.objects.exists()
