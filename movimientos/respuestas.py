"""The answers about operations and the ledger, built by hand from rows already read: a dispatch must not pay for a
serializer that walks relations. The `…Respuesta` classes of `serializers` say their shape in the OpenAPI document, and a
test holds both together.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.timezone import localtime

from lotes.models import Lote

from .models import Movimiento, Operacion


def linea(m: Movimiento, codigo: str) -> dict[str, Any]:
    return {
        "id": m.pk,
        "producto": m.producto_id,
        "lote": m.lote_id,
        "lote_codigo": codigo,
        "fecha_caducidad": m.fecha_caducidad,
        "almacen": m.almacen_id,
        "cantidad": m.cantidad,
        "saldo": m.saldo,
        "secuencia": m.secuencia,
        "excepcion_fefo": m.excepcion_fefo,
    }


def linea_de_lista(m: Movimiento) -> dict[str, Any]:
    return {
        **linea(m, m.lote.codigo),
        "operacion": m.operacion_id,
        "tipo": m.tipo,
        "fecha_efectiva": m.fecha_efectiva,
        "costo_unitario": None if m.costo_unitario is None else f"{m.costo_unitario:.6f}",
        "sin_costo": abs(m.cantidad - m.con_costo),
    }


# Of a line counted at a sequence, in the order in which it is told: the database keeps none.
CONTADA = ("lote", "almacen", "cantidad", "secuencia", "habia", "movido", "diferencia", "corregido")


def por_guardar(o: Operacion, contadas: list[dict[str, int]] | None) -> dict[str, Any]:
    """What an answer about `o` says that other rows or settings decide, for one whose request may be repeated: it is answered
    again what it was answered first. And the lines `contadas` against a past balance, which the ledger does not tell.
    """
    dicho: dict[str, Any] = {}
    if o.clave_idempotencia:
        dicho |= {"motivo": o.motivo.codigo, "usuario": o.usuario.get_username(), "registrada_en": _momento(o)}
    return dicho | ({"lineas": contadas} if contadas else {})


def _momento(o: Operacion) -> str:
    texto = localtime(o.registrada_en).isoformat()
    return (
        texto.removesuffix("+00:00") + "Z" if texto.endswith("+00:00") else texto
    )  # as the API writes any other moment


def encabezado(o: Operacion, *, revertida_por: int | None) -> dict[str, Any]:
    primero = o.dicho if o.dicho and o.es_repeticion else {}
    actual = {
        "id": o.pk,
        "tipo": str(o.tipo),
        "motivo": o.motivo.codigo,
        "almacen": o.almacen_id,
        "almacen_destino": o.almacen_destino_id,
        "contraparte": o.contraparte,
        "documento": o.documento,
        "nota": o.nota,
        "usuario": o.usuario.get_username(),
        "fecha_efectiva": o.fecha_efectiva,
        "registrada_en": _momento(o),
        "revierte": o.revierte_id,
        "revertida_por": revertida_por,
    }
    return actual | {campo: valor for campo, valor in primero.items() if campo in actual}


def operacion(o: Operacion, movimientos: Iterable[Movimiento], *, revertida_por: int | None = None) -> dict[str, Any]:
    """The body of an operation. A repeat of its request must give what the first answer gave, so there
    `revertida_por` stays null.
    """
    movimientos = list(movimientos)
    codigos = {m.lote_id: m.lote_codigo for m in movimientos if hasattr(m, "lote_codigo")}
    if faltan := {m.lote_id for m in movimientos} - set(codigos):
        codigos |= dict(Lote.objects.filter(pk__in=faltan).values_list("pk", "codigo"))
    contadas = [{campo: x.get(campo, 0) for campo in CONTADA} for x in (o.dicho or {}).get("lineas", [])]
    movido = {(x["lote"], x["almacen"]): {"movido": x["movido"]} for x in contadas}
    return {
        **encabezado(o, revertida_por=revertida_por),
        "movimientos": [linea(m, codigos[m.lote_id]) | movido.get((m.lote_id, m.almacen_id), {}) for m in movimientos],
        "faltantes": o.faltantes or [],
        **({"lineas": contadas} if contadas else {}),
    }


def paso(m: Movimiento, *, revertida_por: int | None) -> dict[str, Any]:
    o = m.operacion
    return {
        "movimiento": m.pk,
        "operacion": o.pk,
        "tipo": m.tipo,
        "motivo": o.motivo.codigo,
        "contraparte": o.contraparte,
        "documento": o.documento,
        "almacen": m.almacen_id,
        "cantidad": m.cantidad,
        "fecha_efectiva": m.fecha_efectiva,
        "registrada_en": localtime(o.registrada_en),
        "usuario": o.usuario.get_username(),
        "revierte": o.revierte_id,
        "revertida_por": revertida_por,
    }
