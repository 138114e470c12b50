"""Readers report, editors decide, and the record of each reporter follows."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.actions import Subject, impose_sanction
from accounts.models import Sanction, User
from accounts.permissions import UnderSanction
from comments.actions import (
    BulkTarget,
    Decision,
    decide,
    edit_comment,
    make_bulk_decision,
    report_comment,
    undo_bulk_decision,
    undo_decision,
    withdraw_comment,
)
from comments.models import Comment, ModerationEvent, Report
from comments.moderation.reports import MOST_A_DAY, OwnCommentReported, TooManyReports
from comments.report_weights import FRESH, LEAST, MOST, NEW_ACCOUNT, Record, weight
from comments.states import DecisionKind, Queue, State
from core.errors import InvalidInput, NotFound
from core.states import StaleDecision

pytestmark = [pytest.mark.urls("tests.support.thread_urls"), pytest.mark.django_db]


@pytest.fixture
def crowd(person):
    return [person(f"crowd-{number}@example.org", f"Читатель {number}") for number in range(4)]


@pytest.fixture
def report(rulebook, other_reader):
    def act(comment, by=other_reader, rule="insults", **fields):
        return report_comment(comment=comment, reporter=by, rule_code=rule, **fields)

    return act


@pytest.fixture
def rule_on(editor):
    def act(comment, kind, *, expected=None, **details):
        decision = Decision(kind, **{"rule_code": "insults"} | details)
        return decide(comment=comment, decision=decision, editor=editor, expected=expected)

    return act


def outcomes():
    return list(Report.objects.order_by("id").values_list("outcome", flat=True))


def test_a_report_names_the_rule_the_text_and_the_reader(say, other_reader, report, rulebook):
    made = report(say("Дурак"), note="  Третий раз  ")
    assert (made.rule.code, made.rule.version, made.note) == ("insults", rulebook, "Третий раз")
    assert (made.reporter, made.revision_number, made.weight) == (other_reader, 1, FRESH)


def test_once_per_person(say, other_reader, report):
    comment = say()
    assert report(comment) == report(comment, rule="spam")
    first = Report.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(
            comment=comment, reporter=other_reader, revision_number=1, rule=first.rule, weight=1
        )


def test_ones_own_comment_and_unknown_rules_are_refused(say, reader, report):
    comment = say()
    with pytest.raises(OwnCommentReported):
        report(comment, by=reader)
    with pytest.raises(InvalidInput) as refused:
        report(comment, rule="no-such-rule")
    assert "rule" in refused.value.fields
    assert not Report.objects.exists()


def test_enough_readers_hide_a_comment_until_an_editor_comes(say, crowd, report, thread):
    comment = say("Дурак")
    for who in crowd[:2]:
        report(comment, by=who)
    comment.refresh_from_db()
    assert comment.state == State.PUBLISHED
    report(comment, by=crowd[2])
    comment.refresh_from_db()
    thread.refresh_from_db()
    event = ModerationEvent.objects.get()
    assert (comment.state, thread.published_count) == (State.HELD, 0)
    assert (event.action, event.actor, event.actor_label) == ("held", None, "otklik")
    assert (event.evidence["weight"], event.evidence["threshold"]) == (3, 3)
    assert event.evidence["reports"] == list(Report.objects.values_list("pk", flat=True))


def test_whoever_comes_too_late_is_told_so(say, crowd, report):
    comment = say("Дурак")
    for who in crowd[:3]:
        report(comment, by=who)
    with pytest.raises(NotFound) as refused:
        report(comment, by=crowd[3])
    assert "больше нет на странице" in str(refused.value)


def test_what_an_editor_approved_is_not_hidden_again(say, crowd, report, rule_on):
    comment = say("Резко, но честно")
    for who in crowd[:3]:
        report(comment, by=who)
    rule_on(comment, DecisionKind.APPROVE, expected=State.HELD)
    assert outcomes() == ["declined"] * 3
    Report.objects.all().delete()
    for who in crowd[:3]:
        report(comment, by=who)
    comment.refresh_from_db()
    assert (comment.state, outcomes()) == (State.PUBLISHED, ["open"] * 3)


def test_reports_of_an_earlier_text_do_not_hide_the_new_one(say, reader, crowd, report):
    comment = say("Дурак")
    for who in crowd[:2]:
        report(comment, by=who)
    edit_comment(comment=comment, author=reader, text="Простите, погорячился")
    report(comment, by=crowd[2])
    comment.refresh_from_db()
    assert comment.state == State.PUBLISHED


def test_a_publication_may_hide_nothing_by_reports(say, crowd, report, settings_of_site):
    settings_of_site.reports_to_hold = None
    settings_of_site.save()
    comment = Comment.objects.get(pk=say("Дурак").pk)
    for who in crowd:
        report(comment, by=who)
    comment.refresh_from_db()
    assert comment.state == State.PUBLISHED


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        (DecisionKind.REMOVE, "upheld"),
        (DecisionKind.FORWARD, "upheld"),
        (DecisionKind.KEEP, "declined"),
    ],
)
def test_the_decision_settles_what_was_reported(say, report, rule_on, decision, expected):
    comment = say("Дурак")
    report(comment)
    rule_on(comment, decision)
    settled = Report.objects.get()
    assert (settled.outcome, settled.settled_by) == (expected, ModerationEvent.objects.get())


def test_undoing_opens_the_reports_again(say, editor, report, rule_on):
    for decision in (DecisionKind.REMOVE, DecisionKind.KEEP):
        comment = say(f"Дурак {decision}")
        report(comment)
        rule_on(comment, decision)
        undo_decision(comment=comment, editor=editor)
        assert comment.reports.get().outcome == "open"
    assert ModerationEvent.objects.last().action == "undone"


def test_a_restored_comment_makes_its_reporters_wrong(say, report, rule_on):
    comment = say("Резко")
    report(comment)
    rule_on(comment, DecisionKind.REMOVE)
    rule_on(comment, DecisionKind.RESTORE, expected=State.REMOVED)
    assert outcomes() == ["declined"]


def test_withdrawn_by_its_author_nobody_was_right_or_wrong(say, site, other_reader, reader, report):
    comment = say("Дурак")
    report(comment)
    withdraw_comment(comment=comment, author=reader)
    assert outcomes() == ["moot"]
    assert Report.objects.record_of(other_reader, site) == Record()


def test_bulk_decisions_settle_and_their_undo_opens(say, site, editor, report, deliver):
    comments = [say(f"Дурак {number}") for number in range(3)]
    for comment in comments[:2]:
        report(comment)
    bulk_decision = make_bulk_decision(
        site=site,
        decision=Decision(DecisionKind.KEEP),
        editor=editor,
        target=BulkTarget(ids=[comment.pk for comment in comments]),
    )
    deliver()
    # The third has no reports, so there was nothing to decide.
    assert (bulk_decision.progress, outcomes()) == ({"done": 2, "skipped": 1}, ["declined"] * 2)
    bulk_decision.refresh_from_db()
    undo_bulk_decision(bulk_decision=bulk_decision, editor=bulk_decision.editor)
    deliver()
    assert outcomes() == ["open"] * 2


def test_keeping_is_refused_if_the_comment_was_just_hidden(say, crowd, report, rule_on):
    comment = say("Дурак")
    for who in crowd[:3]:
        report(comment, by=who)
    with pytest.raises(StaleDecision) as refused:
        rule_on(comment, DecisionKind.KEEP, expected=State.PUBLISHED)
    assert refused.value.extra == {"current": "held"}


def test_keeping_what_nobody_reported_records_nothing(say, rule_on):
    rule_on(say(), DecisionKind.KEEP)
    assert not ModerationEvent.objects.exists()


def test_who_was_right_weighs_more(say, report, rule_on, crowd):
    for number in range(5):
        comment = say(f"Дурак {number}")
        report(comment)
        rule_on(comment, DecisionKind.REMOVE)
    assert report(say("Ещё дурак", by=crowd[0])).weight == pytest.approx(2 * 6 / 7)


def test_records_are_of_one_publication(say, report, rule_on, site, other_reader):
    comment = say("Дурак")
    report(comment)
    rule_on(comment, DecisionKind.REMOVE)
    assert Report.objects.record_of(other_reader, site) == Record(upheld=1)
    neighbour = type(site)(pk=site.pk + 1)
    assert Report.objects.record_of(other_reader, neighbour) == Record()


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 20))
def test_weights_are_bounded_and_grow_with_being_right(upheld, declined, sample):
    def of(upheld, declined):
        return weight(Record(upheld, declined), sample=sample, age=NEW_ACCOUNT)

    result = of(upheld, declined)
    assert LEAST <= result <= MOST
    if upheld + declined < sample:
        assert result == FRESH
    else:
        assert of(upheld + 1, declined) >= result
        assert of(upheld, declined + 1) <= result


def test_new_accounts_hide_nothing_however_many_they_are(say, crowd, report):
    comment = say("Неудобная правда")
    for who in crowd:
        User.objects.filter(pk=who.pk).update(date_joined=timezone.now())
        who.refresh_from_db()
        report(comment, by=who)
    comment.refresh_from_db()
    assert (comment.state, outcomes()) == (State.PUBLISHED, ["open"] * 4)
    assert comment in Comment.objects.in_queue(comment.site, Queue.REPORTED)


def test_a_record_counts_more_than_the_age_of_the_account():
    record = Record(upheld=5)
    young, old = (weight(record, sample=5, age=age) for age in (timedelta(0), NEW_ACCOUNT))
    assert young == old > FRESH


def test_a_suspended_person_reports_nothing_a_muted_one_does(say, site, editor, report, crowd):
    ends = timezone.now() + timedelta(days=1)
    for who, kind in zip(crowd, ("suspension", "mute"), strict=False):
        impose_sanction(
            site=site,
            kind=Sanction.Kind(kind),
            subject=Subject.person(who),
            rule_label="",
            actor=editor,
            ends_at=ends,
        )
    comment = say()
    with pytest.raises(UnderSanction):
        report(comment, by=crowd[0])
    assert report(comment, by=crowd[1]).pk


def test_reporting_has_a_daily_limit(say, report, other_reader):
    made = report(say("Дурак"))
    for number in range(MOST_A_DAY - 1):
        made.pk, made.comment = None, say(f"Слово {number}")
        made.save(force_insert=True)
    with pytest.raises(TooManyReports):
        report(say("Последняя капля"))


def test_reports_and_decisions_impose_no_sanction(say, crowd, report, rule_on):
    comment = say("Дурак")
    for who in crowd[:3]:
        report(comment, by=who)
    rule_on(comment, DecisionKind.REJECT, expected=State.HELD)
    assert not Sanction.objects.exists()


def test_queue_has_what_is_reported_with_its_reports(say, editor, report, browser, rule_on):
    say("Никто не против")
    reported = say("Дурак")
    report(reported, note="Хамит")
    queue = browser(editor).get(f"/api/v1/moderation/queue/?queue={Queue.REPORTED}").json()
    [item] = queue["items"]
    assert item["id"] == reported.pk
    assert [(r["rule"], r["note"], r["reporter"], r["weight"]) for r in item["reports"]] == [
        ("insults", "Хамит", "Борис", 1.0)
    ]
    rule_on(reported, DecisionKind.KEEP)
    queue = browser(editor).get(f"/api/v1/moderation/queue/?queue={Queue.REPORTED}").json()
    assert queue["items"] == []


def test_reader_reports_without_javascript(say, other_reader, rulebook, browser):
    comment = say("Дурак")
    client = browser(other_reader)
    page = client.get("/page/article-1/").content.decode()
    assert f"/threads/comments/{comment.pk}/report/" in page
    form = client.get(f"/threads/comments/{comment.pk}/report/").content.decode()
    assert "Оскорбления и травля" in form
    sent = {"rule": "insults", "note": "Хамит"}
    after = client.post(f"/threads/comments/{comment.pk}/report/", sent, follow=True)
    assert Report.objects.get().note == "Хамит"
    assert "Спасибо" in after.content.decode()
    assert "Вы уже пожаловались" in client.get("/page/article-1/").content.decode()


def test_report_form_keeps_what_was_typed(say, other_reader, rulebook, browser):
    url = f"/threads/comments/{say().pk}/report/"
    page = browser(other_reader).post(url, {"note": "Не теряйте"})
    assert page.status_code == 422
    assert "Не теряйте" in page.content.decode()
    assert "Выберите правило" in page.content.decode()


@pytest.fixture
def removed(say, report, rule_on):
    """A comment that was reported and removed."""
    comment = say("Дурак")
    report(comment)
    rule_on(comment, DecisionKind.REMOVE)
    return comment


@pytest.mark.parametrize("tells", [True, False])
def test_reporter_learns_the_outcome_where_the_publication_tells(
    removed, other_reader, browser, settings_of_site, tells
):
    settings_of_site.tell_reporters = tells
    settings_of_site.save()
    client = browser(other_reader)
    [mine] = client.get("/api/v1/reports/").json()["items"]
    assert (mine["comment"], mine["outcome"]) == (removed.pk, "upheld" if tells else None)
    viewer = client.get("/api/v1/sites/vesti/threads/article-1/viewer/").json()
    assert viewer["reports"] == {str(removed.pk): "upheld" if tells else "open"}
    page = client.get("/reports/").content.decode()
    assert ("редакция согласилась" in page) is tells
    assert "Дурак" not in page


def test_author_learns_that_readers_hid_it_and_not_who(say, reader, crowd, report, browser):
    comment = say("Дурак")
    for who in crowd[:3]:
        report(comment, by=who)
    page = browser(reader).get("/page/article-1/").content.decode()
    assert "Читатели пожаловались" in page
    assert "Читатель 0" not in page
    assert "Дурак" not in browser(crowd[3]).get("/page/article-1/").content.decode()
