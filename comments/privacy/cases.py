"""Reports, complaints and appeals, as a part of what is kept about a person."""

from collections.abc import Iterator

from accounts.actions import ExportedFile, OwnDataPart, as_json, contribute
from accounts.models import ErasureRequest, User
from comments.emails.complaint import email_key
from comments.models import Appeal, Complaint, Report, UserNote
from core import mail


def contribute_own_part() -> None:
    contribute(OwnDataPart("matters", export=export, erase=erase))


def export(user: User) -> Iterator[ExportedFile]:
    reports = user.reports.order_by("id").values(
        "comment_id", "rule__code", "note", "outcome", "created_at"
    )
    yield ExportedFile("reports.json", as_json(list(reports)))
    complaints = user.complaints.order_by("id").values(
        "number", "text", "page_url", "sent_to", "created_at", "sent_at"
    )
    yield ExportedFile("complaints.json", as_json(list(complaints)))
    appeals = user.appeals.order_by("id").values(
        "comment_id", "text", "status", "answer", "created_at", "decided_at"
    )
    yield ExportedFile("appeals.json", as_json(list(appeals)))


def erase(user: User, _comments: ErasureRequest.Comments) -> None:
    """Erase the person's words and identity from cases; decisions stay. Editors' notes about the
    person are deleted. Our copies of sent
    complaint e-mails are deleted, too."""
    Report.objects.filter(reporter=user).update(note="")
    UserNote.objects.filter(user=user).delete()
    # Their notes about others stay with the label that they were written with, as in audit logs.
    UserNote.objects.filter(author=user).update(author=None)
    Appeal.objects.filter(author=user).update(text="")
    complaints = Complaint.objects.filter(author=user)
    # A queued e-mail holds the name and the text as well.
    mail.cancel([email_key(pk) for pk in complaints.values_list("pk", flat=True)])
    complaints.update(author=None, name="", email="", email_text="", email_html="")
