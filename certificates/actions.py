"""Every write of the certificates. An action that a task carries on is not listed here."""

from certificates.applications.actions import (
    confirm_application,
    correct_slip,
    dismiss_slip,
    save_answers,
    start_application,
    withdraw_application,
)
from certificates.applications.attachments import attach_file, detach_file
from certificates.applications.corrections import start_correction
from certificates.applications.review import decide_application
from certificates.delivery.actions import record_bounce, resend_email, show_name
from certificates.delivery.claim_by_code import send_code, take_certificate
from certificates.document_templates.actions import (
    activate_version,
    create_draft_from,
    create_template,
    discard_draft,
    remove_image,
    rename_template,
    request_render_check,
    save_draft,
    set_image,
)
from certificates.imports.actions import (
    begin_import,
    choose_layout,
    pause_import,
    resume_import,
    retry_import,
    run_import,
)
from certificates.programmes import (
    configure_programme,
    create_programme,
    install_default_programmes,
    publish_form,
)
from certificates.register.erasure import erase_applicant, erase_holder
from certificates.register.revocation import revoke_certificate

__all__ = [
    "activate_version",
    "attach_file",
    "begin_import",
    "choose_layout",
    "configure_programme",
    "confirm_application",
    "correct_slip",
    "create_draft_from",
    "create_programme",
    "create_template",
    "decide_application",
    "detach_file",
    "discard_draft",
    "dismiss_slip",
    "erase_applicant",
    "erase_holder",
    "install_default_programmes",
    "pause_import",
    "publish_form",
    "record_bounce",
    "remove_image",
    "rename_template",
    "request_render_check",
    "resend_email",
    "resume_import",
    "retry_import",
    "revoke_certificate",
    "run_import",
    "save_answers",
    "save_draft",
    "send_code",
    "set_image",
    "show_name",
    "start_application",
    "start_correction",
    "take_certificate",
    "withdraw_application",
]
