from accounts.models.consents import ConsentRecord, ConsentText
from accounts.models.guesses import GuessCounter
from accounts.models.own_data import DataExport, ErasureRequest
from accounts.models.people import AccountEvent, HeldName, NameChange, Role, StaffPolicy, User
from accounts.models.sanctions import IdentityKey, Sanction, SanctionEvent
from accounts.models.settings import SettingsEvent
from accounts.models.signon import LinkedPerson, SignOnKey, UsedToken

__all__ = [
    "AccountEvent",
    "ConsentRecord",
    "ConsentText",
    "DataExport",
    "ErasureRequest",
    "GuessCounter",
    "HeldName",
    "IdentityKey",
    "LinkedPerson",
    "NameChange",
    "Role",
    "Sanction",
    "SanctionEvent",
    "SettingsEvent",
    "SignOnKey",
    "StaffPolicy",
    "UsedToken",
    "User",
]
