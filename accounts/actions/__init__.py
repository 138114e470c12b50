"""Every write to an account that is ours; signing in and its credentials are allauth's."""

from accounts.actions.letters import post_letter
from accounts.actions.names import check_name, rename
from accounts.actions.people import (
    AddressTaken,
    begin_registration,
    begin_seeming_registration,
    complete_seeming_registration,
    register_person,
)
from accounts.actions.roles import grant_role
from accounts.actions.sanctions import Subject, impose_sanction, lapse_sanction, lift_sanction

__all__ = [
    "AddressTaken",
    "Subject",
    "begin_registration",
    "begin_seeming_registration",
    "check_name",
    "complete_seeming_registration",
    "grant_role",
    "impose_sanction",
    "lapse_sanction",
    "lift_sanction",
    "post_letter",
    "register_person",
    "rename",
]
