"""Every write to an account that is ours; signing in and its credentials are allauth's."""

from accounts.actions.people import register_person
from accounts.actions.roles import grant_role

__all__ = ["grant_role", "register_person"]
