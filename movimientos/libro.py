"""The ledger's one writer. Nothing else inserts a `Movimiento` or assigns an `Existencia.cantidad`.

Every operation has the same shape: lock its products (`Producto.objects.bloqueados`, one query, primary key order),
read what they hold (`lectura`, one query with a fresh snapshot), decide, and hand the lines to `asentar`, which writes the
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
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventario.dominio.exceptions import ClaveReutilizada, DatosInvalidos
from inventario.dominio.permisos import autorizar
from inventario.plataforma import metricas
from lotes.models import Almacen

from .escritura import escribir
from .exceptions import AlmacenInactivo, MotivoIncompatible, RetroactivoImposible, StockInsuficiente
from .fefo import Saldo
from .lectura import por_omision
from .models import Motivo, Movimiento, Operacion, Tipo
from .signals import Leido, existencias_cambiadas

registro = logging.getLogger("inventario.operacion")


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
    almacen, motivo = por_omision(tipo, almacen, motivo)
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
