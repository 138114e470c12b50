from django.db import models

from comments.models.comments import Revision
from comments.querysets.external_review import ExternalReviewQuerySet
from comments.screening.verdicts import Outcome
from comments.states import ExternalReviewStatus


class ExternalReview(models.Model):
    """One revision's review by the publication's own moderation service."""

    revision = models.OneToOneField(
        Revision, on_delete=models.CASCADE, related_name="external_review"
    )
    status = models.CharField(
        max_length=20,
        choices=ExternalReviewStatus,
        default=ExternalReviewStatus.WAITING.value,
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    # No request is sent earlier. The worker that claims the review moves this past the deadline of
    # its request, so that the periodic task retries what a lost worker left behind.
    due_at = models.DateTimeField()
    outcome = models.CharField(
        max_length=20, choices=[(outcome.value, outcome.value) for outcome in Outcome], blank=True
    )
    note = models.TextField(
        blank=True, help_text="From the service's verdict, or why the request failed."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ExternalReviewQuerySet.as_manager()

    class Meta:
        indexes = [
            # For the periodic task; answered reviews are far more numerous.
            models.Index(
                fields=["due_at"],
                name="external_review_due",
                condition=models.Q(status=ExternalReviewStatus.WAITING),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}: {self.status}"
