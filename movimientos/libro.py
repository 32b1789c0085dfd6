"""The ledger's one writer. Nothing else inserts a `Movimiento` or assigns an `Existencia.cantidad`.

Every operation has the same shape: lock its products (`Producto.objects.bloqueados`, one query, primary key order),
read what they hold (`leer`, one query with a fresh snapshot), decide, and hand the lines to `asentar`, which writes the
operation, its ledger lines and the balances together (`escritura`), and announces it.
"""

import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from inventario import metricas
from inventario.exceptions import ClaveReutilizada, DatosInvalidos
from inventario.permisos import autorizar
from inventario.sql import arreglo, consultar, consultar_juntas, es_postgres
from lotes.models import Almacen, Existencia
from productos import bloqueo
from productos.bloqueo import ProductoBloqueado

from .escritura import escribir
from .exceptions import AlmacenInactivo, MotivoIncompatible, RetroactivoImposible, StockInsuficiente
from .fefo import Saldo
from .models import Motivo, Movimiento, Operacion, Tipo
from .signals import Leido, existencias_cambiadas

registro = logging.getLogger("inventario.operacion")

MOTIVO_POR_OMISION = {
    Tipo.ENTRADA: "compra",
    Tipo.DESPACHO: "despacho",
    Tipo.AJUSTE: "conteo",
    Tipo.TRASLADO: "traslado",
    Tipo.REVERSO: "correccion",
}


_CAMPOS_ALMACEN = [f.attname for f in Almacen._meta.concrete_fields]
_CAMPOS_MOTIVO = [f.attname for f in Motivo._meta.concrete_fields]
_OMISIONES = f"""
SELECT {", ".join(f"a.{c}" for c in _CAMPOS_ALMACEN)}, {", ".join(f"m.{c}" for c in _CAMPOS_MOTIVO)}
FROM lotes_almacen a, movimientos_motivo m WHERE a.predeterminado AND m.codigo = %s
"""  # noqa: S608  column names of the models


@dataclass(slots=True)
class Cabecera:
    """What every operation says of itself. `fecha_efectiva` defaults to `hoy`; `clave` is the idempotency key.

    `registrada_en` is now, but for who replays a history with the clock of each day (the demo): no door offers it.
    """

    tipo: str
    usuario: Any
    hoy: date
    almacen: Almacen
    motivo: Motivo
    almacen_destino: Almacen | None = None
    contraparte: str = ""
    documento: str = ""
    nota: str = ""
    fecha_efectiva: date | None = None
    clave: str | None = None
    huella: str = ""
    revierte: Operacion | None = None
    faltantes: list[dict[str, int]] | None = None
    registrada_en: datetime | None = None

    @property
    def fecha(self) -> date:
        return self.fecha_efectiva or self.hoy


@dataclass(slots=True)
class Linea:
    """A change of `cantidad` (signed) to the balance `saldo`."""

    saldo: Saldo
    cantidad: int
    vida_minima: int = 0
    excepcion_fefo: bool = False


_COLUMNAS = (
    "pk",
    "producto_id",
    "lote_id",
    "lote__codigo",
    "almacen_id",
    "lote__fecha_caducidad",
    "lote__estado",
    "lote__creado_en",
    "cantidad",
    "secuencia",
    "huella",
    "lote__costo_unitario",
)
# `creado_en` as a plain UTC timestamp: it only orders, and Django loads aware ones in Python, one by one.
_CON_STOCK = """
SELECT e.id, e.producto_id, e.lote_id, l.codigo, e.almacen_id, l.fecha_caducidad, l.estado,
    l.creado_en AT TIME ZONE 'UTC', e.cantidad, e.secuencia, e.huella, l.costo_unitario
FROM lotes_existencia e JOIN lotes_lote l ON l.id = e.lote_id
WHERE e.producto_id = ANY(%s::bigint[]) AND e.cantidad > 0
"""


def leer(*condiciones: Q, **filtro: Any) -> list[Saldo]:
    """Balances that match, as of now: call it after the lock."""
    existencias = Existencia.objects.filter(*condiciones, **filtro).order_by()
    return [Saldo._make(fila) for fila in existencias.values_list(*_COLUMNAS)]


def leer_con_stock(productos: Iterable[int]) -> list[Saldo]:
    """Everything that `productos` hold, in any warehouse: the query of every dispatch, so prepared on PostgreSQL."""
    ids = list(productos)
    if es_postgres():
        return Saldo.de_filas(consultar(_CON_STOCK, [arreglo(ids)]))
    return leer(producto__in=ids, cantidad__gt=0)


def abrir(
    tipo: Tipo, productos: Iterable[int], almacen: Almacen | None, motivo: Motivo | None, *, con_stock: bool = True
) -> tuple[Almacen, Motivo, list[ProductoBloqueado], list[Saldo]]:
    """Lock `productos` and read all they hold (unless not `con_stock`), with the warehouse and motive meant when none is
    said: one round trip on PostgreSQL when both are left out, as usual.
    """
    ids = set(productos)
    if almacen is None and motivo is None and es_postgres():
        stock = [(_CON_STOCK, [arreglo(ids)])] if con_stock else []
        omisiones, bloqueados, *saldos = consultar_juntas(
            (_OMISIONES, [MOTIVO_POR_OMISION[tipo]]), bloqueo.consulta(ids), *stock
        )
        if omisiones:
            suyos = [ProductoBloqueado._make(fila) for fila in bloqueados]
            return *_de_omisiones(omisiones[0]), suyos, Saldo.de_filas(saldos[0]) if saldos else []
    return *_por_omision(tipo, almacen, motivo), bloqueo.bloquear(ids), leer_con_stock(ids) if con_stock else []


def encabezar(
    tipo: Tipo,
    *,
    usuario: Any,
    hoy: date | None,
    almacen: Almacen | None,
    motivo: Motivo | None,
    contenido: Any,
    **resto: Any,
) -> Cabecera:
    """Fill in what was left out and check it: motive that fits, active warehouse, a date that may be used."""
    hoy = hoy or timezone.localdate()
    almacen, motivo = _por_omision(tipo, almacen, motivo)
    if not motivo.sirve_para(tipo) or not motivo.activo:
        raise MotivoIncompatible(motivo=motivo.codigo, tipo=str(tipo))
    cabecera = Cabecera(tipo=tipo, usuario=usuario, hoy=hoy, almacen=almacen, motivo=motivo, **resto)
    for a in (almacen, cabecera.almacen_destino):
        if a is not None and not a.activo and tipo in (Tipo.ENTRADA, Tipo.TRASLADO):
            raise AlmacenInactivo(almacen=a.pk)
    _comprobar_fecha(cabecera)
    if cabecera.clave:
        cabecera.huella = _sha256([tipo, almacen.pk, motivo.pk, *_textos(cabecera), cabecera.fecha_efectiva, contenido])
    return cabecera


def _por_omision(tipo: Tipo, almacen: Almacen | None, motivo: Motivo | None) -> tuple[Almacen, Motivo]:
    """The warehouse and the motive meant when none is said; both left out, as usual, come in one query."""
    codigo = MOTIVO_POR_OMISION.get(tipo)
    if almacen is None and motivo is None and es_postgres():
        for fila in consultar(_OMISIONES, [codigo]):
            return _de_omisiones(fila)
    almacen = almacen or Almacen.objects.predeterminado()
    return almacen, motivo or Motivo.objects.get(codigo=codigo)


def _de_omisiones(fila: tuple) -> tuple[Almacen, Motivo]:
    corte = len(_CAMPOS_ALMACEN)
    return (
        Almacen.from_db(DEFAULT_DB_ALIAS, _CAMPOS_ALMACEN, fila[:corte]),
        Motivo.from_db(DEFAULT_DB_ALIAS, _CAMPOS_MOTIVO, fila[corte:]),
    )


def _textos(c: Cabecera) -> tuple[str, str, str]:
    return c.contraparte, c.documento, c.nota


def _comprobar_fecha(c: Cabecera) -> None:
    if c.fecha > c.hoy:
        raise DatosInvalidos({"fecha_efectiva": [_("No puede ser futura.")]})
    if c.fecha < c.hoy:
        autorizar(c.usuario, "movimientos.retroactivo")
    if c.fecha < c.hoy - timedelta(days=settings.DIAS_RETROACTIVO):
        raise RetroactivoImposible(
            _("Solo se admiten fechas de los últimos %(dias)s días.") % {"dias": settings.DIAS_RETROACTIVO},
            dias=settings.DIAS_RETROACTIVO,
        )


def repetida(c: Cabecera) -> Operacion | None:
    """The operation that this idempotency key already made, if any. Call it after the lock: equal requests lock equal
    products, so the second one sees what the first wrote. Raises ClaveReutilizada when the request differs.
    """
    if not c.clave:
        return None
    previa = Operacion.objects.filter(usuario=c.usuario, clave_idempotencia=c.clave).first()
    if previa is None:
        return None
    if previa.huella != c.huella:
        raise ClaveReutilizada
    previa.es_repeticion = True
    previa.lineas = list(previa.movimientos.order_by("pk"))
    return previa


def asentar(c: Cabecera, lineas: Sequence[Linea], leido: Leido | None = None) -> Operacion:
    """Write the operation and its lines, move the balances, announce it. The products must be locked.

    Each (lot, warehouse) comes at most once. `leido` spares the alerts from reading again what the operation knows.
    Raises StockInsuficiente if a balance would go below zero, RetroactivoImposible if the running balance by effective
    date ever would.
    """
    _comprobar_saldos(lineas)
    if c.fecha < c.hoy:
        _comprobar_historia(c.fecha, lineas)
    operacion = Operacion(
        tipo=c.tipo,
        motivo=c.motivo,
        almacen=c.almacen,
        almacen_destino=c.almacen_destino,
        contraparte=c.contraparte,
        documento=c.documento,
        nota=c.nota,
        usuario=c.usuario,
        fecha_efectiva=c.fecha,
        registrada_en=c.registrada_en or timezone.now(),
        revierte=c.revierte,
        faltantes=c.faltantes,
        clave_idempotencia=c.clave or None,
        huella=c.huella,
    )
    operacion.sello = sello(operacion)
    operacion.lineas = [_movimiento(operacion, linea) for linea in lineas]
    escribir(operacion, operacion.lineas)
    if leido is not None:
        leido.movidos = [(x.saldo, x.saldo._replace(cantidad=x.saldo.cantidad + x.cantidad)) for x in lineas]
    existencias_cambiadas.send(
        sender=Operacion,
        operacion=operacion,
        producto_ids=sorted({x.saldo.producto for x in lineas}),
        hoy=c.hoy,
        leido=leido,
    )
    transaction.on_commit(lambda: _registrar(operacion))
    return operacion


def _movimiento(operacion: Operacion, linea: Linea) -> Movimiento:
    s = linea.saldo
    movimiento = Movimiento(
        tipo=operacion.tipo,
        producto_id=s.producto,
        lote_id=s.lote,
        almacen_id=s.almacen,
        fecha_efectiva=operacion.fecha_efectiva,
        cantidad=linea.cantidad,
        saldo=s.cantidad + linea.cantidad,
        secuencia=s.secuencia + 1,
        fecha_caducidad=s.fecha_caducidad,
        vida_minima=linea.vida_minima,
        excepcion_fefo=linea.excepcion_fefo,
    )
    movimiento.lote_codigo = s.lote_codigo  # so that whoever shows the line needs no query
    movimiento.huella = huella(s.huella, operacion.sello, movimiento)
    return movimiento


def _comprobar_saldos(lineas: Iterable[Linea]) -> None:
    cortas = [
        {
            "producto": x.saldo.producto,
            "lote": x.saldo.lote,
            "pedido": -x.cantidad,
            "disponible": x.saldo.cantidad,
            "falta": -x.cantidad - x.saldo.cantidad,
            "omitidos": [],
        }
        for x in lineas
        if x.saldo.cantidad + x.cantidad < 0
    ]
    if cortas:
        raise StockInsuficiente(lineas=cortas)


def _comprobar_historia(fecha: date, lineas: Iterable[Linea]) -> None:
    """Walk each balance back from today to `fecha`: with the new line in place it must never have been negative."""
    cambios = {(x.saldo.lote, x.saldo.almacen): x for x in lineas if x.cantidad < 0}
    despues = {clave: x.saldo.cantidad + x.cantidad for clave, x in cambios.items()}
    posteriores = (
        Movimiento.objects.filter(lote__in={lote for lote, _a in cambios}, fecha_efectiva__gt=fecha)
        .order_by("-fecha_efectiva", "-pk")
        .values_list("lote_id", "almacen_id", "cantidad", "fecha_efectiva")
    )
    for lote, almacen, cantidad, dia in posteriores:
        if (lote, almacen) in despues:
            despues[lote, almacen] -= cantidad
            if despues[lote, almacen] < 0:
                raise RetroactivoImposible(
                    _("El saldo habría sido negativo antes del %(dia)s.") % {"dia": dia},
                    lote=lote,
                    almacen=almacen,
                    dia=dia,
                )


def _sha256(contenido: Any) -> str:
    return hashlib.sha256(
        json.dumps(contenido, separators=(",", ":"), sort_keys=True, default=str).encode()
    ).hexdigest()


def _instante(momento: datetime) -> str:
    return momento.astimezone(UTC).isoformat(timespec="microseconds")


def sello(o: Operacion) -> str:
    """SHA-256 of what the operation says, but for its id."""
    return _sha256(
        [
            o.tipo,
            o.motivo_id,
            o.almacen_id,
            o.almacen_destino_id,
            o.contraparte,
            o.documento,
            o.nota,
            o.usuario_id,
            o.fecha_efectiva,
            _instante(o.registrada_en),
            o.revierte_id,
            o.faltantes,
            o.clave_idempotencia,
            o.huella,
        ]
    )


def huella(anterior: str, sello_operacion: str, m: Movimiento) -> str:
    """SHA-256 that chains a line to the one before it of the same lot and warehouse, and to its operation's seal."""
    contenido = (
        f"{anterior}|{sello_operacion}|{m.tipo}|{m.producto_id}|{m.lote_id}|{m.almacen_id}|{m.fecha_efectiva}|{m.cantidad}"
        f"|{m.saldo}|{m.secuencia}|{m.fecha_caducidad}|{m.vida_minima}|{int(m.excepcion_fefo)}"
    )
    return hashlib.sha256(contenido.encode()).hexdigest()


def _registrar(o: Operacion) -> None:
    metricas.OPERACIONES.labels(o.tipo).inc()
    registro.info(
        "operación %s %s",
        o.pk,
        o.tipo,
        extra={
            "operacion": o.pk,
            "tipo": o.tipo,
            "lineas": len(o.lineas),
            "usuario": o.usuario_id,
            "almacen": o.almacen_id,
        },
    )
