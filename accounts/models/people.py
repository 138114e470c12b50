from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.names import MAX_NAME, MAX_SKELETON, is_unnamed, skeleton
from accounts.querysets import HeldNameQuerySet, UserManager
from core.audit import AuditEvent
from core.models import Site


class User(AbstractBaseUser, PermissionsMixin):
    """A registered person. The e-mail is the login and is never shown; the display name is."""

    email = models.EmailField(_("e-mail"), unique=True)
    display_name = models.CharField(_("display name"), max_length=MAX_NAME)
    # Unique instead of the name: look-alikes in other letters or case are the same name to a
    # reader.
    name_skeleton = models.CharField(max_length=MAX_SKELETON, unique=True, editable=False)
    language = models.CharField(_("language of e-mails"), max_length=5, default="ru")
    # Single letters that act (WCAG 2.1.4): speech input and a cat on the keyboard type them, too.
    uses_shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may open the administration pages"), default=False)
    date_joined = models.DateTimeField(_("registered"), default=timezone.now)

    # The origin of the page whose token authenticates the request; empty for a session.
    widget_origin = ""

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            # Look-ups compare exact strings, so a capital letter would make a second account.
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="account_email_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    @property
    def is_unnamed(self) -> bool:
        """Return whether the owner must still choose a name; see `restart_registration`."""
        return is_unnamed(self.name_skeleton)

    def clean(self) -> None:
        super().clean()
        self.name_skeleton = skeleton(self.display_name)


class HeldName(models.Model):
    """A display name reserved for a time because a person gave it up.

    Without a person it was requested with an address that already has an account. If it stayed
    free, that would reveal that the address is registered.
    """

    skeleton = models.CharField(max_length=MAX_SKELETON, unique=True)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="held_names"
    )
    until = models.DateTimeField()

    objects = HeldNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("held name")
        verbose_name_plural = _("held names")

    def __str__(self) -> str:
        return self.skeleton


class NameChange(models.Model):
    """The names of a change that the history has on record: apart from it, so that erasing a
    person can forget them."""

    # The audit log itself cannot be changed, so the names are in a table that can.
    event = models.OneToOneField(
        "accounts.AccountEvent", on_delete=models.CASCADE, related_name="name_change"
    )
    before = models.CharField(max_length=MAX_NAME)
    after = models.CharField(max_length=MAX_NAME)

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Role(models.Model):
    """A person's rights on one site beyond those of a reader."""

    class Name(models.TextChoices):
        EDITOR = "editor", _("editor")
        REGISTRAR = "registrar", _("registrar")
        ADMINISTRATOR = "administrator", _("administrator")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="roles")
    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="roles")
    name = models.CharField(_("role"), max_length=20, choices=Name)
    granted_at = models.DateTimeField(_("assigned"), auto_now_add=True)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            # `grant_role` is idempotent by this: two administrators may grant a role at once.
            models.UniqueConstraint(fields=["user", "site", "name"], name="role_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_name_display()} ({self.site})"


class StaffPolicy(models.Model):
    """A site's security requirements for people with a role."""

    site = models.OneToOneField(
        Site, on_delete=models.CASCADE, related_name="staff_policy", verbose_name=_("publication")
    )
    second_factor_days = models.PositiveIntegerField(
        _("days to switch on two-step sign-in"),
        default=14,
        # Longer times reach past the last year of a date: no member of the staff could sign in.
        validators=[MaxValueValidator(3_650)],
        help_text=_("Counted from the granting of the role; afterwards the role rests."),
    )

    class Meta:
        verbose_name = _("policy for the staff")
        verbose_name_plural = _("policies for the staff")

    def __str__(self) -> str:
        return str(self.site)


class AccountEvent(AuditEvent):
    """The history of one account."""

    class Action(models.TextChoices):
        """The label is the sentence that the owner reads; `%(name)s` comes from the evidence."""

        REGISTERED = "registered", _("You registered.")
        REGISTRATION_RESTARTED = (
            "registration.restarted",
            _(
                "You proved the address of an unconfirmed registration. What was set before no "
                "longer counts: the password, the name and the consents."
            ),
        )
        SIGNED_IN = "signed_in", _("A sign-in: %(device)s.")
        SESSION_ENDED = "session.ended", _("A session was ended.")
        NAME_CHANGED = "name.changed", _("The name “%(from)s” became “%(to)s”.")
        PASSWORD_CHANGED = "password.changed", _("The password was changed.")
        EMAIL_CONFIRMED = "address.confirmed", _("The address was confirmed.")
        EMAIL_CHANGED = "address.changed", _("The address was changed.")
        EMAIL_RETURNED = "address.returned", _("The change of the address was undone.")
        FACTOR_ADDED = "factor.added", _("A second step was added.")
        FACTOR_REMOVED = "factor.removed", _("A second step was removed.")
        ROLE_GRANTED = "role.granted", _("A role was assigned: %(role)s.")
        ROLE_TAKEN = "role.taken", _("A role was removed: %(role)s.")
        SECOND_FACTOR_REMINDED = (
            "second_factor.reminded",
            _("We wrote to you about two-step sign-in."),
        )
        OTHER_SITE_ENDED = "other_site.ended", _("You ended the sign-in to another site: %(site)s.")
        SIGNON_LINKED = "signon.linked", _("The account was tied to another site.")
        ERASURE_REQUESTED = "erasure.requested", _("You asked to erase the account.")
        ERASURE_WITHDRAWN = "erasure.withdrawn", _("You took the erasure back.")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="events")

    class Meta(AuditEvent.Meta):
        verbose_name = _("account event")
        verbose_name_plural = _("account events")
