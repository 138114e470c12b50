from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.states import Transitions


class ApplicationStatus(models.TextChoices):
    DRAFT = "draft", _("being filled in")
    SUBMITTED = "submitted", _("confirmed, waits for a decision")
    RETURNED = "returned", _("returned for correction")
    APPROVED = "approved", pgettext_lazy("application", "approved")
    REJECTED = "rejected", pgettext_lazy("application", "rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "withdrawn")


class CertificateStatus(models.TextChoices):
    VALID = "valid", _("valid")
    SUPERSEDED = "superseded", _("replaced by a corrected one")
    REVOKED = "revoked", _("revoked")


class Risk(models.TextChoices):
    """Why a registrar should look at a confirmed application."""

    SLIP_DISMISSED = "slip_dismissed", _("The applicant kept a possible slip")
    RARE_NAME = "rare_name", _("The given name is not in the dictionary")
    DUPLICATE = "duplicate", _("Another application has the same person and title")
    LARGE_CORRECTION = "large_correction", _("The correction changes more than two letters")
    REPEATED_CORRECTION = "repeated_correction", _("This certificate has been corrected before")
    DOES_NOT_FIT = (
        "does_not_fit",
        _("The text does not fit on the document even in the least size"),
    )


RISK_WEIGHTS = {
    Risk.SLIP_DISMISSED: 2,
    Risk.RARE_NAME: 1,
    Risk.DUPLICATE: 2,
    Risk.LARGE_CORRECTION: 2,
    Risk.REPEATED_CORRECTION: 2,
    Risk.DOES_NOT_FIT: 2,
}
# The greatest weight that is approved without a registrar: a rare name is mostly just rare, so it
# is shown only if a registrar looks at the application for another reason.
RISK_LET_THROUGH = 1

EDITABLE = frozenset({ApplicationStatus.DRAFT, ApplicationStatus.RETURNED})
CONFIRMED = frozenset(
    {
        ApplicationStatus.SUBMITTED,
        ApplicationStatus.RETURNED,
        ApplicationStatus.APPROVED,
        ApplicationStatus.REJECTED,
    }
)
DECIDED = frozenset(
    {ApplicationStatus.RETURNED, ApplicationStatus.APPROVED, ApplicationStatus.REJECTED}
)

# Nothing follows an approval, a rejection or a withdrawal: another attempt is another application.
APPLICATION_STEPS = Transitions(
    {
        ApplicationStatus.DRAFT: {ApplicationStatus.SUBMITTED, ApplicationStatus.WITHDRAWN},
        ApplicationStatus.SUBMITTED: {*DECIDED, ApplicationStatus.WITHDRAWN},
        ApplicationStatus.RETURNED: {ApplicationStatus.SUBMITTED, ApplicationStatus.WITHDRAWN},
    }
)
CERTIFICATE_STEPS = Transitions(
    {
        CertificateStatus.VALID: {CertificateStatus.SUPERSEDED, CertificateStatus.REVOKED},
        CertificateStatus.SUPERSEDED: {CertificateStatus.REVOKED},
    }
)


class ImportStatus(models.TextChoices):
    UPLOADED = "uploaded", _("being read")
    CHECKED = "checked", _("checked, nothing is issued yet")
    RUNNING = "running", _("being issued")
    PAUSED = "paused", _("paused")
    FINISHED = "finished", _("issued")
    FAILED = "failed", _("could not be read")


class ImportProblem(models.TextChoices):
    """Why a table could not be checked, issued to its end, or packed."""

    TOO_LARGE = (
        "too_large",
        _("Reading it takes too much time or memory: divide it into several files."),
    )
    UNREADABLE = (
        "unreadable",
        _(
            "Reading it failed; it may be damaged. Open it in a table editor, save it as a new "
            "file and upload that one."
        ),
    )
    NOT_A_TABLE = (
        "not_a_table",
        _("Save it as XLSX, ODS or CSV in your table editor and upload it again."),
    )
    PROTECTED = (
        "protected",
        _("It has a password or an old format: save it without a password as XLSX, ODS or CSV."),
    )
    NO_ROWS = "no_rows", _("It has no rows below the header.")
    TOO_MANY_ROWS = (
        "too_many",
        _("It has more than 20,000 rows: divide it into several files."),
    )
    UNEXPECTED = (
        "unexpected",
        _("Something went wrong on our side. Try again; if it fails once more, write to us."),
    )
    STOPPED = (
        "stopped",
        _("An error on our side has stopped the issuing. What is issued stays valid: go on."),
    )
    NOT_PACKED = (
        "not_packed",
        _("The documents are issued, but an error on our side kept us from packing them."),
    )


class RowStatus(models.TextChoices):
    READY = "ready", _("ready")
    DOUBTFUL = "doubtful", _("has a possible slip")
    FAULTY = "faulty", _("has an error")
    ISSUED = "issued", _("issued")
    REPEATED = "repeated", _("issued before")
    # Equal to a row above it. It is issued only if the registrar says that these are two people.
    SAME = "same", _("same as another row")
    HIDDEN = "hidden", _("hidden in the table")


# What the registrar does not get by issuing the table, besides the rows to correct.
LEFT_OUT = (RowStatus.REPEATED, RowStatus.SAME, RowStatus.HIDDEN)


IMPORT_STEPS = Transitions(
    {
        ImportStatus.UPLOADED: {ImportStatus.CHECKED, ImportStatus.FAILED},
        ImportStatus.CHECKED: {ImportStatus.RUNNING, ImportStatus.UPLOADED},
        ImportStatus.RUNNING: {ImportStatus.PAUSED, ImportStatus.FINISHED},
        ImportStatus.PAUSED: {ImportStatus.RUNNING},
        ImportStatus.FAILED: {ImportStatus.UPLOADED},
    }
)


class TemplateStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("template", "draft")
    ACTIVE = "active", pgettext_lazy("template", "in use")
    RETIRED = "retired", pgettext_lazy("template", "no longer in use")


class RenderCheckStatus(models.TextChoices):
    RUNNING = "running", pgettext_lazy("render check", "running")
    PASSED = "passed", pgettext_lazy("render check", "passed")
    FAILED = "failed", pgettext_lazy("render check", "failed")


TEMPLATE_STEPS = Transitions(
    {
        TemplateStatus.DRAFT: {TemplateStatus.ACTIVE},
        TemplateStatus.ACTIVE: {TemplateStatus.RETIRED},
    }
)
RENDER_CHECK_STEPS = Transitions(
    {RenderCheckStatus.RUNNING: {RenderCheckStatus.PASSED, RenderCheckStatus.FAILED}}
)
