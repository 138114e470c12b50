from accounts.models.letters import Letter
from accounts.models.people import AccountEvent, HeldName, Role, User
from accounts.models.sanctions import Sanction, SanctionEvent

__all__ = ["AccountEvent", "HeldName", "Letter", "Role", "Sanction", "SanctionEvent", "User"]
