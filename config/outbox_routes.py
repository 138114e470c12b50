"""Map each outbox event to the tasks it starts. Every side effect of the product is listed here.

Delivery is at least once: a task claims its work by a conditional update and is harmless when
repeated. A task takes the event's payload as its keyword arguments. Webhooks announce the topics
that have `_WEBHOOKS`; resumed work has separate topics, so that nothing is announced twice.
"""

from collections.abc import Mapping

from core.outbox import ByEvent, Job

_WEBHOOKS = ByEvent("webhooks.tasks.create_messages")

ROUTES: Mapping[str, tuple[str, ...]] = {
    "email.queued": ("core.tasks.send_email",),
    "account.export_requested": (
        Job("accounts.tasks.build_export", failed="account.export_failed"),
    ),
    "account.export_failed": ("accounts.tasks.record_export_failure",),
    "account.erasure_due": ("accounts.tasks.carry_out_erasure",),
    "sanction.imposed": ("comments.tasks.email_sanctioned_user",),
    "sanction.lifted": ("comments.tasks.email_lifted_sanction",),
    "complaint.emailed": ("comments.tasks.record_complaint_sent",),
    "complaint.not_emailed": ("comments.tasks.record_complaint_failure",),
    "webhook.due": ("webhooks.tasks.deliver",),
    "account.renamed": ("comments.tasks.refresh_author",),
    "account.roles_changed": ("comments.tasks.refresh_author",),
    "comment.posted": ("comments.tasks.notify_of_comment", _WEBHOOKS),
    "comment.edited": ("comments.tasks.notify_of_comment", _WEBHOOKS),
    "comment.decided": ("comments.tasks.notify_of_decision", _WEBHOOKS),
    "notification.due": ("comments.tasks.mail_notifications",),
    "notifications.emailed": ("comments.tasks.record_notifications_mailed",),
    "external_review.due": ("comments.tasks.request_external_review",),
    "dry_run.chunk_due": (Job("comments.tasks.run_dry_run_chunk", failed="dry_run.failed"),),
    "bulk_decision.chunk_due": (
        Job("comments.tasks.run_bulk_decision_chunk", failed="bulk_decision.failed"),
    ),
    "dry_run.failed": ("comments.tasks.record_dry_run_failure",),
    "bulk_decision.failed": ("comments.tasks.record_bulk_decision_failure",),
    "answer_file.dropped": ("certificates.tasks.delete_answer_file",),
    "application.confirmed": ("certificates.tasks.decide_confirmed",),
    "application.approved": ("certificates.tasks.issue_approved",),
    "certificate.issued": ("certificates.tasks.render_document", _WEBHOOKS),
    "certificate.document_due": ("certificates.tasks.render_document",),
    # From a table: the documents of a chunk are made together.
    "certificate.issued_by_row": (_WEBHOOKS,),
    "certificate.sealed": (
        "certificates.tasks.email_document",
        "certificates.tasks.render_archive_copy",
        _WEBHOOKS,
    ),
    # Without an address there is no e-mail.
    "certificate.sealed_without_email": (_WEBHOOKS,),
    "certificate.email_due": ("certificates.tasks.email_document",),
    "certificate.archive_copy_due": ("certificates.tasks.render_archive_copy",),
    "certificate.archive_copy_replaced": ("certificates.tasks.delete_replaced_archive_copy",),
    "certificate.email_requested": ("certificates.tasks.email_document",),
    "certificate.emailed": ("certificates.tasks.record_email_sent",),
    "certificate.not_emailed": ("certificates.tasks.record_email_failure",),
    "certificate.bounced": (_WEBHOOKS,),
    "certificate.superseded": (_WEBHOOKS,),
    "certificate.revoked": (_WEBHOOKS,),
    "certificate.erased": ("certificates.tasks.delete_document", _WEBHOOKS),
    "template.render_check_requested": (
        Job("certificates.tasks.render_template_check", failed="template.render_check_failed"),
    ),
    "import.uploaded": (Job("certificates.tasks.render_dry_run", failed="import.not_read"),),
    "import.chunk_due": (Job("certificates.tasks.run_import_chunk", failed="import.stopped"),),
    "import.chunk_issued": (Job("certificates.tasks.render_chunk", failed="import.stopped"),),
    "import.finished": (Job("certificates.tasks.render_archive", failed="import.not_packed"),),
    "template.render_check_failed": ("certificates.tasks.record_render_check_failure",),
    "import.not_read": ("certificates.tasks.record_import_not_read",),
    "import.stopped": ("certificates.tasks.record_import_stopped",),
    "import.not_packed": ("certificates.tasks.record_import_not_packed",),
}
