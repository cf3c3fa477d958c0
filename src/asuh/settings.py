"""Django's settings. What an operator may set comes from the environment (docs/how-to/operate.md)."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from asuh import database

BASE = Path(__file__).resolve().parent
HOME = database.home()
TESTING = os.environ.get("ASUH_TESTING") == "1"
DEBUG = os.environ.get("ASUH_DEBUG") == "1"
# Set behind TLS; the demo on 127.0.0.1 speaks plain HTTP.
HTTPS = os.environ.get("ASUH_HTTPS") == "1"
DEMO = os.environ.get("ASUH_DEMO") == "1"


def _secret_key() -> str:
    given = os.environ.get("ASUH_SECRET_KEY")
    if given:
        return given
    path = HOME / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
        except FileExistsError:
            pass
    return path.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("ASUH_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
# How many proxies stand before this server, each adding the address it was called from.
PROXIES = int(os.environ.get("ASUH_PROXIES", 0))
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if HTTPS else []

INSTALLED_APPS = [
    "asuh.desk",
    "asuh.people",
    "asuh.institutions",
    "asuh.access",
    "asuh.audit",
    "asuh.places",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "django_htmx",
    "django_prometheus",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "asuh.access.middleware.TrueAddress",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "asuh.access.middleware.StrictHeaders",
    "asuh.access.middleware.KnowTheCaller",
    "asuh.access.middleware.NoNull",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "asuh.access.middleware.TermsFirst",
    "asuh.access.middleware.SecondFactorFirst",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "asuh.urls"
WSGI_APPLICATION = "asuh.wsgi.application"
FORM_RENDERER = "asuh.desk.forms.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "asuh.desk.context.shell",
            ],
        },
    }
]

DATABASES = {"default": database.configuration()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Who is who
AUTH_USER_MODEL = "access.User"
ASUH_ROLES = "asuh.roles.ROLES"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if TESTING:
    PASSWORD_HASHERS.insert(0, "asuh.access.hashers.QuickHasher")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "asuh.access.adapters.NoSelfSignup"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
# By address, and by account: second factors have no other limit (passwords have axes' as well).
SIGN_IN_LIMITS = {"login_failed": "30/m/ip,5/300s/key"}
ACCOUNT_RATE_LIMITS = SIGN_IN_LIMITS if not TESTING else False
ACCOUNT_PREVENT_ENUMERATION = True
# Whoever is not here gets no mail that says so.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_ADAPTER = "asuh.access.adapters.SealedFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
# Roles that sign in with a second factor; behind TLS, those that reach far unless said otherwise.
_FAR = "administrator,data_officer,data_protection_officer,national" if HTTPS and not DEMO else ""
SECOND_FACTOR_FOR = frozenset(filter(None, os.environ.get("ASUH_SECOND_FACTOR_FOR", _FAR).split(",")))
USERSESSIONS_TRACK_ACTIVITY = False

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# Coming and going stands in the audit trail.
AXES_DISABLE_ACCESS_LOG = True
AXES_LOCKOUT_CALLABLE = "asuh.access.adapters.locked_out"
# As asuh.access.middleware.TrueAddress found it; no header is believed anywhere else.
AXES_CLIENT_IP_CALLABLE = "asuh.access.adapters.address"
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "asuh.access.adapters.attempted_username"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address"]

# Terms of use and code of conduct in force: asuh/access/terms_texts/<version>.<language>.txt
TERMS_VERSION = "2026-11"
# How long an invitation's link can be used.
INVITATION_HOURS = 72

# Idle time after which a session ends, renewed by every request.
SESSION_COOKIE_AGE = int(os.environ.get("ASUH_SESSION_SECONDS", 60 * 60))
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "asuh_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "asuh.access.views.csrf_failure"
SECURE_SSL_REDIRECT = HTTPS
# whoever watches the machine asks it directly, without the proxy that speaks HTTPS
SECURE_REDIRECT_EXEMPT = [r"^sehat/"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Bahasa Indonesia")), ("en", _("Inggris"))]
LOCALE_PATHS = [BASE / "locale"]
FORMAT_MODULE_PATH = ["asuh.formats"]
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [BASE / "static"]
STORAGES = {
    "default": {"BACKEND": "asuh.access.private_files.PrivateFiles"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING or DEBUG
MEDIA_ROOT = HOME / "files"
# Files are handed out by guarded views only; nothing is served from MEDIA_URL.
MEDIA_URL = "/berkas-tidak-terbuka/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_HANDLERS = ["asuh.access.private_files.Uploads"]
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
FILE_UPLOAD_TEMP_DIR = str(HOME / "uploads")
for _folder in (HOME / "uploads", HOME / "deliveries", MEDIA_ROOT):
    _folder.mkdir(parents=True, exist_ok=True)
    with suppress(PermissionError):
        _folder.chmod(0o700)  # also where an earlier version made them readable

# Heads of the chain of seals, noted outside the database; better still on another machine.
AUDIT_WITNESS = os.environ.get("ASUH_AUDIT_WITNESS") or str(HOME / "audit-witness")

# A mail server is what ASUH_EMAIL_HOST names; without one, mail is kept in files and no link is sent.
EMAIL_HOST = os.environ.get("ASUH_EMAIL_HOST") or "localhost"
EMAIL_PORT = int(os.environ.get("ASUH_EMAIL_PORT", 587))
EMAIL_HOST_USER = os.environ.get("ASUH_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("ASUH_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_PORT != 25
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = os.environ.get("ASUH_EMAIL_BACKEND") or (
    f"django.core.mail.backends.{'smtp' if os.environ.get('ASUH_EMAIL_HOST') else 'filebased'}.EmailBackend"
)
EMAIL_FILE_PATH = HOME / "mail"
DEFAULT_FROM_EMAIL = os.environ.get("ASUH_EMAIL_FROM", "asuh@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "asuh.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "asuh": {"level": "INFO"},
        "django.request": {"level": "ERROR"},
        "axes": {"level": "ERROR"},
        "procrastinate": {"level": "WARNING"},
    },
}
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]
