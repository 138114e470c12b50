"""A person's comments, rejected texts and reactions, for export and erasure."""

from collections.abc import Iterator

from accounts.actions import ExportedFile, OwnDataPart, as_json, contribute
from accounts.models import ErasureRequest, User
from comments.models import Comment, Reaction, RejectedText, Revision
from comments.privacy.erasure import erase_author


def contribute_own_part() -> None:
    contribute(OwnDataPart("comments", export=export, erase=erase))


def export(user: User) -> Iterator[ExportedFile]:
    comments = Comment.objects.filter(author=user).order_by("id")
    yield ExportedFile(
        "comments.json",
        as_json(
            list(
                comments.values(
                    *("id", "thread__key", "thread__title", "thread__url", "parent", "state"),
                    *("text", "created_at", "edited_at", "published_at", "withdrawn_at"),
                )
            )
        ),
    )
    versions = Revision.objects.filter(comment__author=user).order_by("comment", "number")
    yield ExportedFile(
        "versions.json", as_json(list(versions.values("comment", "number", "text", "created_at")))
    )
    refused = RejectedText.objects.filter(author=user).order_by("id")
    yield ExportedFile(
        "refused.json", as_json(list(refused.values("thread__key", "text", "created_at")))
    )
    votes = Reaction.objects.filter(user=user).order_by("id")
    yield ExportedFile("votes.json", as_json(list(votes.values("comment", "kind"))))


def erase(user: User, comments: ErasureRequest.Comments) -> None:
    erase_author(user=user, keeps_comments=comments == ErasureRequest.Comments.KEEP)
