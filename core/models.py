import uuid
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.audit import AuditEvent
from core.languages import Localized
from core.origins import NotAnOrigin, origin_of
from core.querysets import EmailQuerySet, OutboxQuerySet
from core.url_fields import URLField


class Site(models.Model):
    """A publication (outlet) that is served: everything hangs off it."""

    slug = models.SlugField(_("code in addresses"), unique=True)
    name_ru = models.CharField(_("name in Russian"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    name = Localized()
    legal_name_ru = models.CharField(_("legal name in Russian"), max_length=300)
    legal_name_en = models.CharField(_("legal name in English"), max_length=300, blank=True)
    legal_name = Localized()
    registration_number = models.CharField(
        _("registration number of the outlet"), max_length=60, blank=True
    )
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    founder_ru = models.CharField(_("founder in Russian"), max_length=300, blank=True)
    founder_en = models.CharField(_("founder in English"), max_length=300, blank=True)
    founder = Localized()
    editor_in_chief_ru = models.CharField(_("editor-in-chief in Russian"), max_length=200)
    editor_in_chief_en = models.CharField(
        _("editor-in-chief in English"), max_length=200, blank=True
    )
    editor_in_chief = Localized()
    complaints_email = models.EmailField(
        _("address for complaints"), help_text=_("Answers to our e-mails come here, too.")
    )
    email_from = models.EmailField(
        _("address that e-mails come from"),
        blank=True,
        help_text=_(
            "Empty: the address of the installation. The domain's SPF, DKIM and DMARC must allow "
            "our mail server."
        ),
    )
    origins = ArrayField(
        URLField(),
        verbose_name=_("origins"),
        default=list,
        help_text=_("Where the publication's pages live, like https://example.org."),
    )

    time_zone = models.CharField(
        _("time zone"),
        max_length=50,
        blank=True,
        help_text=_(
            "For example Asia/Vladivostok: daily and weekly e-mails use this time. Empty: Moscow."
        ),
    )

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.time_zone and self.time_zone not in available_timezones():
            raise ValidationError({"time_zone": _("There is no such time zone.")})
        try:
            # As browsers send them: they are compared as text.
            self.origins = list(dict.fromkeys(origin_of(origin) for origin in self.origins))
        except NotAnOrigin as error:
            raise ValidationError({"origins": str(error)}) from error

    @property
    def clock(self) -> tzinfo:
        """By which its people live."""
        return ZoneInfo(self.time_zone) if self.time_zone else timezone.get_default_timezone()


class OutboxEvent(models.Model):
    """The side effects of one committed action (see `core/outbox/`).

    It is undone until each of its tasks has reported that it is done. It is waiting while the
    broker does not have it, and parked when it is not retried any more.
    """

    topic = models.CharField(max_length=60)
    payload = models.JSONField()
    request_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # The newest hand-over to the broker; empty again after a failure that a task has reported.
    dispatched_at = models.DateTimeField(null=True)
    # Database defaults, because the events of hot paths are inserted by hand-written statements,
    # and by processes of an older version during an upgrade.
    next_try_at = models.DateTimeField(_("next try"), db_default=Now())
    # The tasks that have reported nothing yet; null before the first hand-over.
    waits_for = ArrayField(models.TextField(), verbose_name=_("waits for"), null=True)
    unanswered = models.SmallIntegerField(
        db_default=0, help_text="Hand-overs since a task last reported a result."
    )
    failures = models.SmallIntegerField(_("failures"), db_default=0)
    last_error = models.TextField(_("last error"), blank=True, db_default="")
    parked_at = models.DateTimeField(_("stopped"), null=True)
    done_at = models.DateTimeField(null=True)

    objects = OutboxQuerySet.as_manager()

    # Set by the statement of the relay: the hand-over before the one that it is about to make.
    handed_over_at: datetime | None

    class Meta:
        verbose_name = _("background task")
        verbose_name_plural = _("background tasks")
        indexes = [
            # The relay asks for the due ones many times a second; done rows are far more numerous.
            models.Index(
                fields=["next_try_at", "id"],
                name="outbox_undone",
                condition=models.Q(done_at=None, parked_at=None),
            ),
            # Counted by each scrape of the metrics.
            models.Index(
                fields=["id"],
                name="outbox_parked",
                condition=models.Q(done_at=None, parked_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.payload}"

    @property
    def is_repeated(self) -> bool:
        """Return whether a worker may have got it before."""
        # One that is tried again after it was parked has its counts at zero, and its error.
        return self.unanswered > 1 or self.failures > 0 or self.last_error != ""


class OutboxAuditEvent(AuditEvent):
    """An administrator's act on a parked event, whose own row is deleted after some days."""

    class Action(models.TextChoices):
        RETRIED = "outbox.retried", _("The background task was tried again")
        DISCARDED = "outbox.discarded", _("The background task was discarded")

    event_id = models.BigIntegerField()
    topic = models.CharField(max_length=60)

    class Meta(AuditEvent.Meta):
        verbose_name = _("audit event of a background task")
        verbose_name_plural = _("audit events of background tasks")


class Email(models.Model):
    """An e-mail in the queue (see `core/mail/`).

    The row of one that was sent stays for some days without its content: it keeps a repeated task
    from sending the same key again.
    """

    # Unique, so that two tasks that queue the same e-mail at once cannot both succeed.
    key = models.CharField(max_length=100, unique=True)
    # What the Message-ID is made of. Random, because numbers begin again when a backup is restored,
    # and mail servers drop an e-mail whose Message-ID they have seen.
    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="+")
    to = models.EmailField(blank=True)
    reply_to = models.EmailField(blank=True)
    # Either rendered already, or a template that the worker renders.
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    template = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=5, blank=True)
    context = models.JSONField(default=dict)
    thread = models.CharField(max_length=100, blank=True)
    list_name = models.SlugField(blank=True)
    headers = models.JSONField(default=dict)
    metadata = models.JSONField(default=dict)
    attachments = models.JSONField(default=list)
    on_sent = models.JSONField(null=True)
    on_failure = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # A code, say, would mislead once it is no longer valid.
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    objects = EmailQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail message")
        verbose_name_plural = _("e-mail messages")
        indexes = [
            # Looked up every few seconds; few wait, and the sent rows of a week are many.
            models.Index("next_at", name="email_due", condition=models.Q(sent_at=None)),
            # Erasing an account cancels the e-mails that wait for its address.
            models.Index(Upper("to"), name="email_by_address", condition=models.Q(sent_at=None)),
        ]

    def __str__(self) -> str:
        return self.key

    def is_claimed(self, now: datetime) -> bool:
        return self.claimed_until is not None and self.claimed_until > now


class IdempotencyKey(models.Model):
    """A promise that one request of one person creates one thing (see `core/idempotency.py`)."""

    # No foreign key: core knows no accounts, and the row lives for two days only.
    user_id = models.BigIntegerField()
    key = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    object_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # What makes it a promise: `core.idempotency.claim` inserts with ON CONFLICT on this
            # constraint.
            models.UniqueConstraint(fields=["user_id", "key"], name="idempotency_key_once"),
        ]

    def __str__(self) -> str:
        return self.key
