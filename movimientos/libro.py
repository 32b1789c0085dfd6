"""The ledger's one writer. Nothing else inserts a `Movimiento` or assigns an `Existencia.cantidad`.

Every operation takes the same steps: authorise, `abrir` (lock its products, then read what they hold, what was meant where
nothing was said, and what its key already made; validate what is new), decide, and `asentar` (write the operation, its
ledger lines and the balances together, and announce it).
"""

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventario.cuentas.models import Usuario
from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.permisos import autorizar
from inventario.dominio.texto import componer, normalizar_clave, normalizar_texto
from inventario.plataforma import metricas
from lotes.models import Almacen
from productos.bloqueo import ProductoBloqueado

from . import cadena, repeticiones, respuestas
from .costeo import Linea, Valorada, valorar
from .exceptions import AlmacenInactivo, MotivoIncompatible, RetroactivoImposible, StockInsuficiente
from .fefo import Saldo
from .models import Motivo, Movimiento, Operacion, Tipo
from .motor import elegido as motor
from .peticiones import Peticion
from .signals import Cambio, existencias_cambiadas, existencias_por_cambiar

registro = logging.getLogger("inventario.operacion")


@dataclass
class Abierta:
    """An operation under way: what was asked, what was meant where nothing was said, and what its products hold, locked.

    `previa` is the operation that the same request already made: then there is nothing left to do but return it.
    """

    peticion: Peticion
    usuario: Usuario
    hoy: date
    almacen: Almacen
    motivo: Motivo
    almacen_destino: Almacen | None
    productos: list[ProductoBloqueado]
    saldos: list[Saldo]
    resumen: str = ""
    previa: Operacion | None = None

    @property
    def tipo(self) -> Tipo:
        return self.peticion.TIPO

    @property
    def fecha(self) -> date:
        """The effective date, on which expiry is judged."""
        return self.peticion.fecha_efectiva or self.hoy

    def saldo(self, lote: int, almacen: int) -> Saldo:
        """What `almacen` holds of `lote`, one of those read: zero where nothing ever was."""
        suyos = self._por_lote[lote]
        return next((s for s in suyos if s.almacen == almacen), None) or suyos[0].vacio_en(almacen)

    @cached_property
    def _por_lote(self) -> dict[int, list[Saldo]]:
        por_lote: dict[int, list[Saldo]] = {}
        for s in self.saldos:
            por_lote.setdefault(s.lote, []).append(s)
        return por_lote


def abrir(
    p: Peticion,
    *,
    usuario: Usuario,
    hoy: date | None,
    productos: Collection[int] = (),
    lotes: Collection[int] = (),
    con_stock: bool = True,
) -> Abierta:
    """Lock `productos`, or those of `lotes`, and read what the operation needs to decide (no balances without `con_stock`).

    A repetition is answered before anything is judged: only then is `p` validated. Raises also DatosInvalidos (no such
    warehouse or reason, a future date), PermissionDenied (a past date).
    """
    leido = motor.abrir(
        almacen=p.almacen,
        destino=p.almacen_destino,
        motivo=normalizar_clave(p.motivo or p.MOTIVO or ""),
        usuario=usuario.pk,
        clave=p.clave,
        productos=productos,
        lotes=lotes,
        con_stock=con_stock,
    )
    hoy = hoy or timezone.localdate()
    almacen, motivo = leido.almacen, leido.motivo
    if leido.previa is not None:
        previa = repeticiones.la_misma(p, leido.previa, motivo)
        return Abierta(p, usuario, hoy, previa.almacen, previa.motivo, None, [], [], previa=previa)
    p.validar()
    faltan = {"almacen": almacen is None, "motivo": motivo is None}
    faltan["almacen_destino"] = p.almacen_destino is not None and leido.destino is None
    if almacen is None or motivo is None or any(faltan.values()):
        raise DatosInvalidos({campo: [_("No existe.")] for campo, falta in faltan.items() if falta})
    a = Abierta(p, usuario, hoy, almacen, motivo, leido.destino, leido.productos, leido.saldos)
    if p.clave:
        a.resumen = p.resumen or cadena.resumen(p, almacen.pk, motivo.pk)
    _comprobar(a)
    return a


def _comprobar(a: Abierta) -> None:
    """A reason that fits, a date that may be used."""
    if not a.motivo.sirve_para(a.tipo):
        raise MotivoIncompatible(motivo=a.motivo.codigo, tipo=str(a.tipo))
    if a.fecha > a.hoy:
        raise DatosInvalidos({"fecha_efectiva": [_("No puede ser futura.")]})
    if a.fecha < a.hoy:
        autorizar(a.usuario, "movimientos.retroactivo")
    if a.fecha < a.hoy - timedelta(days=settings.DIAS_RETROACTIVO):
        raise RetroactivoImposible(
            _("Solo se admiten fechas de los últimos %(dias)s días.") % {"dias": settings.DIAS_RETROACTIVO},
            dias=settings.DIAS_RETROACTIVO,
        )


def asentar(
    a: Abierta,
    lineas: Sequence[Linea],
    *,
    faltantes: list[dict[str, int]] | None = None,
    revierte: Operacion | None = None,
    costos: Mapping[int, Decimal | None] | None = None,
    contadas: list[dict[str, int]] | None = None,
) -> Operacion:
    """Write the operation and its lines, move the balances, announce it. Each (lot, warehouse) comes at most once. `costos`: what
    lots cost from now on, where the lines alone do not say (a reversal).

    Raises AlmacenInactivo if something would come into a closed warehouse, StockInsuficiente if a balance would go below zero,
    RetroactivoImposible if the running balance by effective date ever would, DatosInvalidos if a lot would be worth more than can
    be kept.
    """
    _comprobar_almacenes(a, lineas)
    _comprobar_saldos(lineas)
    if a.fecha < a.hoy:
        _comprobar_historia(a.fecha, lineas)
    valoracion = valorar(lineas, a.saldos, costos)
    _comprobar_valor(valoracion.excesivos, lineas)
    operacion = _operacion(a, faltantes, revierte)
    operacion.dicho = respuestas.por_guardar(operacion, contadas) or None
    operacion.lineas = [_movimiento(operacion, x, v) for x, v in zip(lineas, valoracion.lineas, strict=True)]
    movidos = [
        (x.saldo, x.saldo._replace(cantidad=m.saldo, con_costo=m.saldo_con_costo))
        for x, m in zip(lineas, operacion.lineas, strict=True)
    ]
    cambio = Cambio(a.productos, a.saldos, movidos, valoracion.costos)
    sentencias = motor.costear(valoracion.costos)
    avisos: list[Any] = existencias_por_cambiar.send(sender=Operacion, cambio=cambio, hoy=a.hoy)
    sentencias += [sentencia for _receptor, suyas in avisos for sentencia in suyas]
    motor.escribir(operacion, operacion.lineas, sentencias)
    productos = sorted({x.saldo.producto for x in lineas})
    existencias_cambiadas.send(sender=Operacion, operacion=operacion, producto_ids=productos, hoy=a.hoy)
    transaction.on_commit(lambda: _registrar(operacion))
    return operacion


def _operacion(a: Abierta, faltantes: list[dict[str, int]] | None, revierte: Operacion | None) -> Operacion:
    p = a.peticion
    operacion = Operacion(
        tipo=a.tipo,
        motivo=a.motivo,
        almacen=a.almacen,
        almacen_destino=a.almacen_destino,
        contraparte=normalizar_texto(p.contraparte),
        documento=normalizar_texto(p.documento),
        nota=componer(p.nota),
        usuario=a.usuario,
        fecha_efectiva=a.fecha,
        registrada_en=p.registrada_en or timezone.now(),
        revierte=revierte,
        faltantes=faltantes,
        clave_idempotencia=p.clave or None,
        resumen=a.resumen,
    )
    operacion.sello = cadena.sello(operacion)
    return operacion


def _movimiento(operacion: Operacion, linea: Linea, valorada: Valorada) -> Movimiento:
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
        version=Movimiento.VERSION,
        estado_lote=s.estado,
        costo_unitario=valorada.costo_unitario,
        con_costo=valorada.con_costo,
        revaluo=valorada.revaluo,
    )
    movimiento.saldo_con_costo = s.con_costo + valorada.con_costo
    movimiento.lote_codigo = s.lote_codigo  # so that whoever shows the line needs no query
    movimiento.huella = cadena.huella(s.huella, operacion.sello, movimiento)
    return movimiento


def _comprobar_almacenes(a: Abierta, lineas: Iterable[Linea]) -> None:
    """Nothing comes into a warehouse that is closed, whatever the operation; what it holds may leave."""
    entran = {x.saldo.almacen for x in lineas if x.cantidad > 0}
    conocidos = [x for x in (a.almacen, a.almacen_destino) if x is not None]
    otros = entran - {x.pk for x in conocidos}
    for almacen in (*conocidos, *(Almacen.objects.filter(pk__in=otros) if otros else ())):
        if almacen.pk in entran and not almacen.activo:
            raise AlmacenInactivo(almacen=almacen.pk)


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


def _comprobar_valor(excesivos: Collection[int], lineas: Sequence[Linea]) -> None:
    if excesivos:
        codigos = sorted({x.saldo.lote_codigo for x in lineas if x.saldo.lote in excesivos})
        mensaje = _("El lote %(lote)s valdría más de lo que se puede llevar.")
        raise DatosInvalidos({"lineas": [mensaje % {"lote": codigo} for codigo in codigos]})


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


def _registrar(o: Operacion) -> None:
    metricas.OPERACIONES.labels(o.tipo).inc()
    registro.info(
        "operación %s %s",
        o.pk,
        o.tipo,
        extra={"operacion": o.pk, "tipo": o.tipo, "lineas": len(o.lineas)}
        | {"usuario": o.usuario_id, "almacen": o.almacen_id},
    )
