from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from accounts.querysets import SanctionQuerySet
from accounts.states import SanctionStatus
from core.audit import StatusEvent
from core.encryption import EncryptedTextField
from core.models import Site


class Sanction(models.Model):
    """A sanction on a person, on everyone at an e-mail domain, or on an IP range."""

    class Kind(models.TextChoices):
        WARNING = "warning", _("warning")
        PREMODERATION = "premoderation", _("comments wait for an editor")
        MUTE = "mute", _("may not comment")
        SUSPENSION = "suspension", _("suspended")
        BAN = "ban", _("banned")

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="sanctions")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="sanctions"
    )
    # Of an erased person, so that an active sanction goes on if the address registers again.
    erased_email_digest = models.CharField(
        max_length=64, blank=True, default="", db_default="", editable=False
    )
    # Of all confirmed addresses, former ones too, and of whom other sites said the person was.
    erased_identities = ArrayField(
        models.CharField(max_length=64), blank=True, default=list, db_default=[], editable=False
    )
    # The first one, when the same person was found at another account; a copy is never copied.
    copied_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="copies",
        editable=False,
    )
    email_domain = models.CharField(_("e-mail domain"), max_length=253, blank=True)
    first_ip = models.GenericIPAddressField(_("first address"), null=True, blank=True)
    last_ip = models.GenericIPAddressField(_("last address"), null=True, blank=True)
    rule_label = models.CharField(_("rule"), max_length=200, blank=True)
    message = models.TextField(_("message to the person"), blank=True)
    note = models.TextField(_("private note"), blank=True)
    # SET_NULL: the sanction holds although the editor's account is gone; the history keeps the
    # name.
    imposed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    imposed_at = models.DateTimeField(auto_now_add=True)
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    status = models.CharField(max_length=10, default=SanctionStatus.ACTIVE.value)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SanctionQuerySet.as_manager()

    class Meta:
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        ordering = ["-id"]
        constraints = [
            # An imported or hand-made row with two subjects would affect more people than anyone
            # decided.
            models.CheckConstraint(
                name="sanction_has_one_subject",
                condition=models.Q(user__isnull=False, email_domain="", first_ip=None)
                | (models.Q(user=None, first_ip=None) & ~models.Q(email_domain=""))
                | models.Q(user=None, email_domain="", first_ip__isnull=False),
            ),
            # A half-open range would match nothing in BETWEEN, and silently not apply.
            models.CheckConstraint(
                name="sanction_range_has_two_ends",
                condition=models.Q(first_ip=None, last_ip=None)
                | models.Q(first_ip__lte=models.F("last_ip")),
            ),
            # Status and time are written together; one without the other would be a sanction
            # without an end.
            models.CheckConstraint(
                name="sanction_ended_when_not_active",
                condition=models.Q(status=SanctionStatus.ACTIVE.value, ended_at=None)
                | (
                    ~models.Q(status=SanctionStatus.ACTIVE.value) & models.Q(ended_at__isnull=False)
                ),
            ),
        ]
        indexes = [
            # Each of the three is asked for before every comment; few rows are active.
            models.Index("user", name="sanction_user", condition=models.Q(status="active")),
            models.Index(
                "email_domain", name="sanction_domain", condition=models.Q(status="active")
            ),
            models.Index("first_ip", name="sanction_range", condition=models.Q(status="active")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"

    @property
    def subject(self) -> str:
        if self.user:
            return self.user.display_name
        return self.email_domain or f"{self.first_ip}–{self.last_ip}"


class IdentityKey(models.Model):
    """The key of `Sanction.erased_identities`, in one row.

    It is not `SECRET_KEY`, because that is changed while a sanction lasts, and digests cannot be
    made again: what they are made of is erased.
    """

    ONLY = 1

    key = EncryptedTextField()

    class Meta:
        constraints = [
            # With two keys a person would be known by chance.
            models.CheckConstraint(name="identity_key_is_one", condition=models.Q(pk=1)),
        ]

    def __str__(self) -> str:
        return "key of digests"


class SanctionEvent(StatusEvent):
    """The history of one sanction."""

    sanction = models.ForeignKey(Sanction, on_delete=models.PROTECT, related_name="events")

    class Meta(StatusEvent.Meta):
        verbose_name = _("sanction event")
        verbose_name_plural = _("sanction events")
