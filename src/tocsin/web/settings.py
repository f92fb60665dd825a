"""Django's settings, all of them following from the desk's folder. Read through `tocsin.web.setup`."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils import timezone

from tocsin.web import current_desk
from tocsin.web.database import database_of
from tocsin.web.mail import mail_of
from tocsin.web.place import place_of
from tocsin.web.secret import private_secret, web_secret

HERE = Path(__file__).parent
DESK = current_desk()
PLACE = place_of(DESK)

SECRET_KEY = web_secret(DESK.folder)
DEBUG = False
ALLOWED_HOSTS = PLACE.hosts
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = DESK.settings.language
ROOT_URLCONF = "tocsin.web.urls"
WSGI_APPLICATION = "tocsin.web.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "tocsin.records",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tocsin.web.compression.Compression",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tocsin.web.gate.Gate",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["tocsin.web.desk.tags"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tocsin.web.context.the_desk",
            ],
        },
    },
    {
        "NAME": "parts",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [HERE / "jinja2"],
        "OPTIONS": {"environment": "tocsin.web.desk.parts.environment"},
    },
]

FORM_RENDERER = "tocsin.web.forms.Renderer"

DATABASES = {"default": database_of(DESK)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Login limits are counted here. In the database they hold for all workers, and over a restart.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "web_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# Files of the pages: served from where they lie, nothing is collected.
STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static", ("desk/fonts", HERE.parent / "publish" / "fonts")]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Who may come in. The gate asks for a sign-in at every address but those of PUBLIC_PATHS and what says so itself.
AUTH_USER_MODEL = "records.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PUBLIC_PATHS = ("/api/", "/follow/")
"""Addresses whose own code decides who may: the API by tokens, subscribing by the link in a message."""

ACCOUNT_ADAPTER = "tocsin.web.sign_in.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_UNIQUE_EMAIL = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reset_password": "5/m/ip,3/h/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = PLACE.proxies if PLACE.secure else 0
ACCOUNT_FORMS = {"login": "tocsin.web.sign_in.forms.SignIn"}
MFA_FORMS = {
    "activate_totp": "tocsin.web.sign_in.forms.SetUpApp",
    "add_webauthn": "tocsin.web.sign_in.forms.AddKey",
    "authenticate": "tocsin.web.sign_in.forms.ShowCode",
    "reauthenticate": "tocsin.web.sign_in.forms.ShowCodeAgain",
}
MFA_ADAPTER = "tocsin.web.sign_in.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = DESK.settings.name
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PLACE.secure  # browsers hold the loopback to be safe; the library must be told
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
for _name, _value in mail_of(DESK).items():
    globals()[_name] = _value

# What a browser is told.
SESSION_COOKIE_NAME = "__Host-tocsin" if PLACE.secure else "tocsin"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PLACE.secure
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-tocsin-csrf" if PLACE.secure else "tocsin-csrf"
CSRF_COOKIE_SECURE = PLACE.secure
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "tocsin.web.errors.forged"
SECURE_SSL_REDIRECT = PLACE.secure
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if PLACE.secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PLACE.secure
SECURE_HSTS_PRELOAD = PLACE.secure
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PLACE.secure and PLACE.proxies else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],  # previews of what will be published
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# What a stranger may send: a request body, a form's fields. Files of their own size go to disk, not to memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# Errors go to the log of whoever runs the desk; pages say nothing of them. Readers are not logged.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR"}},
}

TASKS = {
    "default": {
        "BACKEND": "tocsin.records.queue.backend.LeaseBackend",
        "OPTIONS": {"clock": timezone.now, "desk": current_desk},
    },
}

MAIL_PASSWORD = os.environ.get("TOCSIN_MAIL_PASSWORD", "")
"""For the mail server; when it is empty, private/mail-password is read."""


def ADDRESS_SECRET() -> str:  # noqa: N802  # Django reads settings by names in capitals
    """What the addresses of subscribers are sealed with. Asked for each time: tests turn from desk to desk."""
    return private_secret(current_desk().folder, "address-secret")
