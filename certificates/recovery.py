from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from certificates.models import Application, Certificate, Import
from core import outbox

# Younger work is probably still in the queue.
_UNFINISHED_AFTER = timedelta(minutes=10)
_BATCH = 500


@transaction.atomic(durable=True)
def resume_unfinished() -> None:
    """Publish the events of unfinished work again. Every step is idempotent, so this is safe."""
    before = timezone.now() - _UNFINISHED_AFTER
    for application in Application.objects.awaiting_rule().filter(confirmed_at__lt=before)[:_BATCH]:
        outbox.publish("application.confirmed", application_id=application.pk)
    for application in Application.objects.approved_without_certificate().filter(
        decided_at__lt=before
    )[:_BATCH]:
        outbox.publish("application.approved", application_id=application.pk)
    for certificate in Certificate.objects.unsealed().filter(issued_at__lt=before)[:_BATCH]:
        outbox.publish("certificate.issued", certificate_id=certificate.pk)
    for certificate in Certificate.objects.unmailed().filter(sealed_at__lt=before)[:_BATCH]:
        outbox.publish("certificate.sealed", certificate_id=certificate.pk)
    for source in Import.objects.unread().filter(changed_at__lt=before):
        outbox.publish("import.uploaded", import_id=source.pk)
    # Each chunk sets `changed_at`, so an import that is older has lost its lanes.
    for source in Import.objects.running().filter(changed_at__lt=before):
        outbox.publish("import.chunk_due", import_id=source.pk)
