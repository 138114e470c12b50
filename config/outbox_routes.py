"""Every side effect of the product: which event starts which tasks.

Delivery is at least once: a task claims its work by a conditional update and is harmless when
repeated. A task takes the event's payload as its keyword arguments.
"""

from collections.abc import Mapping

from core.outbox import ByEvent

_WEBHOOKS = ByEvent("webhooks.tasks.create_messages")

ROUTES: Mapping[str, tuple[str, ...]] = {
    "email.queued": ("core.tasks.send_email",),
    "account.export_requested": ("accounts.tasks.build_export",),
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
    "dry_run.chunk_due": ("comments.tasks.run_dry_run_chunk",),
    "bulk_decision.chunk_due": ("comments.tasks.run_bulk_decision_chunk",),
    "answer_file.dropped": ("certificates.tasks.delete_answer_file",),
    "application.confirmed": ("certificates.tasks.decide_confirmed",),
    "application.approved": ("certificates.tasks.issue_approved",),
    "certificate.issued": ("certificates.tasks.render_document", _WEBHOOKS),
    # From a table: the documents of a chunk are made together.
    "certificate.issued_by_row": (_WEBHOOKS,),
    "certificate.sealed": (
        "certificates.tasks.email_document",
        "certificates.tasks.render_archive_copy",
        _WEBHOOKS,
    ),
    # Without an address there is no e-mail.
    "certificate.sealed_without_email": (_WEBHOOKS,),
    "certificate.archive_copy_due": ("certificates.tasks.render_archive_copy",),
    "certificate.archive_copy_replaced": ("certificates.tasks.delete_replaced_archive_copy",),
    "certificate.email_requested": ("certificates.tasks.email_document",),
    "certificate.emailed": ("certificates.tasks.record_email_sent",),
    "certificate.not_emailed": ("certificates.tasks.record_email_failure",),
    "certificate.bounced": (_WEBHOOKS,),
    "certificate.superseded": (_WEBHOOKS,),
    "certificate.revoked": (_WEBHOOKS,),
    "certificate.erased": ("certificates.tasks.delete_document", _WEBHOOKS),
    "template.render_check_requested": ("certificates.tasks.render_template_check",),
    "import.uploaded": ("certificates.tasks.render_dry_run",),
    "import.chunk_due": ("certificates.tasks.run_import_chunk",),
    "import.chunk_issued": ("certificates.tasks.render_chunk",),
    "import.finished": ("certificates.tasks.render_archive",),
}
