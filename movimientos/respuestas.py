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


def encabezado(o: Operacion, *, revertida_por: int | None) -> dict[str, Any]:
    return {
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
        "registrada_en": localtime(o.registrada_en),
        "revierte": o.revierte_id,
        "revertida_por": revertida_por,
    }


def operacion(o: Operacion, movimientos: Iterable[Movimiento], *, revertida_por: int | None = None) -> dict[str, Any]:
    """The body of an operation. A repeat of its request must give what the first answer gave, so there
    `revertida_por` stays null.
    """
    movimientos = list(movimientos)
    codigos = {m.lote_id: m.lote_codigo for m in movimientos if hasattr(m, "lote_codigo")}
    if faltan := {m.lote_id for m in movimientos} - set(codigos):
        codigos |= dict(Lote.objects.filter(pk__in=faltan).values_list("pk", "codigo"))
    return {
        **encabezado(o, revertida_por=revertida_por),
        "movimientos": [linea(m, codigos[m.lote_id]) for m in movimientos],
        "faltantes": o.faltantes or [],
    }


def paso(m: Movimiento) -> dict[str, Any]:
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
    }
