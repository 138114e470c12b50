from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.contrib.postgres.indexes import BrinIndex, GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models.threads import Thread
from comments.querysets.comments import SEARCHED, CommentQuerySet, RejectedTextQuerySet
from comments.screening.verdicts import Outcome
from comments.states import Placeholder, ReactionKind, ReportOutcome, State
from core.models import Site

if TYPE_CHECKING:
    from comments.models.reports import Report


class Comment(models.Model):
    """One voice in a discussion. Its state changes in `comments.moderation.state_changes` alone."""

    # The thread's, once more: the queues, the search and the limits on posting ask by it, and a
    # join would make each of them slower with every comment of the neighbours.
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+", db_index=False)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="comments", db_index=False
    )
    # The place in the tree. Replies deeper than the publication shows hang on its last level, and
    # `in_reply_to` then names the comment that was really answered.
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="children")
    root = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="descendants"
    )
    in_reply_to = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    depth = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(_("text"), help_text=_("As it was typed."))
    html = models.TextField(editable=False)
    # What is kept of the text to know it again; see comments.screening.fingerprints.
    digest = models.CharField(max_length=32, editable=False)
    similarity = models.BigIntegerField(editable=False)
    words = models.PositiveIntegerField(editable=False)
    revision_number = models.PositiveIntegerField(default=1)
    state = models.CharField(_("state"), max_length=20, choices=State)
    placeholder = models.CharField(
        max_length=20, choices=Placeholder, default=Placeholder.TOMBSTONE.value
    )
    # Whether the public page has a place for it: as a comment, as a tombstone, or because
    # something listed hangs below it.
    listed = models.BooleanField(default=False)
    # Held for nothing but the answer of the publication's own service: that may publish it.
    awaits_external_review = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("posted"), auto_now_add=True)
    edited_at = models.DateTimeField(_("edited"), null=True)
    published_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    # How many reactions of each kind there are, by `ReactionKind`; a kind without any is left out.
    # One column for all kinds, because the table is too large to alter for each new one.
    reaction_counts = models.JSONField(default=dict, editable=False)
    score = models.FloatField(default=0, help_text="Lower bound of Wilson's interval, at 95%.")

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints = [
            models.CheckConstraint(
                name="comment_state_has_its_moment",
                condition=Q(state=State.HELD)
                | Q(state=State.PUBLISHED, published_at__isnull=False)
                | Q(state=State.REJECTED, decided_at__isnull=False)
                | Q(state=State.REMOVED, decided_at__isnull=False)
                | Q(state=State.WITHDRAWN, withdrawn_at__isnull=False),
            ),
            models.CheckConstraint(
                name="comment_root_has_no_parent",
                condition=Q(depth=0, parent=None, root=None)
                | Q(depth__gt=0, parent__isnull=False, root__isnull=False),
            ),
            models.CheckConstraint(
                name="comment_published_is_listed",
                condition=~Q(state=State.PUBLISHED) | Q(listed=True),
            ),
        ]
        indexes = [
            # A page of a thread, by time and by score.
            models.Index("thread", "id", name="comment_roots", condition=Q(listed=True, depth=0)),
            models.Index(
                "thread", "score", "id", name="comment_best", condition=Q(listed=True, depth=0)
            ),
            # The first replies of each root, and the next ones.
            models.Index(
                "root", "id", name="comment_replies", condition=Q(listed=True, depth__gt=0)
            ),
            # The queues of the desk and their counts.
            models.Index("site", "state", "id", name="comment_queue"),
            # All of a publication: the newest, to look for like texts, and by the desk.
            models.Index("site", "id", name="comment_newest"),
            # The same text from other people.
            models.Index("site", "digest", "id", name="comment_same_text"),
            # A person's comments in a thread, and the latest ones for limits on posting. It serves
            # the foreign key, too, as the revisions' constraint serves theirs: each index less is
            # less to write for every post.
            models.Index("author", "id", name="comment_by_author"),
            # The desk's search; the expression is the one that it asks by.
            GinIndex(SEARCHED, name="comment_search"),
            # The numbers of a period: what was written and published in it, nearly in this order.
            BrinIndex(
                fields=["created_at", "published_at"], name="comment_by_time", autosummarize=True
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.text[:40]}"

    @property
    def open_reports(self) -> "Sequence[Report]":
        """Return the open reports, using the prefetched ones if present."""
        return [report for report in self.reports.all() if report.outcome == ReportOutcome.OPEN]


_SILENT = 2  # a phase that found nothing has its name and its outcome only

_KEEP = """
IF TG_OP = 'UPDATE' AND NEW.text = '' AND to_jsonb(NEW) - 'text' = to_jsonb(OLD) - 'text' THEN
    RETURN NEW;
END IF;
RAISE EXCEPTION 'a revision is never changed' USING ERRCODE = 'insufficient_privilege';
"""


class Revision(models.Model):
    """The text as it was typed at one time, with what screening found in it.

    PostgreSQL refuses to change one; erasing a person empties its text, and nothing else can.
    """

    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, related_name="revisions", db_index=False
    )
    number = models.PositiveIntegerField(default=1)
    text = models.TextField()
    verdict = models.JSONField(help_text="What every phase of screening said.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["comment", "number"], name="revision_number_once"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="never_changed",
                operation=pgtrigger.Update,
                when=pgtrigger.Before,
                func=_KEEP,
            )
        ]

    def __str__(self) -> str:
        return f"{self.comment_id}/{self.number}"

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.verdict["outcome"])

    @property
    def findings(self) -> Sequence[Mapping[str, Any]]:
        """The phases that had something to say."""
        return [phase for phase in self.verdict["phases"] if len(phase) > _SILENT]


class RejectedText(models.Model):
    """A text that screening turned away: it never became a comment, or a comment's new text."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="rejected_texts")
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, related_name="+")
    text = models.TextField()
    verdict = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RejectedTextQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.author_id}: {self.text[:40]}"


class Reaction(models.Model):
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="reactions")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=ReactionKind)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["comment", "user"], name="reaction_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.comment_id}"
