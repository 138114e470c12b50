from django.conf import settings
from django.utils.translation import override

from comments.emails.compose import Composed, absolute, compose
from comments.models import Complaint


def to_publication(complaint: Complaint) -> Composed:
    """In the language of the house, whoever wrote it."""
    with override(settings.LANGUAGE_CODE):
        context = {
            "site": complaint.site,
            "complaint": complaint,
            "desk_url": absolute("comments:desk-comment", complaint.comment_id)
            if complaint.comment_id
            else "",
        }
        return compose("complaint", context)
