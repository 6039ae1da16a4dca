"""All settings of the system. Everything that differs between machines comes from the environment and is read strictly."""

from email.utils import parseaddr
from pathlib import Path

import environ
from django.utils.csp import CSP

from ossma import environment as env
from ossma.beat import Every

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env.text("OSSMA_VAR", BASE_DIR / "var"))

DEBUG = env.boolean("DEBUG", False)
DEMO = env.boolean("DEMO", False)
SECRET_KEY = env.text("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
FIELD_KEYS = env.words("FIELD_KEYS") if not DEBUG else env.words("FIELD_KEYS", "8VR9WIqwSksrYK1xPHYvqTY6kWOTvW2vS5bQGRsTHVU=")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost" if DEBUG else "")
SITE_URL = env.text("SITE_URL").rstrip("/")
HTTPS = SITE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0)

INSTALLED_APPS = [
    "members.admin.site.HouseAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "ossma.core",
    "members",
    "payments",
    "applications",
    "helpline",
    "insurance",
    "notices",
    "safety",
    "ossma.portals",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    # Before the static files: a drawing opened by its own address is a document, too.
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ossma.core.middleware_caching.PrivateByDefaultMiddleware",
    "ossma.core.middleware_texts.UnstorableTextMiddleware",
    "ossma.core.middleware_uploads.UploadLimitMiddleware",
    "ossma.core.middleware_keys.KeyAddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "members.middleware.ViewerMiddleware",
    "ossma.core.middleware_refusals.RefusalLogMiddleware",
    "members.middleware.AccessLogMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ossma.portals.middleware.LimitMiddleware",
]

# Answers by signed link: the whole crowd within three minutes (safety.md S5).
KEY_ADDRESSES = ("/a/",)
# Where a call for help may come in: what cannot be stored of it is left out, never the call (safety.md S2).
ALWAYS_TAKEN = ("/a/", "/f/", "/safety/", "/checkin/")
# Files of the product behind an address of their own: the same for everybody, with cache headers of their own.
SHARED_FILES = frozenset({"favicon", "manifest", "worker"})
# Pages that are the same for everybody who is not signed in; every other answer is kept by no cache.
SHARED_PAGES = frozenset(
    {
        "home",
        "install",
        "public:faq:list",
        "public:helpline:country",
        "public:helpline:index",
        "public:members:legal_privacy",
        "public:members:legal_terms",
        "public:portals:offline",
        "public:portals:offline_helpline",
        "public:portals:offline_report",
    }
)

ROOT_URLCONF = "ossma.portals.urls"
WSGI_APPLICATION = "ossma.wsgi.application"
FORM_RENDERER = "ossma.core.forms.HouseRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ossma.portals.context.shell",
            ],
        },
    },
]

# --- Data -----------------------------------------------------------------------------------------------------------
_database = environ.Env.db_url_config(env.text("DATABASE_URL"))
DB_POOL = env.boolean("DB_POOL", False)
DATABASES = {
    "default": _database
    | {
        "CONN_MAX_AGE": 0 if DB_POOL else 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"pool": {"min_size": 1, "max_size": env.integer("DB_POOL_SIZE", 8, least=1), "timeout": 10}} if DB_POOL else {},
    }
}
# The folder of pg_dump and pg_restore for backups; unset: where the shell finds them.
PG_TOOLS = Path(env.text("PG_TOOLS")) if env.text("PG_TOOLS", "") else None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Rate limits and sessions live in PostgreSQL: pages and limits keep working while Redis is away.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "ossma_cache",
        # The default of 300 would let a stranger push other people's rate limits out.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}
REDIS_URL = env.text("REDIS_URL")

# --- Languages, times -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [
    BASE_DIR / "locale" / room
    for room in ("look", "core", "members", "payments", "applications", "helpline", "insurance", "notices", "safety", "portals")
]
LANGUAGE_COOKIE_NAME = "__Host-language" if HTTPS else "django_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

# --- Files ----------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
_static_backend = "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}, "staticfiles": {"BACKEND": _static_backend}}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
# No other site has a use for our files.
WHITENOISE_ALLOW_ALL_ORIGINS = False
FILES_ROOT = VAR / "files"
# Other numbers for the limits of ossma/core/limits.py: NAME=NUMBER, comma-separated.
RATE_LIMITS = env.counts("RATE_LIMITS")
# Pictures of unfinished forms may take so much room; and so much of the disk stays free, or no picture is taken in.
DRAFTS_MAX_BYTES = env.integer("DRAFTS_MAX_BYTES", 1024**3, least=1)
FILES_LEAST_FREE_BYTES = env.integer("FILES_LEAST_FREE_BYTES", 1024**3)
UPLOAD_MAX_BYTES = env.integer("UPLOAD_MAX_BYTES", 12 * 1024 * 1024, least=1)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000

# --- People ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "members.User"
# Addresses are unique without regard to case, by a constraint that this check does not know.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "members.passwords.CommonVariantValidator"},
    {"NAME": "members.passwords.ThreeKindsValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "members.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_TIMEOUT = 15 * 60
# The limits are our own (ossma/core/limits.py): allauth's would stop a lecture hall, and be spent for others.
ACCOUNT_RATE_LIMITS = False
MFA_RATE_LIMITS = False
ACCOUNT_FORMS = {
    "signup": "members.forms.entrance.SignupForm",
    "login": "members.forms.entrance.LoginForm",
    "confirm_email_verification_code": "members.forms.entrance.ConfirmCodeForm",
    "reset_password": "members.forms.entrance.ResetRequestForm",
    "confirm_password_reset_code": "members.forms.entrance.ResetCodeForm",
    "reset_password_from_key": "members.forms.entrance.ResetPasswordForm",
    "set_password": "members.forms.entrance.SetPasswordForm",
    "change_password": "members.forms.entrance.ChangePasswordForm",
    "add_email": "members.forms.entrance.ChangeEmailForm",
    "reauthenticate": "members.forms.entrance.PasswordAgainForm",
}
MFA_FORMS = {
    "authenticate": "members.forms.entrance.AppCodeForm",
    "reauthenticate": "members.forms.entrance.AppCodeAgainForm",
    "activate_totp": "members.forms.entrance.ActivateAppForm",
    "add_webauthn": "members.forms.entrance.AddPasskeyForm",
    "edit_webauthn": "members.forms.entrance.RenamePasskeyForm",
}
MFA_RECOVERY_CODES_SHOW_ONCE = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[OSSMA]"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "OSSMA"
# A phone whose clock is a little off, or a slow thumb: the code before and after count, too (RFC 6238, 5.2).
MFA_TOTP_TOLERANCE = 1
MFA_ADAPTER = "members.adapter.MFAAdapter"
USERSESSIONS_ADAPTER = "members.adapter.UserSessionsAdapter"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
SCHOOL_IDLE_SECONDS = 30 * 60
# How long an ended school can read and export its data (contracts.md C7).
SCHOOL_READABLE_DAYS = env.integer("SCHOOL_READABLE_DAYS", 90)
# Invitations to act for a school: how long a link works, how soon it can be sent again, how long an ended one is kept.
INVITATION_DAYS = env.integer("INVITATION_DAYS", 14, least=1)
INVITATION_RESEND_MINUTES = env.integer("INVITATION_RESEND_MINUTES", 10, least=1)
INVITATION_KEPT_DAYS = env.integer("INVITATION_KEPT_DAYS", 90, least=1)

# --- Mail -----------------------------------------------------------------------------------------------------------
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": env.smtp("SMTP_URL", "smtp://127.0.0.1:8002")}}
MAIL_FROM = env.mailbox("MAIL_FROM")
MAIL_FROM_ADDRESS = parseaddr(MAIL_FROM)[1]
DEFAULT_FROM_EMAIL = SERVER_EMAIL = MAIL_FROM
OFFICE_NAME = env.text("OFFICE_NAME", "OSSMA事務局 / OSSMA Office")
OFFICE_ADDRESS = env.text("OFFICE_ADDRESS", "〒100-0000 東京都千代田区（見本） / Chiyoda-ku, Tokyo (sample)")
# The issuer's number for qualified invoices (T and 13 digits); without it receipts name none.
OFFICE_INVOICE_NUMBER = env.text("OFFICE_INVOICE_NUMBER", "")
# The account that refunds are transferred from, for the file of the banks (全銀): client code, name in kana, bank and branch code, kind, number.
TRANSFER_CLIENT_CODE = env.text("TRANSFER_CLIENT_CODE", "")
TRANSFER_CLIENT_NAME = env.text("TRANSFER_CLIENT_NAME", "")
TRANSFER_BANK = env.text("TRANSFER_BANK", "")
TRANSFER_BRANCH = env.text("TRANSFER_BRANCH", "")
TRANSFER_ACCOUNT_KIND = env.choice("TRANSFER_ACCOUNT_KIND", ("ordinary", "current"))
TRANSFER_ACCOUNT = env.text("TRANSFER_ACCOUNT", "")
OFFICE_MAIL = env.addresses("OFFICE_MAIL", MAIL_FROM_ADDRESS)
# Returned mail: the envelope's sender, and how it gets here: a program that posts it with this secret, or a mailbox to read.
MAIL_BOUNCES = "".join(env.addresses("MAIL_BOUNCES")[:1])
# Whether that mailbox takes `post+anything@host` (subaddressing): then the envelope names the message, too.
MAIL_BOUNCES_KEYED = env.boolean("MAIL_BOUNCES_KEYED", False)
BOUNCE_SECRET = env.text("BOUNCE_SECRET", "")
BOUNCE_MAILBOX = env.text("BOUNCE_MAILBOX", "")

# --- Web push (member-portal.md M9) ---------------------------------------------------------------------------------
# Without a key nobody can switch push messages on. A new key makes every device subscribe anew at its next visit.
VAPID_PRIVATE_KEY = env.signing_key("VAPID_PRIVATE_KEY", "uCGFWUjjIzhmqvJfN4vjExGUArCuZVcSDbsQxUzlpxo" if DEBUG else "")
VAPID_SUBJECT = env.contact("VAPID_SUBJECT", SITE_URL if HTTPS else "mailto:ossma@demo.example")
# Push services a browser may name; a leading dot means every host below. Nothing else is ever called.
PUSH_HOSTS = env.words(
    "PUSH_HOSTS",
    "fcm.googleapis.com,updates.push.services.mozilla.com,.push.services.mozilla.com,web.push.apple.com,.push.apple.com,.notify.windows.com",
)
# The demo's and the tests' own push service; not heard of in production.
PUSH_SINK_URL = env.text("PUSH_SINK_URL", "").rstrip("/") if DEBUG or DEMO else ""

# --- Background work ------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 300, "socket_timeout": 5, "socket_connect_timeout": 2}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Every entry is a query over state: safe at any time and twice at once. Losing the broker costs one interval.
CELERY_BEAT_SCHEDULER = "ossma.beat.SteadyScheduler"
CELERY_BEAT_SCHEDULE = {
    "outbox": {"task": "core.send_outbox", "schedule": Every(5), "options": {"expires": 20}},
    "push": {"task": "core.send_push", "schedule": Every(5), "options": {"expires": 20}},
    "safety": {"task": "safety.dispatch", "schedule": Every(10), "options": {"expires": 30}},
    "figures": {"task": "safety.fold", "schedule": Every(3), "options": {"expires": 10}},
    "taps": {"task": "safety.ask_taps", "schedule": Every(3600), "options": {"expires": 3600}},
    "forget": {"task": "core.forget", "schedule": Every(21600), "options": {"expires": 21600}},
    "forgive": {"task": "safety.forgive", "schedule": Every(300), "options": {"expires": 300}},
    "counts": {"task": "safety.count", "schedule": Every(10), "options": {"expires": 30}},
    "payments": {"task": "payments.apply_notices", "schedule": Every(15), "options": {"expires": 60}},
    "refunds": {"task": "payments.refund", "schedule": Every(60), "options": {"expires": 60}},
    "payment-terms": {"task": "payments.terms", "schedule": Every(900), "options": {"expires": 900}},
    "application-terms": {"task": "applications.terms", "schedule": Every(900), "options": {"expires": 900}},
    "payments-close": {"task": "payments.close", "schedule": Every(60), "options": {"expires": 60}},
    "reconcile": {"task": "payments.reconcile", "schedule": Every(900), "options": {"expires": 900}},
    "advisories": {"task": "notices.fetch_advisories", "schedule": Every(300), "options": {"expires": 300}},
}

# --- Text messages and calls ----------------------------------------------------------------------------------------
SMS_BACKEND = env.choice("SMS_BACKEND", ("off", "recorded", "http"))
VOICE_BACKEND = env.choice("VOICE_BACKEND", ("off", "recorded", "http"))
PHONE_API_URL = env.text("PHONE_API_URL", "")
PHONE_API_TOKEN = env.text("PHONE_API_TOKEN", "")
PHONE_SENDER = env.text("PHONE_SENDER", "OSSMA")

if BOUNCE_MAILBOX:
    CELERY_BEAT_SCHEDULE["bounces"] = {"task": "core.read_bounces", "schedule": Every(60), "options": {"expires": 60}}

# --- Payment gateway ------------------------------------------------------------------------------------------------
PAYMENT_GATEWAY = env.text("PAYMENT_GATEWAY", "gmo")
GMO_API_URL = env.text("GMO_API_URL", "")
GMO_LINK_URL = env.text("GMO_LINK_URL", "")
GMO_SHOP_ID = env.text("GMO_SHOP_ID", "")
GMO_SHOP_PASS = env.text("GMO_SHOP_PASS", "")
GMO_CONFIG_ID = env.text("GMO_CONFIG_ID", "")
GMO_NOTIFY_ADDRESSES = env.words("GMO_NOTIFY_ADDRESSES")
# Whom to ask about a slip for the store, printed on it; empty where the gateway's console says it.
GMO_ENQUIRY_CONTACT = env.text("GMO_ENQUIRY_CONTACT", "")
GMO_ENQUIRY_PHONE = env.text("GMO_ENQUIRY_PHONE", "")
GMO_ENQUIRY_HOURS = env.text("GMO_ENQUIRY_HOURS", "")
# Off while there is no key; PAYMENT_GATEWAY=stripe lets payments start there.
STRIPE_API_URL = env.text("STRIPE_API_URL", "https://api.stripe.com")
STRIPE_API_KEY = env.text("STRIPE_API_KEY", "")
STRIPE_WEBHOOK_SECRET = env.text("STRIPE_WEBHOOK_SECRET", "")

# --- Ministry feed --------------------------------------------------------------------------------------------------
ADVISORY_FEED_URL = env.text("ADVISORY_FEED_URL", "")

# --- Security -------------------------------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    # The payment form leaves for the gateway's host by redirect.
    "form-action": [CSP.SELF, *([GMO_LINK_URL] if GMO_LINK_URL else [])],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
# The prefix makes browsers refuse such a cookie from another host or over plain HTTP. Scripts take the token from the page or from /safety/token/.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = ("__Host-sessionid", "__Host-csrftoken") if HTTPS else ("sessionid", "csrftoken")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
# Notes between two pages may name people: they stay on the server instead of in a cookie that can be read.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "ossma.core.logs.OneLine", "format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "filters": {"hide_tokens": {"()": "ossma.core.logs.HideTokens"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        # Seven lines for every document otherwise.
        "weasyprint.progress": {"level": "WARNING"},
        "django.request": {"filters": ["hide_tokens"]},
        "django.security.csrf": {"filters": ["hide_tokens"]},
        "ossma.security": {"filters": ["hide_tokens"]},
    },
}
