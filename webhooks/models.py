from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.audit import StatusEvent
from core.encryption import EncryptedTextField
from core.errors import StrOrPromise
from core.models import Site
from core.outgoing import Failure
from core.url_fields import URLField
from webhooks.querysets import DeliveryQuerySet, EndpointQuerySet, MessageQuerySet
from webhooks.states import DeliveryStatus, EndpointStatus
from webhooks.topics import label_of


class Endpoint(models.Model):
    """The URL of a publication's program that receives webhooks."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="webhook_endpoints")
    url = URLField(_("address"), max_length=500)
    label = models.CharField(_("what it is"), max_length=100, blank=True)
    topics = ArrayField(models.CharField(max_length=60), verbose_name=_("topics"))
    secret = EncryptedTextField()
    # Signs too, until then: the receiver changes over without losing a message.
    former_secret = EncryptedTextField(blank=True)
    former_secret_until = models.DateTimeField(null=True)
    status = models.CharField(
        max_length=10, choices=EndpointStatus, default=EndpointStatus.ACTIVE.value
    )
    failing_since = models.DateTimeField(null=True)
    rests_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.label or self.url

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the secrets that sign messages now; two during a rotation."""
        until = self.former_secret_until
        if until is not None and timezone.now() < until:
            return self.secret, self.former_secret
        return (self.secret,)

    @property
    def topic_labels(self) -> list[StrOrPromise]:
        return [label_of(topic) for topic in self.topics]


class Message(models.Model):
    """An event as the exact bytes that are signed and sent on every attempt."""

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    # Not a foreign key, because outbox rows are deleted sooner. Empty for a test.
    event_id = models.BigIntegerField(null=True, unique=True)
    uid = models.CharField(max_length=40, unique=True)
    topic = models.CharField(max_length=60)
    about = models.CharField(max_length=40, blank=True)
    # Text, not JSON: jsonb reorders the members, and the signature covers the exact bytes.
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            # What is too old is removed each day.
            models.Index("created_at", name="webhook_message_age"),
            # Erasing a person looks up the messages about their comments.
            models.Index("about", name="webhook_message_about"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.uid}"

    @property
    def topic_label(self) -> StrOrPromise:
        return label_of(self.topic)


class Delivery(models.Model):
    """One message to one endpoint."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    status = models.CharField(
        max_length=10, choices=DeliveryStatus, default=DeliveryStatus.WAITING.value
    )
    tries = models.PositiveSmallIntegerField(
        default=0, help_text="Since it was made or last asked to be repeated."
    )
    next_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            # An event that is announced twice must not reach an endpoint as two deliveries.
            models.UniqueConstraint(fields=["message", "endpoint"], name="webhook_delivery_once"),
            # The list shows when a delivery ended; replay clears `finished_at` together with the
            # status.
            models.CheckConstraint(
                name="webhook_delivery_finished_when_not_waiting",
                condition=Q(status=DeliveryStatus.WAITING, finished_at=None)
                | (~Q(status=DeliveryStatus.WAITING) & Q(finished_at__isnull=False)),
            ),
        ]
        indexes = [
            # Asked for every few seconds; few deliveries wait.
            models.Index("next_at", name="webhook_due", condition=Q(status="waiting")),
            # The list of an endpoint, newest first, and what of it failed.
            models.Index("endpoint", "id", name="webhook_delivery_list"),
        ]

    def __str__(self) -> str:
        return f"{self.message} → {self.endpoint}"


class Attempt(models.Model):
    """One request. `status_code` and `failure` are both empty while it runs, and for good if the
    worker was lost in the middle of it."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(auto_now_add=True)
    status_code = models.PositiveSmallIntegerField(null=True)
    failure = models.CharField(max_length=20, choices=Failure, blank=True)
    excerpt = models.TextField(blank=True, help_text="The beginning of the answer.")
    milliseconds = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.status_code or self.failure}"


class EndpointEvent(StatusEvent):
    """The history of one endpoint."""

    # PROTECT: an endpoint with a history is marked as removed and never deleted.
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="events")

    class Meta(StatusEvent.Meta):
        verbose_name = _("webhook event")
        verbose_name_plural = _("webhook events")
