"""Django settings, read from the environment. The demo makes its own values; production refuses to guess."""

import importlib.util
import os
from pathlib import Path

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[2]
DEMO = os.environ.get("ONETRIP_MODE", "production") == "demo"
DEBUG = os.environ.get("ONETRIP_DEBUG", "") == "1"


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. See ops/onetrip.env.example, or run `make demo`.")
    return value


SECRET_KEY = _required("ONETRIP_SECRET_KEY")
ALLOWED_HOSTS = os.environ.get("ONETRIP_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("ONETRIP_ORIGINS", "").split(",") if origin]
HOME = Path(os.environ.get("ONETRIP_HOME", ROOT / "var"))
VALKEY_URL = _required("VALKEY_URL")
# How often one person may try to take a place in an hour, and when a browser has to prove work first: "auto" when many
# ask, "always", or "never" (the sample city, where one machine plays everybody).
BOOKING_TRIES_AN_HOUR = int(os.environ.get("ONETRIP_BOOKING_TRIES", "1000" if DEMO else "20"))
BOOKING_PROOF = os.environ.get("ONETRIP_BOOKING_PROOF", "never" if DEMO else "auto")
# Where citizens reach the pages: what stands in messages begins with it.
PUBLIC_URL = os.environ.get("ONETRIP_PUBLIC_URL", "http://localhost:8000").rstrip("/")
SHORT_LINKS = f"{PUBLIC_URL}/m/"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "onetrip.core",
    "onetrip.domain.wechat",
    "onetrip.domain.notifications",
    "onetrip.domain.papers",
    "onetrip.domain.accounts",
    "onetrip.domain.catalog",
    "onetrip.domain.venues",
    "onetrip.domain.halls",
    "onetrip.domain.complaints",
    "onetrip.domain.booking",
    "onetrip.domain.consultations",
    "onetrip.domain.payments",
    "onetrip.domain.recordings",
    "onetrip.domain.cases",
    "onetrip.domain.insights",
    "onetrip.faces.frame",
    "onetrip.faces.citizen",
    "onetrip.faces.console",
    "onetrip.faces.hooks",
    "onetrip.faces.kiosk",
]

MIDDLEWARE = [
    "onetrip.faces.frame.headers.FixedHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "onetrip.faces.frame.sessions.DoorSessionMiddleware",
    "onetrip.faces.frame.network.LanguageMiddleware",
    "onetrip.faces.frame.network.AddressMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "onetrip.faces.frame.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "onetrip.project.urls"
WSGI_APPLICATION = "onetrip.project.wsgi.application"
ASGI_APPLICATION = "onetrip.project.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "onetrip.faces.frame.drawing.templates_once.Loader",
                    ["django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "onetrip.faces.frame.drawing.context.frame",
            ],
        },
    }
]

# A lock is waited for 3 s, a statement runs at most 15 s: a stuck neighbour must not stop the hall.
# Statements whose plan is kept (onetrip.core.database) are written for one plan: making another for the values of each
# question takes longer than answering it.
_SESSION = (
    "-c lock_timeout=3000 -c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000"
    " -c plan_cache_mode=force_generic_plan"
)
DATABASES = {"default": dj_database_url.parse(_required("DATABASE_URL"))}
DATABASES["default"]["ENGINE"] = "onetrip.core.database"
DATABASES["default"]["CONN_MAX_AGE"] = 0
# A pool hands out what it has: without a look, everybody who comes after a restart of the database meets a dead
# connection, once for each in the pool. The look is an empty question, a twentieth of a millisecond.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {}).update(
    # Pools of all processes together stay below PostgreSQL's default of 100 connections.
    pool={"min_size": 1, "max_size": int(os.environ.get("ONETRIP_DB_POOL", "10")), "timeout": 20},
    options=_SESSION,
    application_name=os.environ.get("ONETRIP_PROCESS", "onetrip"),
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["onetrip.faces.frame.sessions.SessionOnly"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
CSRF_USE_SESSIONS = True
MESSAGE_STORAGE = "onetrip.faces.frame.drawing.notices.NoticeStorage"
CSRF_FAILURE_VIEW = "onetrip.faces.frame.refusals.csrf_failure"
SESSION_ENGINE = "onetrip.core.session_store"
# The citizens' door; the console has its own cookie, see onetrip.faces.frame.sessions.
SESSION_COOKIE_NAME = "onetrip_citizen"
LANGUAGE_COOKIE_NAME = "onetrip_language"

# How many proxies of our own stand before us; so many entries at the end of X-Forwarded-For are believed.
TRUSTED_PROXIES = int(os.environ.get("ONETRIP_TRUSTED_PROXIES", "0"))
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if DEMO else 365 * 24 * 3600
SECURE_REFERRER_POLICY = "same-origin"
if DEMO:  # the sample city's WeChat Pay answers in a window of its own
    SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin-allow-popups"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
MEDIA_ROOT = HOME / "media"
WHITENOISE_USE_FINDERS = DEMO
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "onetrip.faces.frame.drawing.files.KnownFiles"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

# Our official account, see onetrip.domain.wechat and docs/how-to/wechat.md. Without it everything goes by browser.
WECHAT_FOLDER = os.environ.get("ONETRIP_WECHAT", "")

TILES_URL = os.environ.get("ONETRIP_TILES_URL", "")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *([TILES_URL.split("/{")[0] + "/"] if TILES_URL else [])],
        # Inside WeChat its own script gives the position and scans codes; elsewhere nothing asks for it.
        **({"script-src": ["'self'", "https://res.wx.qq.com"]} if WECHAT_FOLDER else {}),
        "media-src": ["'self'", "blob:", "mediastream:"],
        "worker-src": ["'self'", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
TURN_URLS = [url for url in os.environ.get("ONETRIP_TURN_URLS", "").split(",") if url]
TURN_SECRET = os.environ.get("ONETRIP_TURN_SECRET", "")
if TURN_URLS and not TURN_SECRET:
    raise ImproperlyConfigured(
        "ONETRIP_TURN_URLS is set, ONETRIP_TURN_SECRET is not: no relay would let anybody in."
    )
# How long a credential for the relays is taken; pages fetch a new one before the old one ends.
TURN_MINUTES = int(os.environ.get("ONETRIP_TURN_MINUTES", "10"))
# 1: every call goes through the relays, so that no side learns the other's address.
TURN_ONLY = os.environ.get("ONETRIP_TURN_ONLY", "") == "1"

# Photographed papers are looked at beforehand where the optional extra is installed (requirements-precheck.lock).
PRECHECK = importlib.util.find_spec("rapidocr") is not None and os.environ.get("ONETRIP_PRECHECK", "1") == "1"

# Recordings of calls, see docs/decisions/0036-recordings-by-consent.md: how long they are kept, how long and how large
# one may be.
RECORDING_DAYS = int(os.environ.get("ONETRIP_RECORDING_DAYS", "90"))
RECORDING_MINUTES = int(os.environ.get("ONETRIP_RECORDING_MINUTES", "60"))
RECORDING_MB = int(os.environ.get("ONETRIP_RECORDING_MB", "600"))

# The city's SMS platform, see onetrip.domain.notifications.gateways. The sample city keeps text messages in a table.
SMS_URL = os.environ.get("ONETRIP_SMS_URL", "")
SMS_SECRET = os.environ.get("ONETRIP_SMS_SECRET", "")

# E-mail goes out through this server; TLS: starttls, tls (from the first byte) or none. Without a host, none goes out.
EMAIL_HOST = os.environ.get("ONETRIP_SMTP_HOST", "")
_SMTP_TLS = os.environ.get("ONETRIP_SMTP_TLS", "starttls")
EMAIL_USE_TLS, EMAIL_USE_SSL = _SMTP_TLS == "starttls", _SMTP_TLS == "tls"
EMAIL_PORT = int(os.environ.get("ONETRIP_SMTP_PORT", "465" if EMAIL_USE_SSL else "587"))
EMAIL_HOST_USER = os.environ.get("ONETRIP_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("ONETRIP_SMTP_PASSWORD", "")
DEFAULT_FROM_EMAIL = os.environ.get("ONETRIP_MAIL_FROM", "onetrip@localhost")

# Our keys for WeChat Pay, see onetrip.domain.payments.gateways. Without them fees are paid at the window.
WECHAT_PAY_FOLDER = os.environ.get("ONETRIP_WECHAT_PAY", "")
INVOICE_URL = os.environ.get("ONETRIP_INVOICE_URL", "")
INVOICE_SECRET = os.environ.get("ONETRIP_INVOICE_SECRET", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("ONETRIP_LOG", "WARNING")},
}
