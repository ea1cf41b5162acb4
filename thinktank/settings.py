"""Django's settings: production unless the environment says otherwise (docs/operations.md lists the variables)."""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django_prose_editor.config import html_tags
from js_asset import static_lazy

from thinktank import environment

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = BASE_DIR / environment.text("DATA_DIR", "var")  # everything that is written; an absolute path stays as it is

DEBUG = environment.boolean("THINKTANK_DEBUG")
if DEBUG:
    SECRET_KEY = environment.text("THINKTANK_SECRET_KEY", "only-for-debugging")
    SITE_URL = environment.site_url("THINKTANK_SITE_URL", "http://127.0.0.1:8000")
else:
    SECRET_KEY = environment.required("THINKTANK_SECRET_KEY", "it signs sessions; make one of 50 random characters")
    environment.required("THINKTANK_SITE_URL", "it is the address readers use, like https://example.org")
    SITE_URL = environment.site_url("THINKTANK_SITE_URL")
SITE_HOST = urlsplit(SITE_URL).hostname
ALLOWED_HOSTS = environment.items("THINKTANK_ALLOWED_HOSTS", [SITE_HOST])

# TLS: strict transport security, secure cookies, redirect from http. It follows the site's address.
SECURE = environment.boolean("THINKTANK_SECURE", SITE_URL.startswith("https://"))
if SECURE and not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("THINKTANK_SECURE is on, but THINKTANK_SITE_URL does not begin with https://.")

# --- The institute

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ar", "العربية")]  # the only list of languages; see docs/howto/add-a-language.md
INSTITUTE_NAME = {
    code: environment.text(f"THINKTANK_INSTITUTE_NAME_{code.upper()}", {"ar": "المعهد"}.get(code, "The Institute"))
    for code, _ in LANGUAGES
}
INSTITUTE_TAGLINE = {code: environment.text(f"THINKTANK_INSTITUTE_TAGLINE_{code.upper()}") for code, _ in LANGUAGES}
ARABIC_MONTHS = environment.choice("THINKTANK_ARABIC_MONTHS", ["international", "dual"], "international")
ARABIC_DIGITS = environment.choice("THINKTANK_ARABIC_DIGITS", ["western", "arabic-indic"], "western")

USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.time_zone("THINKTANK_TIME_ZONE", "UTC")
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["thinktank.formats"]  # dates in the newsroom
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_ENABLE_FALLBACKS = False  # English never stands in for a missing Arabic text

# --- The application

INSTALLED_APPS = [
    "modeltranslation",  # before the admin, whose forms it extends
    "thinktank",
    "taxonomy",
    "experts",
    "analyses",
    "taggit",
    "django_prose_editor",
    "reversion",
    "csp",
    "thinktank.newsroom.NewsroomConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",  # for allauth's pages
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.sitemaps",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "thinktank.middleware.PublicHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "thinktank.middleware.LanguageFromAddress",  # in place of LocaleMiddleware, which reads cookies and headers
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "thinktank.middleware.RefuseMalformed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "thinktank.middleware.RecordRefusals",
    "thinktank.sessions.StaffSession",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "thinktank.urls"
WSGI_APPLICATION = "thinktank.wsgi.application"
APPEND_SLASH = False  # addresses have none
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TAGGIT_CASE_INSENSITIVE = True
SERIALIZATION_MODULES = {"working_copy": "analyses.working_copy"}  # how a revision is stored

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "thinktank.chrome.site",
            ],
        },
    }
]
EMBED_SOURCES = []  # dotted names of thinktank.embeds.Source objects, beside those of thinktank/embeds.py

# --- Data

environment.required("DATABASE_URL", f"the PostgreSQL to use, like {environment.DATABASE_FORM}")
DATABASES = {"default": environment.database_url("DATABASE_URL")}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DATABASES["default"]["OPTIONS"]["connect_timeout"] = 5  # seconds; libpq would wait minutes for a host that is gone
# A query that runs longer is stopped; for the web server only, because migrations and imports may take long.
STATEMENT_TIMEOUT = environment.integer("THINKTANK_STATEMENT_TIMEOUT", 0, minimum=0)
if STATEMENT_TIMEOUT:
    DATABASES["default"]["OPTIONS"]["options"] = f"-c statement_timeout={STATEMENT_TIMEOUT}"

# Shared by all workers: it counts failed log-ins and remembers which codes were used.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "thinktank_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# The text editor's own elements: ES modules, found through the import map. What may be stored is decided by
# thinktank/html.py alone, so none of them adds to the editor's allow-list.
DJANGO_PROSE_EDITOR_EXTENSIONS = [
    {
        "js": [static_lazy(f"newsroom/{name}.js") for name in ("editor", "embeds", "links")],
        "extensions": {
            name: html_tags([])
            for name in """CleanPaste Cite Embed Footnote Isolated LibraryFigure PullQuote StoredForm TableTitle""".split()
        },
    }
]

FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "thinktank.library.upload.OnDisk",
]
FILE_UPLOAD_PERMISSIONS = 0o644
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024  # bytes of a form without its files: a long report in two languages
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# --- Accounts

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "thinktank.accounts.SiteWordsValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600  # seconds
AUTHENTICATION_BACKENDS = ["thinktank.sessions.StaffBackend"]

# Staff without a second factor can set one up and nothing else. The demo switches this off, and the newsroom says so.
REQUIRE_SECOND_FACTOR = environment.boolean("THINKTANK_REQUIRE_SECOND_FACTOR", True)

# How many proxies of ours stand before the application; each adds one address to X-Forwarded-For.
PROXIES = environment.integer("THINKTANK_PROXIES", 0, minimum=0, maximum=10)

# allauth (docs.allauth.org): accounts are made by user administrators, so there is no sign-up and no check of mail.
ACCOUNT_ADAPTER = "thinktank.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a mail at every change of password or factor
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True  # for as long as SESSION_COOKIE_AGE says, without a question
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
MFA_ADAPTER = "thinktank.accounts.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_FORMS = {
    "add_webauthn": "thinktank.account_forms.AddKeyForm",
    "edit_webauthn": "thinktank.account_forms.EditKeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE  # browsers take a passkey without TLS from localhost only

# --- Security

# The whole policy of the public pages. The admin needs one inline import map for its text editor: those views add
# a nonce with @csp_update({"script-src": NONCE}), see django-csp.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "upgrade-insecure-requests": SECURE,
    }
}
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"  # other sites learn the site, not the page
X_FRAME_OPTIONS = "DENY"

# A cookie named __Host- is only taken from this very host over TLS, so no neighbouring subdomain can plant one.
COOKIE_PREFIX = "__Host-" if SECURE else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
SESSION_COOKIE_AGE = 12 * 3600  # seconds after the log-in, whatever happens in them; see thinktank/sessions.py
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"  # of the newsroom; the public site reads none
LANGUAGE_COOKIE_SECURE = SECURE
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "thinktank.views.forged"

# The proxy that ends TLS says so in X-Forwarded-Proto; gunicorn believes it from the addresses in FORWARDED_ALLOW_IPS.
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE

# --- Mail and logs

locals().update(environment.email_url("THINKTANK_EMAIL_URL"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = environment.text("THINKTANK_EMAIL_FROM", f"no-reply@{SITE_HOST}")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "thinktank.logs.JsonLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # Django's own handlers would print errors twice, and mail them to nobody.
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},  # runserver's requests
    },
}

environment.refuse_unknown()
