"""Everything that differs between development, tests and production comes from the environment.

`DEMO=1` is the one switch of `make run` and of the tests: it adds the demo publication, writes mail
to `var/mail/` and makes up the secret key. Without it a missing secret stops the start.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from certificates.fields import FieldKind
from config.logging import configure

BASE_DIR = Path(__file__).resolve().parent.parent


class _Environment(environ.Env):
    """Reads every value literally.

    django-environ takes a value that begins with `$` for the name of another variable, and a random
    key may begin so.
    """

    def get_value(self, var: str, *args: Any, **options: Any) -> Any:
        plain = os.environ.get(var, "")
        if not plain.startswith("$"):
            return super().get_value(var, *args, **options)
        reader = environ.Env()
        reader.escape_proxy = True
        reader.ENVIRON = {var: plain.replace("$", r"\$")}
        return reader.get_value(var, *args, **options)


env = _Environment()

DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
# While processes of the release before still run, or may have to run again, nothing is written
# that it cannot read (docs/operations.md, "Upgrading").
FORMER_RELEASE_RUNS = env.bool("FORMER_RELEASE_RUNS", default=False)
_SHORTEST_ENCRYPTION_KEY = 32
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))


def _required(name: str, why: str) -> str:
    value: str = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set: {why}")
    return value


def _demo_key(name: str) -> str:
    """Kept in `var/`, so that sessions and secrets survive a restart of the demo."""
    path = VAR_DIR / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(get_random_secret_key(), encoding="ascii")
        path.chmod(0o600)
    return path.read_text(encoding="ascii")


def _encryption_keys() -> list[str]:
    keys: list[str] = env.list("ENCRYPTION_KEYS", default=[])
    if file := env.str("ENCRYPTION_KEYS_FILE", default=""):
        keys = Path(file).read_text(encoding="utf-8").split()
    if not keys and DEMO:
        keys = [_demo_key("encryption_key")]
    if not keys:
        _required(
            "ENCRYPTION_KEYS", "secrets in the database are encrypted with it; 64 hex digits do."
        )
    if min(map(len, keys)) < _SHORTEST_ENCRYPTION_KEY:
        raise ImproperlyConfigured("ENCRYPTION_KEYS has a key of fewer than 32 characters.")
    return keys


SECRET_KEY = (
    env.str("SECRET_KEY", default="") or _demo_key("secret_key")
    if DEMO
    else _required("SECRET_KEY", "sessions and codes are signed with it; 50 random characters do.")
)
# Former keys: what was signed with them stays valid while a new key takes over.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Of the secrets in the database. The first encrypts, all of them decrypt.
ENCRYPTION_KEYS = _encryption_keys()
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", "testserver"] if DEMO else []
)
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is not set: name the hosts that are served.")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

HTTPS = env.bool("HTTPS", default=not DEMO)
SECURE_SSL_REDIRECT = HTTPS
# Probes and scrapes come from inside, past the edge that speaks TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
# Browsers take a cookie of this prefix only from this very host over TLS, so a neighbouring
# subdomain cannot plant one. The release before knows no prefix.
COOKIE_PREFIX = "__Host-" if HTTPS and not FORMER_RELEASE_RUNS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}django_language"
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = True, "Lax"
MESSAGE_STORAGE = "core.web.messages.MessageStorage"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# A provider is on the sign-in page once its client id and secret are given, as "id:secret".
_PROVIDERS = {"vk": "VK_CLIENT", "yandex": "YANDEX_CLIENT", "google": "GOOGLE_CLIENT"}
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {}
for _provider, _variable in _PROVIDERS.items():
    if _pair := env.str(_variable, default=""):
        _client, _colon, _secret = _pair.partition(":")
        SOCIALACCOUNT_PROVIDERS[_provider] = {
            "APPS": [{"client_id": _client, "secret": _secret}],
            "OAUTH_PKCE_ENABLED": True,
        }
if _issuer := env.str("OIDC_ISSUER", default="").partition("/.well-known/")[0]:
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": env.str("OIDC_NAME", default=_issuer),
                "client_id": _required("OIDC_CLIENT_ID", "OIDC_ISSUER needs its client."),
                "secret": _required("OIDC_CLIENT_SECRET", "OIDC_ISSUER needs its client."),
                "settings": {
                    "server_url": f"{_issuer.rstrip('/')}/.well-known/openid-configuration",
                    # Its metadata must name it exactly so.
                    "issuer": _issuer,
                },
            }
        ],
        "OAUTH_PKCE_ENABLED": True,
    }
SIGN_IN_PROVIDERS = [f"allauth.socialaccount.providers.{name}" for name in SOCIALACCOUNT_PROVIDERS]

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # the site is ours: config/admin_site.py
    "config.admin.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "pgtrigger",
    "django_structlog",
    "django_htmx",
    "csp",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "core",
    "accounts",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "config.admin.OtherSitesConfig",  # allauth.idp.oidc
    *SIGN_IN_PROVIDERS,
    "webhooks",
    "comments",
    "certificates",
    *(["demo"] if DEMO else []),
]

MIDDLEWARE = [
    "django_structlog.middlewares.RequestMiddleware",
    "core.web.middleware.no_plain_http_to_programs",
    "django.middleware.security.SecurityMiddleware",
    "core.web.middleware.strict_by_default",
    "core.web.middleware.operations",
    "core.web.middleware.client_ip",
    "core.web.inputs.ReadableRequests",
    # The hottest page needs nothing of what follows.
    "comments.web.origins.shared_with_origins",
    "comments.web.public_pages.public_pages",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # What comes before it is answered from memory.
    "core.web.lanes.slow_requests",
    "core.web.equal_time.answers_in_equal_time",
    "comments.web.origins.popups_keep_their_opener",
    # Until the session is saved.
    "accounts.web.turns.one_at_a_time",
    *(["core.web.next_cookie.keep_signed_in"] if HTTPS and FORMER_RELEASE_RUNS else []),
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "core.web.middleware.AppendSlash",
    "django.middleware.csrf.CsrfViewMiddleware",
    "csp.middleware.CSPMiddleware",
    "accounts.web.leaving.forms_that_lead_elsewhere",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "core.web.middleware.current_site",
    "core.web.middleware.clock_of_site",
    "accounts.web.known_browsers.remember_browsers",
    "accounts.web.consents.ask_new_consents",
    "core.web.middleware.DomainErrorMiddleware",
]

# Where a stranger gives an address that may be known here, and the steps that follow.
EQUAL_TIME_PATHS = frozenset(
    {
        "/accounts/login/",
        "/accounts/login/code/",
        "/accounts/login/code/confirm/",
        "/accounts/confirm-email/",
        "/accounts/sign-on/new/",
        "/accounts/signup/",
        "/accounts/3rdparty/signup/",
        "/accounts/password/reset/",
        "/accounts/password/reset/confirm/",
        "/certificates/claim/",
        *(
            f"/_allauth/{client}/v1/{end}"
            for client in ("browser", "app")
            for end in (
                "account/email",
                "auth/login",
                "auth/signup",
                "auth/code/request",
                "auth/code/confirm",
                "auth/code/resend",
                "auth/email/verify",
                "auth/email/verify/resend",
                "auth/password/request",
                "auth/password/reset",
                "auth/provider/signup",
            )
        ),
    }
)
# Longer than the work of any of these forms takes on a server that is not overloaded.
EQUAL_TIME_SECONDS = 0.3

ROOT_URLCONF = "config.urls"
SESSION_ENGINE = "core.web.sessions"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.web.context.site",
                "config.navigation.navigation",
            ],
            "builtins": ["core.templatetags.wording"],
        },
    }
]

# How often a statement runs on a connection before it is prepared there; 0 prepares it at once.
_threshold = env.str("DATABASE_PREPARE_THRESHOLD", default="1")
if _threshold and not _threshold.isdecimal():
    raise ImproperlyConfigured("DATABASE_PREPARE_THRESHOLD must be a number or empty.")
_database = env.db_url_config(_required("DATABASE_URL", "a PostgreSQL address, postgres://…"))
DATABASES = {
    "default": {
        **_database,
        "ATOMIC_REQUESTS": False,  # an action owns its transaction; a view must not widen it
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # For core.statements alone: the ORM's cursors prepare nothing. A pooler between must pass
        # prepared statements on (PgBouncer does from 1.21, with max_prepared_statements), or the
        # variable be set to nothing, so that none is prepared.
        "OPTIONS": {
            # Seconds, and one in milliseconds, until a server behind a network that is cut is given
            # up. By the system's own measure a thread would wait for a quarter of an hour.
            "connect_timeout": 5,
            "keepalives_idle": 15,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,
            **_database.get("OPTIONS", {}),
            "prepare_threshold": int(_threshold) if _threshold else None,
        },
    }
}
if DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured("DATABASE_URL must name a PostgreSQL server.")
# The role that owns the tables of the same database: `migrate`, `backup` and `restore` alone
# connect as it. Without one the application owns its tables, and could switch off the triggers that
# keep its audit log.
DATABASE_OWNER: dict[str, Any] = {}
if _owner := env.str("DATABASE_OWNER_URL", default=""):
    DATABASE_OWNER = env.db_url_config(_owner)
    if DATABASE_OWNER["USER"] == _database["USER"]:
        raise ImproperlyConfigured("DATABASE_OWNER_URL and DATABASE_URL must name two roles.")

# How long a statement of a migration waits for a lock before the migration is undone.
MIGRATION_LOCK_TIMEOUT_SECONDS = env.int("MIGRATION_LOCK_TIMEOUT_SECONDS", default=5)

REDIS_URL = _required("REDIS_URL", "a Valkey or Redis address, redis://… or unix://…")
CACHES = {
    "default": {
        "BACKEND": "core.cache.OptionalRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "otklik",
        "VERSION": 2,  # entries of version 1 were pickled
        # A lost cache makes a request slower, never impossible.
        "OPTIONS": {
            "IGNORE_EXCEPTIONS": True,
            "SERIALIZER": "core.cache.PlainSerializer",
            "SOCKET_CONNECT_TIMEOUT": 0.5,
            "SOCKET_TIMEOUT": 0.5,
            "CONNECTION_POOL_KWARGS": {"retry": Retry(NoBackoff(), 0)},
        },
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.web.backend.SignInBackend"]
PASSWORD_HASHERS = [
    "accounts.hashers.Argon2InTurn",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 8},
    },
    {"NAME": "accounts.passwords.LeakedPasswordValidator"},
    {"NAME": "accounts.passwords.ContextPasswordValidator"},
]
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"

ACCOUNT_ADAPTER = "accounts.web.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.web.fields.RegistrationFields"
ACCOUNT_FORMS = {
    "signup": "accounts.web.forms.SignupForm",
    "login": "accounts.web.forms.LoginForm",
    "add_email": "accounts.web.forms.AddEmailForm",
    "change_email": "accounts.web.forms.ChangeEmailForm",
    "change_password": "accounts.web.forms.ChangePasswordForm",
    "set_password": "accounts.web.forms.SetPasswordForm",
    "reset_password": "accounts.web.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.web.forms.ResetPasswordKeyForm",
    "request_login_code": "accounts.web.forms.RequestLoginCodeForm",
    "reauthenticate": "accounts.web.forms.ReauthenticateForm",
    "confirm_email_verification_code": "accounts.web.forms.ConfirmEmailCodeForm",
    "confirm_login_code": "accounts.web.forms.ConfirmLoginCodeForm",
    "confirm_password_reset_code": "accounts.web.forms.ConfirmPasswordResetCodeForm",
}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
# A session may be borrowed or stolen. So changing the address or the ways to sign in asks for the
# password or a second step, unless that was given in the last five minutes.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# As long as a code sent by another channel may live (OWASP ASVS 5.0.0, V6.5.5).
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = ACCOUNT_LOGIN_BY_CODE_TIMEOUT
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# A Latin code is painful to type on a Russian keyboard. Why eight digits: docs/security.md.
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": False}
HEADLESS_SERVE_SPECIFICATION = True
SOCIALACCOUNT_FORMS = {"signup": "accounts.web.forms.SocialSignupForm"}
SOCIALACCOUNT_AUTO_SIGNUP = False  # everyone chooses the name that stands under their comments
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_ADAPTER = "accounts.web.adapter.SocialAccountAdapter"
MFA_ADAPTER = "accounts.web.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.web.forms.SecondStepForm",
    "reauthenticate": "accounts.web.forms.SecondStepAgainForm",
    "activate_totp": "accounts.web.forms.ActivateTOTPForm",
    "add_webauthn": "accounts.web.forms.AddPasskeyForm",
    "edit_webauthn": "accounts.web.forms.RenamePasskeyForm",
}
# An OpenID Connect provider for the publication's other sites, once a signing key (PEM) is given.
IDP_OIDC_PRIVATE_KEY = env.str("OIDC_SIGNING_KEY", multiline=True, default="")
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 60 * 60 * 24 * 30
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO
USERSESSIONS_TRACK_ACTIVITY = False

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Russian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = "Europe/Moscow"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "media"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "core.files.WholeFileStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "core.static_files.MinifiedStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEMO
WHITENOISE_AUTOREFRESH = DEMO
if bucket := env.str("S3_BUCKET", default=""):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": bucket, "endpoint_url": env.str("S3_ENDPOINT", default=None)},
    }

EMAIL_FILE_PATH = VAR_DIR / "mail"
if DEMO:
    EMAIL_BACKEND = "demo.mail.EmailBackend"
else:
    EMAIL_BACKEND = env.str("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
    if not EMAIL_BACKEND.startswith("anymail."):
        _address = _required("EMAIL_URL", "smtp://user:password@host:587")
        globals().update(env.email_url_config(_address))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Отклик <no-reply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20
# What django-anymail needs of a provider, as JSON: {"UNISENDER_GO_API_KEY": "…"}. With the secret,
# as "user:password", a provider may report undelivered e-mails to /anymail/<provider>/tracking/.
ANYMAIL: dict[str, Any] = {
    **env.json("MAIL_PROVIDER", default={}),
    "WEBHOOK_SECRET": env.str("MAIL_WEBHOOK_SECRET", default=""),
}
# The providers that may: that of `EMAIL_BACKEND`, or others behind an SMTP server.
_used = EMAIL_BACKEND.split(".")[2:3] if EMAIL_BACKEND.startswith("anymail.") else []
MAIL_REPORTS_FROM = env.list("MAIL_REPORTS_FROM", default=_used)

CSP_SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [CSP_SELF],
        "img-src": [CSP_SELF, "data:", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": [CSP_SELF],
        "frame-ancestors": ["'none'"],
    },
    # Data for programs: the strict policy of `core.web.middleware.strict_by_default`.
    "EXCLUDE_URL_PREFIXES": ["/api/v1/"],
}
X_FRAME_OPTIONS = "DENY"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.SessionAuthentication",
        "allauth.headless.contrib.rest_framework.authentication.XSessionTokenAuthentication",
    ],
    # Who may do what is decided by each app's access loaders; a view forgets nothing by default.
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.problems.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Otklik",
    "DESCRIPTION": "Comments, moderation and certificates of an online publication.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.api.schema.document_problems",
    ],
    # Two apps have a field of the same name with other choices.
    "ENUM_NAME_OVERRIDES": {
        "CommentState": "comments.states.State",
        "ApplicationStatus": "certificates.states.ApplicationStatus",
        "CertificateStatus": "certificates.states.CertificateStatus",
        "CommentDecision": "comments.states.DecisionKind",
        "ModerationAction": "comments.models.ModerationEvent.Action",
        "ApplicationDecision": ["approve", "return", "reject"],
        "AnswerKind": [kind.value for kind in FieldKind],
        "ReactionKind": "comments.states.ReactionKind",
        "AuthorNotice": "comments.states.AuthorNotice",
        "EmailFrequency": "comments.states.Frequency",
        "EndpointStatus": "webhooks.states.EndpointStatus",
        "EndpointSwitch": ["active", "paused"],
        "DeliveryStatus": "webhooks.states.DeliveryStatus",
        "AppealStatus": "comments.states.AppealStatus",
        "SanctionKind": "accounts.models.Sanction.Kind",
    },
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
# No code waits for results: tasks record their work in the database.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# A task that kills its worker is not put back into the queue (Celery's default): it would kill the
# next one at once, without end. The outbox hands its event over again, ever more slowly.
CELERY_TASK_SOFT_TIME_LIMIT = 60
CELERY_TASK_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Redis hands an unacknowledged task out again after this many seconds: a lost worker's work waits
# no longer than that. Below the hard time limit a slow task would run twice, in vain.
TASK_LOST_AFTER_SECONDS = env.int("TASK_LOST_AFTER_SECONDS", default=120)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": TASK_LOST_AFTER_SECONDS,
    # By default the worker looks for lost tasks once in a hundred seconds.
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "core.tasks.send_*": {"queue": "mail"},
    "*.mail_*": {"queue": "mail"},
    "*.render_*": {"queue": "documents"},
}
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "config.beat:Scheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    "lapse sanctions": {"task": "accounts.tasks.lapse_sanctions", "schedule": 300},
    "warn of guesses": {"task": "accounts.tasks.warn_of_guesses", "schedule": 300},
    "remind of the second factor": {
        "task": "accounts.tasks.remind_of_second_factor",
        "schedule": crontab(hour=9, minute=7),
    },
    "erase what is due": {"task": "accounts.tasks.keep_promises_of_erasure", "schedule": 3600},
    "ask moderation services again": {
        "task": "comments.tasks.request_due_external_reviews",
        "schedule": 15,
    },
    "reconcile counters": {
        "task": "comments.tasks.reconcile_counters",
        "schedule": crontab(hour=4, minute=17),
    },
    "prune rejected texts": {
        "task": "comments.tasks.prune_rejected_texts",
        "schedule": crontab(hour=4, minute=37),
    },
    "mail notifications that are due": {
        "task": "comments.tasks.mail_due_notifications",
        "schedule": 120,
    },
    "prune notifications": {
        "task": "comments.tasks.prune_notifications",
        "schedule": crontab(hour=4, minute=33),
    },
    "deliver webhooks that are due": {"task": "webhooks.tasks.deliver_due", "schedule": 15},
    "prune webhook messages": {
        "task": "webhooks.tasks.prune_messages",
        "schedule": crontab(hour=4, minute=41),
    },
    "send e-mails that are due": {"task": "core.tasks.send_due_emails", "schedule": 15},
    "notice that the clock was set back": {"task": "core.tasks.notice_clock", "schedule": 15},
    "resend complaints": {"task": "comments.tasks.resend_complaints", "schedule": 3600},
    "encrypt secrets with the newest key": {
        "task": "accounts.tasks.reencrypt_secrets",
        "schedule": crontab(minute=11),
    },
    "prune sessions": {
        "task": "accounts.tasks.prune_sessions",
        "schedule": crontab(hour=4, minute=51),
    },
    "prune outbox": {"task": "core.tasks.prune_outbox", "schedule": 3600},
    "prune sent e-mails": {"task": "core.tasks.prune_sent_emails", "schedule": 3600},
    "prune idempotency keys": {"task": "core.tasks.prune_idempotency_keys", "schedule": 3600},
    "make and renew copies for the archive": {
        "task": "certificates.tasks.request_archive_copies",
        "schedule": crontab(hour=3, minute=23),
    },
    "resume unfinished certificates": {
        "task": "certificates.tasks.resume_unfinished",
        "schedule": 300,
    },
}

# Webhooks and hooks may lead to this machine itself: in development and in tests only.
OUTGOING_TO_LOOPBACK = env.bool("OUTGOING_TO_LOOPBACK", default=DEMO)

# What `manage.py restore` does, so that nothing is sent twice and no number is used twice.
CANCEL_EMAILS_AFTER_RESTORE = (
    "core.backups.withheld.cancel_emails",
    "comments.upkeep.after_restore.cancel_notification_emails",
)
SKIP_NUMBERS_AFTER_RESTORE = ("certificates.issuing.after_restore.skip_numbers",)
# The folder of pg_dump and pg_restore, if they are not in PATH.
POSTGRESQL_BIN = env.str("POSTGRESQL_BIN", default="")

# What waits for a moment that moved away when the clock was set back: see config/beat.py.
MAKE_WAITING_DUE = (
    "core.outbox.make_waiting_due",
    "core.mail.make_waiting_due",
    "webhooks.actions.make_waiting_due",
    "comments.upkeep.after_clock_change.make_waiting_due",
)

OUTBOX_ROUTES = "config.outbox_routes.ROUTES"
# Who may do what, at every URL.
DOORS = "config.doors.DOORS"
OUTBOX_SWEEP_SECONDS = 2.0
# An event is handed over again when no task of it has reported for so long. A worker reserves a
# task while it runs another one, so twice the time of the longest task may pass.
OUTBOX_LOST_AFTER = timedelta(seconds=2 * TASK_LOST_AFTER_SECONDS)

# The key of the seal: in a file, or in a device, named by the library of its maker.
CERTIFICATES_PKCS12 = env.str("CERTIFICATES_PKCS12", default="")
CERTIFICATES_PKCS12_PASSPHRASE = env.str("CERTIFICATES_PKCS12_PASSPHRASE", default="")
CERTIFICATES_PKCS11_MODULE = env.str("CERTIFICATES_PKCS11_MODULE", default="")
CERTIFICATES_PKCS11_TOKEN = env.str("CERTIFICATES_PKCS11_TOKEN", default="")
CERTIFICATES_PKCS11_PIN = env.str("CERTIFICATES_PKCS11_PIN", default="")
CERTIFICATES_PKCS11_KEY = env.str("CERTIFICATES_PKCS11_KEY", default="")
if CERTIFICATES_PKCS11_MODULE:
    if CERTIFICATES_PKCS12:
        raise ImproperlyConfigured("Name one key: CERTIFICATES_PKCS12 or CERTIFICATES_PKCS11_….")
    for _name in (
        "CERTIFICATES_PKCS11_TOKEN",
        "CERTIFICATES_PKCS11_PIN",
        "CERTIFICATES_PKCS11_KEY",
    ):
        _required(_name, "the device of CERTIFICATES_PKCS11_MODULE needs it.")
# An RFC 3161 service: without one the time of a seal is the publication's own word. With the roots
# of its certificate and of the seal's, in a PEM file, copies for the archive are made.
CERTIFICATES_TIMESTAMP_URL = env.str("CERTIFICATES_TIMESTAMP_URL", default="")
CERTIFICATES_TRUST_ROOTS = env.str("CERTIFICATES_TRUST_ROOTS", default="")

UNFOLD = {
    "SITE_TITLE": "Отклик",
    "SITE_HEADER": "Отклик",
    "SITE_SYMBOL": "forum",
    "SHOW_VIEW_ON_SITE": False,
    # Our palette in addition to Unfold's styles, with our accent instead of its purple.
    "STYLES": [
        lambda _request: static("otklik/palette.css"),
        lambda _request: static("otklik/admin.css"),
    ],
    "COLORS": {
        "primary": {
            "50": "var(--accent-50)",
            "100": "var(--accent-100)",
            "200": "var(--accent-200)",
            "300": "var(--accent-300)",
            "400": "var(--accent-400)",
            "500": "var(--accent-500)",
            "600": "var(--accent-600)",
            "700": "var(--accent-700)",
            "800": "var(--accent-800)",
            "900": "var(--accent-900)",
            "950": "var(--accent-950)",
        }
    },
}

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING_CONFIG = None
configure(as_json=not DEMO, level=LOG_LEVEL)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
# Its own IP logging trusts a header that any client can send; config.logging does not.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
# The edge sets the id of a request; nothing of ours sets this one, so only a visitor could.
DJANGO_STRUCTLOG_TRUST_UPSTREAM_CORRELATION_ID = False

TEST_NON_SERIALIZED_APPS: list[str] = []
