"""Write `Auditoria`: logins, and every change of lots, catalogues, people and permissions with what was before and after, in the
transaction of the change.

Whatever the door, a change ends in `save`, `delete` or a relation, whose signals write it. Stock is not here: the ledger is its
own audit, of the lots and costs that an entry makes too. Bulk writes (`update`, `bulk_create`) send no signal and are not seen.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from axes.signals import user_locked_out
from django.apps import apps
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import models
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save
from django.http import HttpRequest
from django.utils import timezone

from ..plataforma import metricas
from ..plataforma.logging import id_solicitud, solicitud_actual

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from .models import Usuario

# Models of accounts whose changes are audited. The apps of the domain name theirs in their AppConfig (`auditados`).
MODELOS = (
    "inventario.empresa",
    "inventario.usuario",
    "inventario.token",
    "auth.group",
    "otp_totp.totpdevice",
    "otp_static.staticdevice",
    "otp_static.statictoken",
)
SECRETOS = {"password", "digest", "token_key", "key", "token"}
SIN_INTERES = {
    "id",
    "last_login",
    "creado_en",
    "actualizado_en",
    "last_t",
    "drift",
    "last_used_at",
    "throttling_failure_count",
    "throttling_failure_timestamp",
}


FALLOS_POR_DIA = 20  # of each user and kind


def anotar(suceso: str, *, usuario: "Usuario | None" = None, objeto: models.Model | None = None, **campos: Any) -> None:
    """Insert one record, signed by `usuario`, or else by the user of the current request. A command has none."""
    from .models import Auditoria

    request = solicitud_actual.get()
    quien: Usuario | AnonymousUser | None = usuario or getattr(request, "user", None)
    if objeto is not None:
        campos |= {
            "objeto": objeto._meta.label_lower,
            "objeto_id": str(objeto.pk)[:40],
            "descripcion": str(objeto)[:200],
        }
    if quien is not None and quien.pk:
        campos |= {"usuario_id": quien.pk, "usuario": quien.get_username()}
    Auditoria.objects.create(
        suceso=suceso,
        direccion=del_cliente(request) if request else "",
        id_solicitud=id_solicitud.get() if request else "",
        **campos,
    )


def _json(nombre: str, valor: object) -> str | float | bool | None:
    if nombre in SECRETOS:
        return "***" if valor else ""
    if isinstance(valor, datetime):  # as a form shows it: without its fractions, which a form takes away
        return valor.astimezone(UTC).isoformat(timespec="seconds")
    if isinstance(valor, date):
        return valor.isoformat()
    if isinstance(valor, Decimal):
        return format(valor.normalize(), "f")
    if isinstance(valor, bytes | memoryview):
        return f"{len(bytes(valor))} bytes"
    return valor if isinstance(valor, str | int | float | bool | None) else str(valor)


def _cambia(nombre: str, antes: object, despues: object) -> bool:
    return antes != despues and (nombre in SECRETOS or _json(nombre, antes) != _json(nombre, despues))


def _valores(instancia: models.Model) -> dict[str, Any]:
    return {f.attname: f.to_python(getattr(instancia, f.attname)) for f in instancia._meta.concrete_fields}


def al_ir_a_guardar(*, sender: type[models.Model], instance: models.Model, raw: bool, **kwargs: Any) -> None:
    vars(instance)["_antes"] = None
    if not raw and not instance._state.adding:
        columnas = [f.attname for f in sender._meta.concrete_fields]
        vars(instance)["_antes"] = sender._base_manager.filter(pk=instance.pk).values(*columnas).first()


def al_guardar(*, instance: models.Model, raw: bool, update_fields: frozenset[str] | None, **kwargs: Any) -> None:
    if raw:
        return
    antes = vars(instance)["_antes"] or {}
    guardados = _valores(instance)
    if update_fields is not None:
        nombres = {
            f.attname for f in instance._meta.concrete_fields if not update_fields.isdisjoint((f.name, f.attname))
        }
        guardados = {k: v for k, v in guardados.items() if k in nombres}
    cambios = {
        k: [_json(k, antes.get(k)), _json(k, v)]
        for k, v in guardados.items()
        if k not in SIN_INTERES and (not antes or _cambia(k, antes.get(k), v))
    }
    if cambios:
        anotar("cambio" if antes else "alta", objeto=instance, cambios=cambios)


def al_borrar(*, instance: models.Model, **kwargs: Any) -> None:
    habia = {k: [_json(k, v), None] for k, v in _valores(instance).items() if k not in SIN_INTERES}
    anotar("baja", objeto=instance, cambios=habia)


def al_cambiar_relacion(
    *,
    sender: type[models.Model],
    instance: models.Model,
    action: str,
    pk_set: set[int] | None,
    model: type[models.Model],
    **kwargs: Any,
) -> None:
    """Record the groups or permissions of a user or a group: those it had and those it has."""
    if action not in ("post_add", "pre_remove", "pre_clear") or pk_set == set():
        return
    a_el, al_otro = (
        next(f.attname for f in sender._meta.concrete_fields if f.related_model is m) for m in (type(instance), model)
    )
    tiene = set(sender._base_manager.filter(**{a_el: instance.pk}).values_list(al_otro, flat=True))
    cambian = pk_set or set()
    antes, despues = {
        "post_add": (tiene - cambian, tiene),
        "pre_remove": (tiene, tiene - cambian),
        "pre_clear": (tiene, set[int]()),
    }[action]
    if antes == despues:
        return
    nombres = {fila.pk: str(fila) for fila in model._base_manager.filter(pk__in=antes | despues)}
    listas = [sorted(nombres[pk] for pk in pks if pk in nombres) for pks in (antes, despues)]
    anotar("cambio", objeto=instance, cambios={model._meta.label_lower: listas})


def al_entrar(*, request: HttpRequest, user: "Usuario", **kwargs: Any) -> None:
    metricas.SESIONES.labels("correcta").inc()
    anotar("entrada", usuario=user)


def al_salir(*, request: HttpRequest, user: "Usuario | None", **kwargs: Any) -> None:
    if user is not None:
        anotar("salida", usuario=user)


def anotar_fallo(usuario: "Usuario", que: str, *, suceso: str = "fallo") -> None:
    """A failed attempt on the account of `usuario`: the first ones of each day. The audit is for ever, and strangers write its
    failures: they must stay few, however many there are (the metric and cuentas.intentos count them all).
    """
    from .models import Auditoria

    de_hoy = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    suyos = Auditoria.objects.filter(objeto=usuario._meta.label_lower, objeto_id=str(usuario.pk), suceso=suceso)
    if suyos.filter(en__gte=de_hoy).count() < FALLOS_POR_DIA:
        anotar(suceso, objeto=usuario, cambios={"que": que} if que else {})


def al_fallar(*, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    metricas.SESIONES.labels("fallida").inc()
    if not getattr(request, "axes_locked_out", False):
        _anotar_si_existe(credentials.get("username"), "fallo")


def al_bloquear(*, request: HttpRequest, username: str, **kwargs: Any) -> None:
    metricas.SESIONES.labels("bloqueada").inc()
    _anotar_si_existe(username, "bloqueo")


def _anotar_si_existe(nombre: str | None, suceso: str) -> None:
    """An invented name leaves nothing: anybody may invent as many as they like."""
    usuario = apps.get_model("inventario.usuario").objects.filter(username=nombre or "").first()
    if usuario is not None:
        anotar_fallo(usuario, "", suceso=suceso)


def auditados() -> list[type[models.Model]]:
    """Every model whose changes are audited."""
    del_dominio = [app.get_model(m) for app in apps.get_app_configs() for m in getattr(app, "auditados", ())]
    return [*map(apps.get_model, MODELOS), *del_dominio]


def conectar() -> None:
    for modelo in auditados():
        pre_save.connect(al_ir_a_guardar, sender=modelo)
        post_save.connect(al_guardar, sender=modelo)
        post_delete.connect(al_borrar, sender=modelo)
    usuario, grupo = apps.get_model("inventario.usuario"), apps.get_model("auth.group")
    for relacion in (usuario.groups.through, usuario.user_permissions.through, grupo.permissions.through):
        m2m_changed.connect(al_cambiar_relacion, sender=relacion)
    user_logged_in.connect(al_entrar)
    user_logged_out.connect(al_salir)
    user_login_failed.connect(al_fallar)
    user_locked_out.connect(al_bloquear)


def del_cliente(request: HttpRequest) -> str:
    """The address of the client. Each proxy of ours appends who called it to X-Forwarded-For, so with N of them the
    client is the Nth from the right; what stands to its left was written by the client and may be invented.
    """
    cadena = [x.strip() for x in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if x.strip()]
    if settings.DETRAS_DE_PROXY and len(cadena) >= settings.DETRAS_DE_PROXY:
        return cadena[-settings.DETRAS_DE_PROXY][:45]
    return request.META.get("REMOTE_ADDR", "")
