"""A decision of an editor, as one value, and the columns that it is written to.

The value goes from a form or the API through the actions to `ModerationEvent` and `BulkDecision`.
Both models inherit its columns, so that a new field of a decision is added in this file once.
"""

from dataclasses import dataclass, replace
from typing import Any, Self

from django.db import models

from comments.models.rulebook import Rule
from comments.states import AuthorNotice, DecisionKind, Placeholder


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionDetails:
    """Values that a decision writes besides the state of the comment.

    Automatic acts have details, too: a hold by readers' reports has a rule and no decision.
    """

    # For those who may read the audit log; `explanation` is for the author.
    note: str = ""
    explanation: str = ""
    rule: Rule | None = None
    # None: the rule says it, or else the settings of the publication.
    placeholder: Placeholder | None = None
    author_notice: AuthorNotice | None = None

    def columns(self) -> dict[str, Any]:
        """Its values by the columns of `DecisionColumns`, for a row that is about to be written."""
        return {
            "note": self.note,
            "explanation": self.explanation,
            "rule": self.rule,
            "placeholder": self.placeholder or "",
            "author_notice": self.author_notice or "",
        }


@dataclass(frozen=True, slots=True)
class Decision(DecisionDetails):
    """`rule_code` is what the editor chose; `rule` is filled in when the decision is resolved."""

    kind: DecisionKind
    rule_code: str = ""

    def without_details(self) -> Self:
        """Keep the note alone: a decision in the comment's favour has no rule to explain."""
        return replace(
            self, explanation="", rule=None, rule_code="", placeholder=None, author_notice=None
        )


class DecisionColumns(models.Model):
    """Columns for `DecisionDetails`. Its models declare `note` themselves."""

    rule = models.ForeignKey(
        Rule, on_delete=models.PROTECT, null=True, blank=True, related_name="%(class)ss"
    )
    placeholder = models.CharField(max_length=20, choices=Placeholder, blank=True)
    author_notice = models.CharField(max_length=20, choices=AuthorNotice, blank=True)
    explanation = models.TextField(blank=True, help_text="In the editor's words to the author.")

    class Meta:
        abstract = True


def stored_decision(kind: DecisionKind, note: str, row: DecisionColumns) -> Decision:
    """The decision as it was written to `row`."""
    return Decision(
        kind=kind,
        note=note,
        explanation=row.explanation,
        rule=row.rule,
        placeholder=Placeholder(row.placeholder) if row.placeholder else None,
        author_notice=AuthorNotice(row.author_notice) if row.author_notice else None,
    )
