"""One settings file, driven by the environment (docs/operating.md has the table of every variable)."""

import sys
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from inventario import entorno

BASE_DIR = Path(__file__).resolve().parent.parent
env = entorno.Entorno()
entorno.leer_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", False)
PRUEBAS = "pytest" in sys.modules
CLAVE_DE_DESARROLLO = "insegura-solo-para-desarrollo-" + "x" * 40  # inventario.E001 refuses it in production
SECRET_KEY = env.str("SECRET_KEY", CLAVE_DE_DESARROLLO if DEBUG or PRUEBAS else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY is required when DEBUG is off.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG or PRUEBAS else [])
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS is required when DEBUG is off.")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

DOMINIO = ["productos", "lotes", "movimientos", "alertas", "reportes"]  # from the lowest up: see docs/architecture.md
INSTALLED_APPS = [
    "inventario",
    *DOMINIO,
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "django_include_bootstrap",
    "lucide",
    "django_filters",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
]

MIDDLEWARE = [
    "inventario.plataforma.cabeceras.CabecerasMiddleware",
    "inventario.plataforma.compresion.CompresionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "inventario.plataforma.logging.SolicitudMiddleware",
    "inventario.plataforma.salud.SaludMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "inventario.plataforma.cuerpo.CuerpoMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "inventario.paginas.idioma.IdiomaDelUsuarioMiddleware",
    "inventario.paginas.fragmentos.AccesoMiddleware",
    "inventario.cuentas.dos_factores.middleware.DosFactoresMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "inventario.paginas.errores.ErroresMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "inventario.urls"
WSGI_APPLICATION = "inventario.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "inventario.paginas.plantillas.Plantillas",
        "NAME": "django",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # templates/django/forms/field.html

# Database ------------------------------------------------------------------------------------------

PGBOUNCER = env.bool("PGBOUNCER", False)  # a pooler in transaction mode: no session state, no server-side cursors
# A manage.py command, except runserver: it may take minutes, and goes round the pooler when it can.
ORDEN = Path(sys.argv[0]).name == "manage.py" and "runserver" not in sys.argv[1:2]
LIMITES_DE_SESION = {
    "lock_timeout": env.int("DB_LOCK_TIMEOUT_MS", 3000),
    "statement_timeout": env.int("DB_STATEMENT_TIMEOUT_MS", 60_000 if PRUEBAS else 8000),  # tests do not depend on load
    "idle_in_transaction_session_timeout": 30000,
}
# Seconds after which we stop waiting for a server that says nothing (inventario/plataforma/postgres/): a statement of a command,
# however long it may be; one of the web, a little after the server itself should have cut it; a connection; the first sign of
# life of a connection that was kept. A request waits for one of the last three, and then has an answer.
DB_PLAZO_ORDENES = env.int("DB_PLAZO_ORDENES", 4 * 3600)
DB_PLAZO = (
    LIMITES_DE_SESION["statement_timeout"] / 1000 + 1 if LIMITES_DE_SESION["statement_timeout"] else DB_PLAZO_ORDENES
)
DB_PLAZO_CONEXION = 5
DB_PLAZO_SONDEO = 2
# A cut network is noticed by the kernel, when data is on its way (milliseconds) and when nothing is (5 s, then 3 more).
RED = {"tcp_user_timeout": 8000, "keepalives_idle": 5, "keepalives_interval": 1, "keepalives_count": 3}


def base_de_datos(nombre: str, url: str, *, pooler: bool = PGBOUNCER, orden: bool = ORDEN) -> dict:
    """Django's dict for the database at `url`, which the variable `nombre` says, with what each engine needs to be right."""
    base = entorno.base(nombre, url)
    opciones = base.setdefault("OPTIONS", {})
    if base["ENGINE"].endswith("sqlite3"):
        opciones |= {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;",
        }
        return base
    # A pooler in transaction mode refuses start-up options: there the role carries them (inventario/plataforma/limites.py).
    if not pooler:
        limites = dict.fromkeys(LIMITES_DE_SESION, 0) | {"lock_timeout": 3000} if orden else LIMITES_DE_SESION
        propias = " ".join(f"-c {nombre}={valor}" for nombre, valor in limites.items())
        opciones["options"] = (
            f"{propias} {opciones.get('options', '')}".strip()
        )  # what the URL says comes last, and wins
        opciones["prepare_threshold"] = 5  # for inventario.plataforma.sql; what the ORM sends is never prepared
    opciones |= {"connect_timeout": DB_PLAZO_CONEXION, **RED} | opciones
    base["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", 60)
    base["CONN_HEALTH_CHECKS"] = True
    base["DISABLE_SERVER_SIDE_CURSORS"] = pooler
    return base


DATABASE_URL = env.str("DATABASE_URL", "") or f"sqlite:///{BASE_DIR / 'inventario.sqlite3'}"
DATABASE_URL_DIRECTA = env.str("DATABASE_URL_DIRECTA", "")
DIRECTA = bool(DATABASE_URL_DIRECTA) and ORDEN
DATABASES = {
    "default": base_de_datos("DATABASE_URL_DIRECTA", DATABASE_URL_DIRECTA, pooler=False)
    if DIRECTA
    else base_de_datos("DATABASE_URL", DATABASE_URL),
}
# For reports, never for deciding stock (inventario/plataforma/replica.py).
DATABASE_REPLICA_URL = env.str("DATABASE_REPLICA_URL", "")
REPLICA_RETRASO_MAXIMO = env.int("REPLICA_RETRASO_MAXIMO", 10)  # seconds
if DATABASE_REPLICA_URL:
    DATABASES["replica"] = base_de_datos("DATABASE_REPLICA_URL", DATABASE_REPLICA_URL) | {"TEST": {"MIRROR": "default"}}
    DATABASES["replica"]["OPTIONS"]["connect_timeout"] = 2
    DATABASE_ROUTERS = ["inventario.plataforma.replica.Enrutador"]
    MIDDLEWARE.append("inventario.plataforma.replica.ReplicaMiddleware")  # last, since it calls the view itself
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Cache ---------------------------------------------------------------------------------------------

CACHE_URL = env.str("CACHE_URL", "")
CACHES = {
    "default": {
        "BACKEND": "inventario.plataforma.cache.RedisTolerante",
        "LOCATION": CACHE_URL,
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
    if CACHE_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

# People --------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "inventario.Usuario"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "inventario.permisos.PermisosBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "entrar"
LOGIN_REDIRECT_URL = "panel"
LOGOUT_REDIRECT_URL = "entrar"
SESSION_COOKIE_AGE = env.int("SESSION_COOKIE_AGE", 12 * 3600)  # counted from the login, however active
SESSION_EXPIRE_AT_BROWSER_CLOSE = env.bool("SESSION_EXPIRE_AT_BROWSER_CLOSE", False)
SESSION_ENGINE = "inventario.cuentas.sesiones" if CACHE_URL else "django.contrib.sessions.backends.db"

# By user and address together: a stranger who fails on purpose locks out only himself.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "inventario.cuentas.intentos.red_del_cliente"
AXES_HANDLER = "inventario.cuentas.intentos.Manejador"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # or a stranger who goes on failing would keep the owner out
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # inventario.cuentas.auditoria keeps it
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "inventario.cuentas.views.bloqueado"

# Roles whose people must use a second factor (inventario/cuentas/dos_factores/). Empty: each one chooses.
DOS_FACTORES_OBLIGATORIO = env.list("DOS_FACTORES_OBLIGATORIO", default=[])
OTP_ADMIN_HIDE_SENSITIVE_DATA = True
OTP_TOTP_THROTTLE_FACTOR = OTP_STATIC_THROTTLE_FACTOR = (
    0  # that of the device keeps its owner out: ours is by session and address
)
OTP_TOTP_ISSUER = env.str("OTP_TOTP_ISSUER", "Inventario")

# Language and time ---------------------------------------------------------------------------------

LANGUAGE_CODE = "es"
LANGUAGES = [("es", _("Español")), ("en", _("Inglés"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", "America/Mexico_City")
USE_THOUSAND_SEPARATOR = True
REGION = env.str("REGION", "es-MX")  # how numbers and dates are written and read (inventario/dominio/region.py)
FORMAT_MODULE_PATH = "inventario.formats"
FILTERS_EMPTY_CHOICE_LABEL = _("Todos")

# Static files --------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or PRUEBAS
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if env.bool("COMPRIMIR_ESTATICOS", True)  # brotli's best level takes a minute: done once, in the image
        else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    },
}

WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG or PRUEBAS  # nothing is collected there

# Web -----------------------------------------------------------------------------------------------

HTTPS = env.bool("HTTPS", not DEBUG and not PRUEBAS)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^salud/", r"^metrics$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", 31536000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
DETRAS_DE_PROXY = env.int("DETRAS_DE_PROXY", 0)  # how many proxies of ours stand in front and set X-Forwarded-*
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if DETRAS_DE_PROXY else None
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "inventario.paginas.errores.csrf"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6000  # a sheet of a thousand lines
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# API -----------------------------------------------------------------------------------------------

API_LIMITE_POR_MINUTO = env.int("API_LIMITE_POR_MINUTO", 6000)  # requests of one user; 0, no limit
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "inventario.api.seguridad.AutenticacionToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["inventario.api.seguridad.PermisoPorAccion"],
    "DEFAULT_THROTTLE_CLASSES": ["inventario.api.seguridad.LimitePorUsuario"],
    "DEFAULT_PARSER_CLASSES": ["inventario.api.analizador.JSONEstricto"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "inventario.api.analizador.SiempreJSON",
    "DEFAULT_SCHEMA_CLASS": "inventario.api.esquema.Esquema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "inventario.api.errores.manejar",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
KNOX_TOKEN_MODEL = "inventario.Token"
MIGRATION_MODULES = {"knox": None}  # its migrations would create a second token table, which blocks a flush
REST_KNOX = {"TOKEN_MODEL": "inventario.Token", "TOKEN_TTL": None, "AUTO_REFRESH": False}
SPECTACULAR_SETTINGS = {
    "TITLE": "Inventario",
    "DESCRIPTION": "Stock control for what expires. docs/api.md is a tour of it.",
    "VERSION": "1",
    "OAS_VERSION": "3.0.3",
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "inventario.api.documento.completar",
    ],
    "ENUM_NAME_OVERRIDES": {
        "TipoDeOperacion": "movimientos.models.Tipo",
        "TipoDeAlerta": "alertas.models.Tipo",
        "EstadoDeLote": "lotes.models.Lote.Estado",
        "EstadoDeAlerta": "alertas.models.Estado",
        "Severidad": "alertas.models.Severidad",
        "RazonDeOmision": "movimientos.serializers.RAZONES",
        "TipoDeCodigo": "lotes.serializers.TIPOS_DE_CODIGO",
        "ClaseDeConsumo": "movimientos.conteos.alcance.CLASES",
        "EstadoDeConteo": "movimientos.conteos.models.Conteo.Estado",
        "EstadoDeLineaDeConteo": "movimientos.conteos.models.LineaDelConteo.Estado",
        "DesempateDeConteo": "movimientos.conteos.models.Conteo.Desempate",
        "TipoDeImportacion": "movimientos.importacion.models.Importacion.Tipo",
        "EstadoDeImportacion": "movimientos.importacion.models.Importacion.Estado",
        "ClaseDeProblema": "movimientos.importacion.models.ProblemaDeFila.Clase",
        "TipoDeColumna": "reportes.columnas.TIPOS_DE_COLUMNA",
    },
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "docExpansion": "none", "validatorUrl": None},
}

# Metrics -------------------------------------------------------------------------------------------

METRICS_TOKEN = env.str("METRICS_TOKEN", "")

# Domain --------------------------------------------------------------------------------------------

DIAS_AVISO = env.int("DIAS_AVISO", 90)  # expiry horizon when neither product nor category says
DIAS_RETROACTIVO = env.int("DIAS_RETROACTIVO", 30)  # how far back an operation may be dated
MINUTOS_PARA_REVERTIR = env.int("MINUTOS_PARA_REVERTIR", 15)  # how long people may undo what they did last; 0: never
# Of a count: over either of these, a difference needs a second count and a second pair of eyes.
CONTEO_UMBRAL_UNIDADES = env.int("CONTEO_UMBRAL_UNIDADES", 5)
CONTEO_UMBRAL_VALOR = env.int("CONTEO_UMBRAL_VALOR", 500)
MONEDA = env.str("MONEDA", "MXN")

# E-mail --------------------------------------------------------------------------------------------

EMAIL_TIMEOUT = 10  # seconds that a mail server has for each answer
EMAIL_CONFIG = env.correo("EMAIL_URL", "consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "Inventario <inventario@localhost>")

# Logging -------------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", "INFO").upper()
LOG_FORMAT = env.str("LOG_FORMAT", "texto" if DEBUG or PRUEBAS else "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"solicitud": {"()": "inventario.plataforma.logging.FiltroSolicitud"}},
    "formatters": {
        "json": {"()": "inventario.plataforma.logging.FormatoJSON"},
        "texto": {"()": "inventario.plataforma.logging.FormatoTexto"},
    },
    "handlers": {
        "consola": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["solicitud"]},
    },
    "root": {"handlers": ["consola"], "level": LOG_LEVEL},
    "loggers": {
        "django.server": {"handlers": [], "level": "CRITICAL", "propagate": False},  # one line per request: ours
        "django.request": {"level": "ERROR"},
        "axes": {"level": "WARNING"},
    },
}
