"""The table of acts: people, credentials, sanctions and proofs for every URL.

`tests/architecture/test_doors.py` demands a line for every URL of the URLconf, and
`manage.py document_permissions` draws `docs/permissions.md` from it. The actions and the loaders in
each app's `permissions.py` enforce it.
"""

from collections.abc import Sequence

from accounts.doors import API, WIDGET, Door, Who
from accounts.permissions import Permission

_THREAD = "api/v1/sites/<slug:site>/threads/<path:key>/"
_COMMENT = "api/v1/comments/<int:comment_id>/"
_DESK_API = "api/v1/moderation/"
_APPLICATION = "applications/<int:application_id>/"
_CERTIFICATE = "certificates/<str:number>/"
_HEADLESS = ("_allauth/browser/v1/", "_allauth/app/v1/")
# The methods that change a second step, or show what opens it.
_FACTORS = {
    "totp": ("POST", "DELETE"),
    "recovery-codes": ("GET", "POST"),
    "webauthn": ("GET", "POST", "DELETE"),
}

_COMMENTS: Sequence[Door] = (
    Door(
        act="Read comments, rules and feeds",
        who=Who.ANYBODY,
        by=WIDGET,
        routes=[
            *("rules/", "threads/", "threads/feed/", "threads/html/"),
            "threads/comments/<int:comment_id>/",
            *(f"GET {_THREAD}comments/", f"{_THREAD}comments/<str:root_id>/replies/"),
            *(f"GET {_THREAD}", f"{_THREAD}viewer/", f"GET {_COMMENT}"),
            *("api/v1/sites/<slug:site>/", "api/v1/sites/<slug:site>/counts/"),
            *("api/v1/sites/<slug:site>/rules/", "api/v1/sites/<slug:site>/sign-in/"),
        ],
    ),
    Door(
        act="Give a page of the publication the token of the widget",
        who=Who.ACCOUNT,
        routes=["threads/sign-in/"],
    ),
    Door(
        act="Comment",
        who=Permission.COMMENT,
        by=WIDGET,
        sanction=Permission.COMMENT,
        routes=[
            "threads/comments/",
            f"POST {_THREAD}comments/",
            *(f"{_THREAD}people/", "api/v1/sites/<slug:site>/comments/preview/"),
        ],
    ),
    Door(
        act="Rate a comment",
        who=Permission.COMMENT,
        by=WIDGET,
        sanction=Permission.COMMENT,
        routes=[f"PUT {_COMMENT}reaction/"],
    ),
    Door(
        act="Take a rating back",
        who=Permission.COMMENT,
        by=WIDGET,
        routes=[f"DELETE {_COMMENT}reaction/"],
    ),
    Door(
        act="Edit one's comment",
        who=Who.OWNER,
        by=WIDGET,
        sanction=Permission.COMMENT,
        routes=["POST threads/comments/<int:comment_id>/edit/", f"PATCH {_COMMENT}"],
    ),
    Door(
        act="See one's comment and its state, withdraw it, appeal against a decision",
        who=Who.OWNER,
        by=WIDGET,
        routes=[
            "GET threads/comments/<int:comment_id>/edit/",
            "threads/comments/<int:comment_id>/withdraw/",
            "threads/comments/<int:comment_id>/appeal/",
            *(f"DELETE {_COMMENT}", f"{_COMMENT}own/", f"{_COMMENT}appeals/"),
        ],
    ),
    Door(
        act="Report a comment",
        who=Permission.REPORT,
        by=WIDGET,
        sanction=Permission.REPORT,
        routes=["POST threads/comments/<int:comment_id>/report/", f"{_COMMENT}reports/"],
    ),
    Door(
        act="See one's reports in the publication",
        who=Permission.READ_REGISTERED,
        by=WIDGET,
        routes=["reports/", "api/v1/reports/"],
    ),
    Door(
        act="See one's comments, complaints and notifications, and set what is shown",
        who=Who.ACCOUNT,
        by=WIDGET,
        routes=[
            "GET threads/comments/<int:comment_id>/report/",
            *("threads/mine/", "complaints/mine/", "notifications/"),
            *("notifications/read/", "notifications/settings/", "muted/"),
            "muted/<int:person_id>/end/",
            *("api/v1/notifications/", "api/v1/notifications/read/"),
            *("api/v1/notifications/emails/", "api/v1/mutes/", "api/v1/mutes/<int:person_id>/"),
        ],
    ),
    Door(
        act="Complain to the newsroom",
        who=Who.ANYBODY,
        by=WIDGET,
        routes=[
            *("complaints/", "complaints/begin/", "api/v1/sites/<slug:site>/complaints/"),
            "api/v1/sites/<slug:site>/complaints/check/",
        ],
    ),
    Door(
        act="Follow a link from an e-mail or to a complaint that was sent",
        who=Who.LINK_HOLDER,
        routes=["notifications/unsubscribe/<str:token>/", "complaints/sent/<str:token>/"],
    ),
    Door(
        act="Moderate, impose sanctions, answer appeals, see complaints and numbers",
        who=Permission.MODERATE,
        by=API,
        routes=["desk/*", f"{_DESK_API}*", f"PUT {_THREAD}"],
    ),
    Door(
        act="Read the audit log of a comment",
        who=Permission.READ_RECORD,
        by=API,
        routes=[f"{_DESK_API}comments/<int:comment_id>/history/"],
    ),
    Door(
        act="Edit the house rules and the word lists",
        who=Permission.EDIT_RULEBOOK,
        by=API,
        routes=[
            *("desk/rulebook/*", "desk/words/*", f"{_DESK_API}rulebook/*"),
            *(f"{_DESK_API}word-lists/*", f"{_DESK_API}dry-runs/*"),
        ],
    ),
)

_CERTIFICATES: Sequence[Door] = (
    Door(
        act="See programmes",
        who=Who.ANYBODY,
        by=API,
        routes=[
            *("programmes/", "GET programmes/<slug:slug>/", "programmes/<slug:slug>/preview.png"),
            *("api/v1/programmes/", "api/v1/programmes/<slug:slug>/"),
        ],
    ),
    Door(
        act="Verify a certificate, and claim one by a code sent to its address",
        who=Who.ANYBODY,
        by=API,
        routes=[
            *("v/*", "verify/", "api/v1/verify/", "api/v1/verify/<str:code>/"),
            "certificates/claim/*",
        ],
    ),
    Door(
        act="Apply",
        who=Permission.APPLY,
        by=API,
        sanction=Permission.APPLY,
        routes=["POST programmes/<slug:slug>/", "POST api/v1/applications/"],
    ),
    Door(
        act="Confirm an application, correct a certificate",
        who=Who.OWNER,
        by=API,
        sanction=Permission.APPLY,
        routes=[
            f"POST {_APPLICATION}confirmation/",
            f"api/v1/{_APPLICATION}confirmation/",
            *(f"{_CERTIFICATE}correction/", f"api/v1/{_CERTIFICATE}correction/"),
        ],
    ),
    Door(
        act="List one's applications and certificates",
        who=Who.ACCOUNT,
        by=API,
        routes=[
            *("applications/", "certificates/", "GET api/v1/applications/"),
            "api/v1/certificates/",
        ],
    ),
    Door(
        act="See an application and its files",
        who=Permission.DECIDE_APPLICATIONS,
        owner_too=True,
        by=API,
        routes=[
            *(_APPLICATION, f"{_APPLICATION}preview.png", f"{_APPLICATION}confirmed.json"),
            f"{_APPLICATION}files/<int:file_id>/",
            f"GET api/v1/{_APPLICATION}",
            r"api/v1/applications/(?P<application_id>[0-9]{1,19})/preview\.(?P<form>png|pdf)",
            f"GET api/v1/{_APPLICATION}answers/<str:question>/file/",
        ],
    ),
    Door(
        act="Fill in an application, withdraw it",
        who=Who.OWNER,
        by=API,
        routes=[
            *(f"{_APPLICATION}edit/", f"GET {_APPLICATION}confirmation/"),
            *(f"{_APPLICATION}withdrawal/", f"PATCH api/v1/{_APPLICATION}"),
            f"DELETE api/v1/{_APPLICATION}",
            f"PUT api/v1/{_APPLICATION}answers/<str:question>/file/",
            f"DELETE api/v1/{_APPLICATION}answers/<str:question>/file/",
        ],
    ),
    Door(
        act="See a certificate, have it sent again",
        who=Permission.DECIDE_APPLICATIONS,
        owner_too=True,
        by=API,
        routes=[
            *(f"{_CERTIFICATE}document/", f"api/v1/{_CERTIFICATE}"),
            *(f"api/v1/{_CERTIFICATE}document/", f"api/v1/{_CERTIFICATE}archive/"),
            f"api/v1/{_CERTIFICATE}email/",
        ],
    ),
    Door(
        act="Open one's certificate, show or hide the name on it",
        who=Who.OWNER,
        by=API,
        routes=[
            *(_CERTIFICATE, f"{_CERTIFICATE}email/", f"{_CERTIFICATE}privacy/"),
            f"api/v1/{_CERTIFICATE}privacy/",
        ],
    ),
    Door(
        act="Decide on applications, revoke and erase certificates, import tables",
        who=Permission.DECIDE_APPLICATIONS,
        by=API,
        routes=[
            "registrar/*",
            f"api/v1/{_APPLICATION}decisions/",
            *(f"api/v1/{_CERTIFICATE}revocation/", f"api/v1/{_CERTIFICATE}erasure/"),
        ],
    ),
    Door(
        act="Set up programmes and their forms",
        who=Permission.EDIT_PROGRAMMES,
        routes=["registrar/programmes/*"],
    ),
    Door(
        act="See the templates of documents",
        who=Permission.READ_TEMPLATES,
        routes=["registrar/templates/*"],
    ),
    Door(
        act="Edit the templates of documents",
        who=Permission.EDIT_TEMPLATES,
        routes=["admin/certificates/template/*"],
    ),
)

_ADMINISTRATION: Sequence[Door] = (
    Door(
        act="Configure the publication: its settings, e-mails, consents, keys",
        who=Permission.ADMINISTER,
        routes=["admin/*"],
    ),
    Door(
        act="Leave the administration, and reach the sign-in from it",
        who=Who.ANYBODY,
        routes=["admin/login/", "admin/logout/"],
    ),
    Door(
        act="Configure the installation: publications, accounts, sites that people sign in to",
        who=Who.SUPERUSER,
        routes=[
            *("admin/core/site/add/", "admin/accounts/user/*"),
            "admin/allauth_idp_oidc/client/*",
        ],
    ),
    Door(
        act="Assign roles, manage webhooks",
        who=Permission.ADMINISTER,
        by=API,
        routes=["accounts/staff/*", "webhooks/*", "api/v1/webhooks/*"],
    ),
)

_ACCOUNTS: Sequence[Door] = (
    Door(
        act="Register, sign in, ask for a code or a new password",
        who=Who.ANYBODY,
        by=API,
        routes=[
            *("accounts/signup/", "accounts/login/", "accounts/login/*", "accounts/logout/"),
            *("accounts/inactive/", "accounts/confirm-email/", "accounts/confirm-email/*"),
            *("accounts/password/reset/", "accounts/password/reset/*", "accounts/address-hint/"),
            *("accounts/3rdparty/*", "accounts/2fa/authenticate/", "accounts/2fa/webauthn/login/"),
            *("accounts/sign-on/", "accounts/sign-on/new/"),
            *("accounts/google/*", "accounts/vk/*", "accounts/yandex/*", "accounts/oidc/*"),
            *(f"{client}{end}" for client in _HEADLESS for end in ("auth/*", "config")),
            *("_allauth/openapi.*", "_allauth/app/v1/tokens/*"),
        ],
    ),
    Door(
        act="Undo a change of the address by the link in an e-mail",
        who=Who.LINK_HOLDER,
        routes=["accounts/email/undo/"],
    ),
    Door(
        act="See and set one's own account",
        who=Who.ACCOUNT,
        routes=[
            *("accounts/profile/", "accounts/history/", "accounts/data/", "accounts/consents/"),
            *("accounts/consents/new/", "GET accounts/sessions/", "accounts/sign-on/tie/"),
            "accounts/data/erasure/withdrawal/",
            *("accounts/password/change/", "accounts/reauthenticate/*", "accounts/2fa/"),
            "GET accounts/2fa/webauthn/",
            *("accounts/2fa/reauthenticate/", "accounts/2fa/webauthn/reauthenticate/"),
            *("accounts/3rdparty/", "accounts/other-sites/", "GET accounts/email/"),
        ],
    ),
    Door(
        act="See and set one's own account by the API",
        who=Who.ACCOUNT,
        by=API,
        routes=["api/v1/access/", *(f"{client}account/*" for client in _HEADLESS)],
    ),
    Door(
        act="Change the name shown under one's comments",
        who=Who.ACCOUNT,
        sanction=Permission.COMMENT,
        routes=["POST accounts/profile/"],
    ),
    Door(
        act="Change the address",
        who=Who.ACCOUNT,
        by=API,
        needs_proof=True,
        routes=["POST accounts/email/", *(f"POST {one}account/email" for one in _HEADLESS)],
    ),
    Door(
        act="End one's sessions in other browsers and apps",
        who=Who.ACCOUNT,
        by=API,
        needs_proof=True,
        routes=[
            *("POST accounts/sessions/", "accounts/sessions/<int:session_id>/end/"),
            *(f"DELETE {one}auth/sessions" for one in _HEADLESS),
        ],
    ),
    Door(
        act="Tie the account to one at another site",
        who=Who.ACCOUNT,
        needs_proof=True,
        routes=["POST accounts/sign-on/tie/"],
    ),
    Door(
        act="Get all one's data, have the account erased",
        who=Who.ACCOUNT,
        needs_proof=True,
        routes=[
            *("accounts/data/export/", "accounts/data/export/<int:export_id>/"),
            "accounts/data/erasure/",
        ],
    ),
    Door(
        act="Set a first password, change the second step",
        who=Who.ACCOUNT,
        needs_proof=True,
        routes=["accounts/password/set/", "accounts/2fa/*"],
    ),
    Door(
        act="Change the second step by the API",
        who=Who.ACCOUNT,
        by=API,
        needs_proof=True,
        routes=[
            f"{method} {client}account/authenticators/{kind}"
            for client in _HEADLESS
            for kind, methods in _FACTORS.items()
            for method in methods
        ],
    ),
    Door(
        act="Read the text of a consent",
        who=Who.ANYBODY,
        routes=["accounts/consents/<int:text_id>/"],
    ),
)

_OTHERS: Sequence[Door] = (
    Door(
        act="Choose the language, see the front page and the schema of the API",
        who=Who.ANYBODY,
        routes=[
            *("", "articles/<slug:slug>/", "i18n/setlang/", "api/schema/", "api/docs/"),
            "demo/mail/*",
        ],
    ),
    Door(
        act="Report what became of an e-mail",
        who=Who.LINK_HOLDER,
        by=frozenset(),
        routes=["anymail/*"],
    ),
    Door(
        act="Sign in to another site with the account",
        who=Who.ANYBODY,
        routes=["identity/*", ".well-known/*"],
    ),
)

DOORS: Sequence[Door] = (*_COMMENTS, *_CERTIFICATES, *_ADMINISTRATION, *_ACCOUNTS, *_OTHERS)
