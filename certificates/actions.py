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
from certificates.delivery.actions import ask_for_letter, record_bounce, show_name
from certificates.delivery.claim_by_code import send_code
from certificates.document_templates.actions import (
    activate_version,
    ask_for_trial,
    begin_from,
    begin_template,
    discard_draft,
    put_picture,
    remove_picture,
    rename_template,
    write_draft,
)
from certificates.imports.actions import (
    begin_import,
    choose_columns,
    pause_import,
    resume_import,
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
    "ask_for_letter",
    "ask_for_trial",
    "attach_file",
    "begin_from",
    "begin_import",
    "begin_template",
    "choose_columns",
    "configure_programme",
    "confirm_application",
    "correct_slip",
    "create_programme",
    "decide_application",
    "detach_file",
    "discard_draft",
    "dismiss_slip",
    "erase_applicant",
    "erase_holder",
    "install_default_programmes",
    "pause_import",
    "publish_form",
    "put_picture",
    "record_bounce",
    "remove_picture",
    "rename_template",
    "resume_import",
    "revoke_certificate",
    "run_import",
    "save_answers",
    "send_code",
    "show_name",
    "start_application",
    "start_correction",
    "withdraw_application",
    "write_draft",
]
