"""Every write to an account that is ours; signing in and its credentials are allauth's."""

from accounts.actions.addresses import (
    ChangeStands,
    is_held,
    read_undo_token,
    undo_email_change,
    undo_token,
)
from accounts.actions.consents import (
    ConsentSource,
    ConsentStatus,
    answer_consents,
    consent_statuses,
    current_texts,
    default_texts,
    install_default_consents,
    publish_consent_text,
)
from accounts.actions.history import record_event, record_sign_in
from accounts.actions.names import check_name, contribute_name_check, rename
from accounts.actions.own_data import (
    ExportedFile,
    OwnDataPart,
    as_json,
    contribute,
    request_erasure,
    request_export,
    withdraw_erasure,
)
from accounts.actions.people import (
    AddressTaken,
    Agreement,
    AlreadyTied,
    begin_registration,
    begin_seeming_registration,
    complete_seeming_registration,
    register_person,
)
from accounts.actions.proofs import (
    CodeLapsed,
    has_confirmed_address,
    is_registering,
    locked_account,
    require_current_address,
    restart_registration,
)
from accounts.actions.roles import grant_role, remind_of_second_factor, take_role
from accounts.actions.sanctions import (
    HAS_NO_END,
    NEEDS_END,
    Subject,
    impose_sanction,
    lapse_sanction,
    lift_sanction,
)
from accounts.actions.second_factors import reencrypt_second_factors
from accounts.actions.sessions import end_session, prune_sessions, set_language, set_shortcuts
from accounts.actions.settings import (
    delete_setting,
    record_setting,
    save_setting,
    setting_values,
)

__all__ = [
    "HAS_NO_END",
    "NEEDS_END",
    "AddressTaken",
    "Agreement",
    "AlreadyTied",
    "ChangeStands",
    "CodeLapsed",
    "ConsentSource",
    "ConsentStatus",
    "ExportedFile",
    "OwnDataPart",
    "Subject",
    "answer_consents",
    "as_json",
    "begin_registration",
    "begin_seeming_registration",
    "check_name",
    "complete_seeming_registration",
    "consent_statuses",
    "contribute",
    "contribute_name_check",
    "current_texts",
    "default_texts",
    "delete_setting",
    "end_session",
    "grant_role",
    "has_confirmed_address",
    "impose_sanction",
    "install_default_consents",
    "is_held",
    "is_registering",
    "lapse_sanction",
    "lift_sanction",
    "locked_account",
    "prune_sessions",
    "publish_consent_text",
    "read_undo_token",
    "record_event",
    "record_setting",
    "record_sign_in",
    "reencrypt_second_factors",
    "register_person",
    "remind_of_second_factor",
    "rename",
    "request_erasure",
    "request_export",
    "require_current_address",
    "restart_registration",
    "save_setting",
    "set_language",
    "set_shortcuts",
    "setting_values",
    "take_role",
    "undo_email_change",
    "undo_token",
    "withdraw_erasure",
]
