"""Random sequences of reader and editor actions against the real database."""

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from comments.actions import (
    Decision,
    decide,
    edit_comment,
    post_comment,
    react,
    withdraw_comment,
)
from comments.discussion import posting
from comments.models import Comment, Thread
from comments.reading.pages import PageQuery, thread_page
from comments.states import TRANSITIONS, DecisionKind, Placeholder, ReactionKind, State
from core.errors import Conflict, DomainError, NotFound
from core.limits import Limit

LEADS_TO = {
    (DecisionKind.APPROVE, State.HELD): State.PUBLISHED,
    (DecisionKind.REJECT, State.HELD): State.REJECTED,
    (DecisionKind.REMOVE, State.PUBLISHED): State.REMOVED,
    (DecisionKind.RESTORE, State.REMOVED): State.PUBLISHED,
    (DecisionKind.RESTORE, State.REJECTED): State.PUBLISHED,
}
DECISIONS = sorted({decision for decision, _state in LEADS_TO})


class Discussion(RuleBasedStateMachine):
    """`seen` is what a careful person would expect of every comment by now."""

    @initialize(mode=st.sampled_from(["", "premoderated"]))
    def open_thread(self, mode):
        self.savepoint = transaction.savepoint()
        self.thread = Thread.objects.with_site().get(key="article-1")
        self.thread.mode = mode
        self.thread.save(update_fields=["mode"])
        self.seen = {}
        self.number = 0

    def teardown(self):
        transaction.savepoint_rollback(self.savepoint)

    def _any(self, data):
        return Comment.objects.select_related("thread__site").get(
            pk=data.draw(st.sampled_from(sorted(self.seen)))
        )

    @rule(is_reply=st.booleans(), data=st.data())
    def post(self, is_reply, data):
        parent = self._any(data) if is_reply and self.seen else None
        self.number += 1
        text = f"Комментарий {self.number}"
        try:
            comment = post_comment(
                author=self.author,
                thread=self.thread,
                text=text,
                parent_id=parent.pk if parent else None,
            )
        except DomainError:
            assert parent is not None
            assert self.seen[parent.pk] != State.PUBLISHED
        else:
            self.seen[comment.pk] = State.HELD if self.thread.mode else State.PUBLISHED

    @precondition(lambda self: self.seen)
    @rule(data=st.data())
    def edit(self, data):
        comment = self._any(data)
        self.number += 1
        before = comment.revision_number
        try:
            edit_comment(comment=comment, author=self.author, text=f"Правка {self.number}")
        except Conflict:
            assert self.seen[comment.pk] not in {State.HELD, State.PUBLISHED} or comment.decided_at
        else:
            if self.thread.mode:
                self.seen[comment.pk] = State.HELD
            assert comment.revisions.count() == before + 1

    @precondition(lambda self: self.seen)
    @rule(data=st.data())
    def withdraw(self, data):
        comment = self._any(data)
        try:
            withdraw_comment(comment=comment, author=self.author)
        except Conflict:
            assert self.seen[comment.pk] in {State.REJECTED, State.REMOVED}
        else:
            self.seen[comment.pk] = State.WITHDRAWN

    @precondition(lambda self: self.seen)
    @rule(
        data=st.data(),
        decision=st.sampled_from(DECISIONS),
        expected=st.sampled_from([None, *State]),
        placeholder=st.sampled_from([None, *Placeholder]),
    )
    def decide(self, data, decision, expected, placeholder):
        comment = self._any(data)
        known_state = self.seen[comment.pk]
        try:
            decide(
                comment=comment,
                decision=Decision(decision, rule_code="insults", placeholder=placeholder),
                editor=self.editor,
                expected=expected,
            )
        except Conflict:
            assert (decision, known_state) not in LEADS_TO or expected not in {None, known_state}
        else:
            self.seen[comment.pk] = LEADS_TO.get((decision, known_state), known_state)

    @precondition(lambda self: self.seen)
    @rule(data=st.data(), kind=st.sampled_from(ReactionKind))
    def react(self, data, kind):
        comment = self._any(data)
        try:
            react(comment=comment, user=self.editor, kind=kind)
        except NotFound:
            assert self.seen[comment.pk] != State.PUBLISHED
        else:
            assert self.seen[comment.pk] == State.PUBLISHED

    @invariant()
    def states_are_as_expected(self):
        assert dict(self.thread.comments.values_list("pk", "state")) == self.seen

    @invariant()
    def counter_is_true(self):
        self.thread.refresh_from_db(fields=["published_count"])
        published = list(self.seen.values()).count(State.PUBLISHED)
        assert self.thread.published_count == published

    @invariant()
    def record_leads_to_the_present_state(self):
        for comment in self.thread.comments.prefetch_related("events"):
            state = State.HELD if self.thread.mode else State.PUBLISHED
            for event in comment.events.all():
                assert event.from_state == state
                assert TRANSITIONS.allows(State(event.from_state), State(event.to_state))
                state = event.to_state
            assert state == comment.state

    @invariant()
    def public_page_has_what_has_a_place(self):
        page = thread_page(self.thread, PageQuery())
        shown = {b.comment.id for b in page.branches}
        shown |= {reply.id for b in page.branches for reply in b.replies}
        assert shown == self._with_a_place()
        texts = {c.html for b in page.branches for c in (b.comment, *b.replies) if c.html}
        assert len(texts) == min(len(texts), self.thread.published_count)

    def _with_a_place(self):
        """Worked out from the leaves up, without looking at `listed`."""
        placed = set()
        for comment in self.thread.comments.order_by("-depth"):
            tombstone = (
                comment.state == State.REMOVED and comment.placeholder == Placeholder.TOMBSTONE
            )
            below = self.thread.comments.filter(parent=comment, pk__in=placed)
            if comment.state == State.PUBLISHED or tombstone or below.exists():
                placed.add(comment.pk)
        return placed


@pytest.mark.django_db
def test_discussion(thread, reader, editor, rulebook, monkeypatch):
    # The examples follow each other within a minute, and must not count each other's edits.
    monkeypatch.setattr(posting, "_EDITS", Limit(act="comment-edit", seconds=60))
    Discussion.author, Discussion.editor = reader, editor
    run_state_machine_as_test(
        Discussion,
        # Fifteen steps are few enough to read, and to make them fewer takes minutes.
        settings=settings(max_examples=20, stateful_step_count=15, phases=[Phase.generate]),
    )
