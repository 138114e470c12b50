"""A second line behind the outbox: unfinished work without an event, as after a partial restore.

Its topics are its own where webhooks announce the usual ones: nothing is announced twice.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from certificates.models import Application, Certificate, Import
from core import outbox

# Younger work has an event that is being handled.
_UNFINISHED_AFTER = timedelta(minutes=10)
_BATCH = 500


@transaction.atomic(durable=True)
def resume_unfinished() -> None:
    """Publish events for unfinished work that has none. Every step may be repeated."""
    before = timezone.now() - _UNFINISHED_AFTER
    applications, certificates, imports = (
        Application.objects,
        Certificate.objects,
        Import.objects.filter(changed_at__lt=before),
    )
    outbox.publish_missing(
        ("application.confirmed",),
        "application_id",
        _ids(applications.awaiting_rule().filter(confirmed_at__lt=before)),
    )
    outbox.publish_missing(
        ("application.approved",),
        "application_id",
        _ids(applications.approved_without_certificate().filter(decided_at__lt=before)),
    )
    outbox.publish_missing(
        ("certificate.document_due", "certificate.issued"),
        "certificate_id",
        _ids(certificates.unsealed().filter(issued_at__lt=before)),
    )
    outbox.publish_missing(
        ("certificate.email_due", "certificate.sealed", "certificate.email_requested"),
        "certificate_id",
        _ids(certificates.unmailed().filter(sealed_at__lt=before)),
    )
    outbox.publish_missing(("import.uploaded",), "import_id", _ids(imports.unread()))
    # Each chunk sets `changed_at`, so an import that is older has lost its lanes.
    outbox.publish_missing(
        ("import.chunk_due", "import.chunk_issued"), "import_id", _ids(imports.running())
    )


def _ids(work: QuerySet[Any]) -> list[int]:
    return list(work.values_list("pk", flat=True)[:_BATCH])
