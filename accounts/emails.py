"""The words of every letter about an account; two templates give them their look."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Role
from core.errors import StrOrPromise
from core.models import Site

_CODE = _("Write this code on the page where you were asked for it. It is valid for 15 minutes.")
_IGNORE = _("If it was not you, do nothing: without the code nobody gets in.")
_ALARM = _("If it was not you, change your password at once and end the other sessions.")
_ASKED = _("You get this letter because this address was entered on our site.")
_OWNER = _("You get this letter because you have an account with us.")
_TOLD = "%(told)s"
_ROLE = _("An administrator has given you a role: %(role)s.")
_SECOND_STEP = _(
    "This work needs two-step sign-in. Switch it on before %(until)s: from then on the role rests"
    " until you do."
)


@dataclass(frozen=True, slots=True)
class Wording:
    """Sentences take `%(name)s` from the facts of the letter.

    `button` is the label of the address that the facts give as `url`; `code` and `url` show by
    themselves where the facts have them. A `warns` letter says when, where from and by what.
    """

    subject: StrOrPromise
    lines: tuple[StrOrPromise, ...]
    button: StrOrPromise = ""
    after: StrOrPromise = ""
    reason: StrOrPromise = _OWNER
    warns: bool = False


def _warning(subject: StrOrPromise, line: StrOrPromise) -> Wording:
    return Wording(subject, (line,), after=_ALARM, warns=True)


_CONFIRM = Wording(
    _("Code to confirm your address: %(code)s"),
    (_CODE,),
    after=_("If you did not enter your address with us, do nothing: it will be forgotten."),
    reason=_ASKED,
)

WORDINGS: Mapping[str, Wording] = {
    "account/email/email_confirmation_signup": _CONFIRM,
    "account/email/email_confirmation": _CONFIRM,
    "account/email/login_code": Wording(
        _("Code to sign in: %(code)s"),
        (_CODE,),
        after=_IGNORE,
        reason=_ASKED,
    ),
    "account/email/password_reset_code": Wording(
        _("Code for a new password: %(code)s"),
        (_CODE, _("You will choose a new password there.")),
        after=_IGNORE,
        reason=_ASKED,
    ),
    "account/email/account_already_exists": Wording(
        _("You are registered already"),
        (
            _("Somebody, probably you, was registering with the address %(email)s."),
            _("There is an account with this address, so no new one was made."),
        ),
        button=_("Choose a new password"),
        after=_("If you remember your password, simply sign in. If it was not you, do nothing."),
        reason=_ASKED,
    ),
    "account/email/unknown_account": Wording(
        _("There is no account with this address"),
        (
            _("Somebody, probably you, was signing in with the address %(email)s."),
            _("We have no such account. Perhaps you registered with another address."),
        ),
        button=pgettext_lazy("act", "Register"),
        after=_("If it was not you, do nothing."),
        reason=_ASKED,
    ),
    "account/email/password_changed": _warning(
        _("Your password was changed"), _("The password of your account was changed.")
    ),
    "account/email/password_set": _warning(
        _("A password was set"), _("Your account has a password now.")
    ),
    "account/email/password_reset": _warning(
        _("Your password was changed"), _("The password was changed by a code from a letter.")
    ),
    "account/email/email_changed": _warning(
        _("Your address was changed"),
        _("Your account's address was %(from_email)s and is now %(to_email)s."),
    ),
    "account/email/email_confirm": _warning(
        _("Your address was confirmed"), _("The address of your account was confirmed.")
    ),
    "account/email/email_deleted": _warning(
        _("An address was removed"), _("%(deleted_email)s was removed from your account.")
    ),
    "mfa/email/totp_activated": _warning(
        _("The authenticator app is on"),
        _("At sign-in your account now asks for the code from the app."),
    ),
    "mfa/email/totp_deactivated": _warning(
        _("The authenticator app is off"),
        _("At sign-in your account asks for the code from the app no more."),
    ),
    "mfa/email/recovery_codes_generated": _warning(
        _("New recovery codes"), _("New recovery codes were made; the old ones work no more.")
    ),
    "mfa/email/webauthn_added": _warning(
        _("A passkey was added"), _("Your account can be signed in to by a new passkey.")
    ),
    "mfa/email/webauthn_removed": _warning(
        _("A passkey was removed"), _("A passkey of your account was removed.")
    ),
    "socialaccount/email/account_connected": _warning(
        _("An account elsewhere was tied to yours"),
        _("Your account can be signed in to through %(provider)s."),
    ),
    "socialaccount/email/account_disconnected": _warning(
        _("An account elsewhere was untied"),
        _("Your account can be signed in to through %(provider)s no more."),
    ),
    "accounts/new_device": _warning(
        _("A sign-in from a new device"),
        _("Your account was signed in to from a device that we had not seen."),
    ),
    "accounts/restriction_lifted": Wording(
        _("A restriction is lifted"),
        (_("The editors have lifted a restriction of your account. It holds no more:"), _TOLD),
    ),
    "accounts/role_granted": Wording(_("You have a role: %(role)s"), (_ROLE,)),
    "accounts/role_granted_until": Wording(
        _("You have a role: %(role)s"),
        (_ROLE, _SECOND_STEP),
        button=_("Switch on two-step sign-in"),
    ),
    "accounts/role_taken": Wording(
        _("A role was taken away: %(role)s"),
        (_("An administrator has taken a role away from you: %(role)s."),),
    ),
    "accounts/second_step_due": Wording(
        _("Switch on two-step sign-in before %(until)s"),
        (_SECOND_STEP,),
        button=_("Switch on two-step sign-in"),
    ),
    "accounts/export_ready": Wording(
        _("Your data is ready"),
        (_("The file with everything that we keep about you can be fetched for seven days."),),
        after=_("Sign in, open “My data” in your account, and download it there."),
    ),
    "accounts/erasure_requested": Wording(
        _("Your account will be erased"),
        (
            _("You asked us to erase your account. We will do it in fourteen days."),
            _("Until then you can take it back: sign in and open “My data” in your account."),
        ),
        after=_("If it was not you, sign in, take it back and change your password."),
    ),
    "accounts/erased": Wording(
        _("Your account is erased"),
        (
            _("As you asked, we have erased your account and what belonged to it."),
            _("Certificates stay in the registry as the law and their programme demand."),
        ),
        reason=_("This is the last letter to this address."),
    ),
}


@dataclass(frozen=True, slots=True)
class Composed:
    subject: str
    text: str
    html: str


FACTS = frozenset(
    {
        *("code", "url", "email", "from_email", "to_email", "deleted_email", "provider"),
        *("ip", "user_agent", "timestamp"),
    }
)


# A letter whose words another app has written: the facts are its subject, text and html.
WRITTEN = "written"


def compose(name: str, *, site: Site, language: str, facts: Mapping[str, str]) -> Composed:
    """Letter `name`; `facts` are some of `FACTS`, or, of our own letters, `told`, the code `role`,
    and `until`; moments in ISO 8601."""
    if name == WRITTEN:
        return Composed(subject=facts["subject"], text=facts["text"], html=facts["html"])
    wording = WORDINGS[name]
    timestamp = facts.get("timestamp")
    with translation.override(language):
        facts = _in_words(facts)
        context = {
            "site": site,
            "language": language,
            "subject": str(wording.subject) % facts,
            "lines": [str(line) % facts for line in wording.lines],
            "after": wording.after,
            "reason": wording.reason,
            "warns": wording.warns,
            "button": wording.button,
            "facts": facts,
            "timestamp": datetime.fromisoformat(timestamp) if timestamp else None,
        }
        return Composed(
            subject=str(context["subject"]),
            text=render_to_string("accounts/letter.txt", context).strip() + "\n",
            html=render_to_string("accounts/letter.html", context),
        )


def _in_words(facts: Mapping[str, str]) -> Mapping[str, str]:
    said: dict[str, str] = dict(facts)
    if role := facts.get("role"):
        said["role"] = str(Role.Name(role).label)
    if until := facts.get("until"):
        moment = timezone.localtime(datetime.fromisoformat(until))
        said["until"] = date_format(moment, "DATETIME_FORMAT")
    return said


def message_id(letter_id: int) -> str:
    """The same each time: who dies between sending and saying so sends once more, and the
    reader's mail program knows the second one for the first."""
    host = settings.BASE_URL.partition("://")[2].partition(":")[0]
    return f"<letter-{letter_id}@{host}>"
