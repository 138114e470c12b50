from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from certificates.fields import FieldKind
from certificates.models.programmes import FormVersion, Programme
from certificates.querysets import AnswerFileQuerySet, ApplicationQuerySet
from certificates.states import CONFIRMED, DECIDED, EDITABLE, RISK_LET_THROUGH, ApplicationStatus

if TYPE_CHECKING:
    from certificates.models.register import Certificate


class Application(models.Model):
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="applications")
    # The version and not the programme's newest form: questions may change while people type.
    form = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="+")
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="applications",
    )
    status = models.CharField(
        max_length=10, choices=ApplicationStatus, default=ApplicationStatus.DRAFT.value
    )
    answers = models.JSONField(default=dict)
    dismissed_slips = models.JSONField(
        default=list, help_text="[key of the field, code of the slip, answer at that time]"
    )
    tab_writes = models.JSONField(
        default=dict, help_text="Key of a field to the tab that wrote it last, and when."
    )
    language = models.CharField(max_length=5, default="ru")
    lead = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="co_applications",
        help_text="For a co-author: the application that named them.",
    )
    corrects = models.ForeignKey(
        "certificates.Certificate",
        on_delete=models.PROTECT,
        null=True,
        related_name="corrections",
        help_text="The certificate that this application asks to replace.",
    )
    # A digest in a column, so that an index finds duplicates without comparing answers in JSON.
    duplicate_key = models.CharField(
        max_length=64, blank=True, help_text="See certificates/applications/risks.py."
    )
    risk = models.PositiveSmallIntegerField(default=0)
    risk_reasons = models.JSONField(default=list)
    note = models.TextField(blank=True, help_text="What the registrar asks, for the applicant.")
    note_question = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-id"]
        constraints = [
            # One draft for a person and a programme: two tabs that start at once continue the same
            # one.
            models.UniqueConstraint(
                fields=["programme", "applicant"],
                condition=Q(status=ApplicationStatus.DRAFT, corrects=None, lead=None),
                name="application_one_draft",
            ),
            # Two corrections at once would each replace the certificate; a rejected or withdrawn
            # one is over.
            models.UniqueConstraint(
                fields=["corrects"],
                condition=Q(
                    status__in=[
                        ApplicationStatus.DRAFT,
                        ApplicationStatus.SUBMITTED,
                        ApplicationStatus.RETURNED,
                        ApplicationStatus.APPROVED,
                    ]
                ),
                name="application_one_correction",
            ),
            # An application cannot be past its draft without the moment at which the applicant
            # vouched for it.
            models.CheckConstraint(
                condition=Q(status=ApplicationStatus.WITHDRAWN)
                | Q(status=ApplicationStatus.DRAFT, confirmed_at=None)
                | Q(status__in=sorted(CONFIRMED), confirmed_at__isnull=False),
                name="application_confirmed_when",
            ),
            # `certificates.recovery` finds approvals by `decided_at`: one without it would never be
            # resumed.
            models.CheckConstraint(
                condition=Q(status=ApplicationStatus.WITHDRAWN)
                | Q(status__in=sorted(DECIDED), decided_at__isnull=False)
                | Q(
                    status__in=[ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED],
                    decided_at=None,
                ),
                name="application_decided_when",
            ),
        ]
        indexes = [
            # The registrar's queue asks for what waits, the doubtful and the oldest first.
            models.Index(
                "programme",
                models.F("risk").desc(),
                "confirmed_at",
                name="application_queue",
                condition=Q(status=ApplicationStatus.SUBMITTED),
            ),
            # Every confirmation looks for duplicates among all applications of the programme.
            models.Index(fields=["programme", "duplicate_key"], name="application_duplicates"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.programme}"

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def stands_apart(self) -> bool:
        """Return True if the form has the URL of this application, not of its programme."""
        return self.status != ApplicationStatus.DRAFT or self.corrects_id is not None

    @property
    def issued_certificate(self) -> "Certificate | None":
        try:
            return self.certificate
        except ObjectDoesNotExist:
            return None

    @property
    def work(self) -> str:
        """Return the first answer that names a work or an event, for lists of applications."""
        titles = (
            self.answers.get(field.key, "")
            for field in self.form.fields
            if field.kind is FieldKind.TITLE
        )
        return next(filter(None, titles), "")

    @property
    def waits_for_registrar(self) -> bool:
        return self.status == ApplicationStatus.SUBMITTED and not self.passes_by_rule

    @property
    def passes_by_rule(self) -> bool:
        """Return True if no registrar has to approve the application. Small corrections pass."""
        automatic = self.programme.approval == Programme.Approval.AUTOMATIC
        unsuspected = self.risk <= RISK_LET_THROUGH
        return unsuspected and (automatic or self.corrects_id is not None)


class Confirmation(models.Model):
    """Proof of a confirmation: the answers, the picture and the warning that were shown.

    Triggers keep it unchanged; only the erasure of a person empties the answers.
    """

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="confirmations"
    )
    answers = models.JSONField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the canonical answers.")
    preview_digest = models.CharField(
        max_length=64,
        blank=True,
        help_text="SHA-256 of the picture shown; nothing for a row of a table.",
    )
    dismissed_slips = models.JSONField(default=list)
    warning = models.TextField(help_text="The sentence that stood above the confirmation.")
    language = models.CharField(max_length=5)
    ip = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        triggers = [
            # Deleting it would delete the proof of what the applicant vouched for.
            pgtrigger.Protect(name="confirmation_stays", operation=pgtrigger.Delete),
            # Erasing the person empties what they typed; the digest stays.
            pgtrigger.Protect(
                name="confirmation_is_proof",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__digest__df=pgtrigger.F("new__digest"))
                | pgtrigger.Q(old__preview_digest__df=pgtrigger.F("new__preview_digest"))
                | pgtrigger.Q(old__application__df=pgtrigger.F("new__application"))
                | pgtrigger.Q(old__warning__df=pgtrigger.F("new__warning"))
                | pgtrigger.Q(old__language__df=pgtrigger.F("new__language"))
                | pgtrigger.Q(old__at__df=pgtrigger.F("new__at"))
                | pgtrigger.Q(new__ip__isnull=False)
                | ~pgtrigger.Q(new__answers={}, new__dismissed_slips=[]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.digest[:12]}"


class AnswerFile(models.Model):
    """A file given as an answer. Rows of co-authors and corrections share one stored file."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="files")
    question = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    mime = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the content.")
    content = models.FileField(max_length=200)
    attached_at = models.DateTimeField(auto_now_add=True)

    objects = AnswerFileQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            # A file that is sent twice is one answer.
            models.UniqueConstraint(
                fields=["application", "question", "digest", "name"], name="answer_file_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
