"""What is asked of a service: one frozen request per operation, its lines, and the checks that need no database.

Every door (page, API, admin, command, demo) builds one of these and hands it over with the user.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Self, TypeVar

from django.core.exceptions import ValidationError
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from inventario.dominio.campos import CANTIDAD_MAXIMA, validar_fecha
from inventario.dominio.dinero import MAXIMO, MILLONESIMA, redondear
from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.texto import normalizar_codigo, validar_codigo
from lotes.caducidad import fabricado_antes

from .models import Movimiento, Operacion, Tipo

LINEAS_MAXIMAS = 1000
Errores = dict[str, list[Any]]
_Clave = TypeVar("_Clave", bound=Hashable)


@dataclass(frozen=True, slots=True)
class LineaEntrada:
    """`cantidad` base units of lot `lote` (its printed code; may be left out only where expiry is not controlled)."""

    producto: int
    cantidad: int
    lote: str = ""
    fecha_caducidad: date | None = None
    costo_unitario: Decimal | None = None
    fecha_fabricacion: date | None = None


@dataclass(frozen=True, slots=True)
class LineaPedida:
    """`cantidad` base units of a product; `vida_minima` days of life, by default those the product asks for."""

    producto: int
    cantidad: int
    vida_minima: int | None = None


@dataclass(frozen=True, slots=True)
class LineaDeLote:
    """`cantidad` base units of lot `lote` (its id)."""

    lote: int
    cantidad: int


@dataclass(frozen=True, slots=True)
class LineaConteo:
    """`cantidad` base units counted of lot `lote` in `almacen` (by default that of the operation), when its last ledger line
    there was `secuencia` (by default, the last one of now).
    """

    lote: int
    cantidad: int
    almacen: int | None = None
    secuencia: int | None = None


@dataclass(frozen=True, kw_only=True)
class Peticion:
    """What every operation says of itself. What is left out takes its default: the default warehouse, the usual reason, today.

    Warehouses are ids, `motivo` is a code; past dates need `movimientos.retroactivo`; `clave` is the idempotency key: the same
    request again returns the same operation, with `es_repeticion` true. `resumen` tells it from another with that key: the
    pages and the API hash what they received, byte for byte; left out, its content is compared. `registrada_en` is now, but for
    who replays a history with the clock of each day (the demo): no door sets it.
    """

    TIPO: ClassVar[Tipo]
    MOTIVO: ClassVar[str | None] = None  # the code of the usual reason
    almacen: int | None = None
    almacen_destino: int | None = None
    motivo: str | None = None
    contraparte: str = ""
    documento: str = ""
    nota: str = ""
    fecha_efectiva: date | None = None
    clave: str | None = None
    resumen: str = ""
    registrada_en: datetime | None = None

    def validar(self) -> None:
        """Raise DatosInvalidos on what makes no sense as written, whatever the stock."""

    def contenido(self) -> list[object] | None:
        """What tells this request from another with the same header: JSON-ready, part of the hash kept with its key."""
        return None

    def contenidos(self, hecho: Sequence[Movimiento]) -> list[object]:
        """All that its `contenido` may have been when it wrote the lines `hecho`."""
        return [self.contenido()]


@dataclass(frozen=True, kw_only=True)
class ConLineas(Peticion):
    """A request with at least one line and at most 1000, of MINIMO to 10⁹ base units each."""

    LINEA: ClassVar[type]
    MINIMO: ClassVar[int] = 1
    lineas: Sequence[Any]

    def validar(self) -> None:
        if not self.lineas:
            raise DatosInvalidos({"lineas": [_("Falta al menos una línea.")]})
        if len(self.lineas) > LINEAS_MAXIMAS:
            raise DatosInvalidos({"lineas": [_("Como máximo %(n)s líneas.") % {"n": LINEAS_MAXIMAS}]})
        fuera = _("Debe ser un entero entre %(min)s y %(max)s.") % {"min": self.MINIMO, "max": CANTIDAD_MAXIMA}
        errores: Errores = {
            f"lineas.{i}.cantidad": [fuera]
            for i, x in enumerate(self.lineas)
            if type(x.cantidad) is not int or not self.MINIMO <= x.cantidad <= CANTIDAD_MAXIMA
        }
        if errores:
            raise DatosInvalidos(errores)


@dataclass(frozen=True, kw_only=True)
class Entrada(ConLineas):
    """Goods in."""

    TIPO = Tipo.ENTRADA
    MOTIVO = "compra"
    LINEA = LineaEntrada
    lineas: Sequence[LineaEntrada]

    def validar(self) -> None:
        super().validar()
        errores: Errores = {}
        for i, x in enumerate(self.lineas):
            errores |= {f"lineas.{i}.{campo}": mensajes for campo, mensajes in _errores_de_lote(x).items()}
        if errores:
            raise DatosInvalidos(errores)

    def contenido(self) -> list[object] | None:
        return [
            [
                x.producto,
                normalizar_codigo(x.lote),
                x.fecha_caducidad,
                x.cantidad,
                x.costo_unitario,
                x.fecha_fabricacion,
            ]
            for x in self.lineas
        ]

    def normalizada(self) -> Self:
        """The same with each lot code in its one spelling."""
        return replace(self, lineas=[replace(x, lote=normalizar_codigo(x.lote)) for x in self.lineas])


@dataclass(frozen=True, kw_only=True)
class Despacho(ConLineas):
    """Goods out in FEFO order; `parcial` takes what there is."""

    TIPO = Tipo.DESPACHO
    MOTIVO = "despacho"
    LINEA = LineaPedida
    lineas: Sequence[LineaPedida]
    parcial: bool = False

    def contenido(self) -> list[object] | None:
        return [self.parcial, [[x.producto, x.cantidad, x.vida_minima] for x in self.lineas]]


@dataclass(frozen=True, kw_only=True)
class Salida(ConLineas):
    """Goods out of lots that somebody chose. It must say its `motivo`."""

    TIPO = Tipo.SALIDA
    LINEA = LineaDeLote
    motivo: str
    lineas: Sequence[LineaDeLote]

    def contenido(self) -> list[object] | None:
        return [[x.lote, x.cantidad] for x in self.lineas]


@dataclass(frozen=True, kw_only=True)
class Baja(Peticion):
    """Everything that the warehouse holds expired, or only what it holds of `lotes` (ids)."""

    TIPO = Tipo.SALIDA
    MOTIVO = "caducado"
    lotes: Sequence[int] | None = None

    def contenido(self) -> list[object] | None:
        return ["baja", None if self.lotes is None else sorted(self.lotes)]

    def contenidos(self, hecho: Sequence[Movimiento]) -> list[object]:
        """A write-off used to be told apart by the exit that it made."""
        salida = [[m.lote_id, -m.cantidad] for m in hecho]
        de_antes = self.lotes is None or {m.lote_id for m in hecho} <= set(self.lotes)
        return [self.contenido(), *([salida] if de_antes else [])]


@dataclass(frozen=True, kw_only=True)
class Conteo(ConLineas):
    """What was counted, which may be nothing."""

    TIPO = Tipo.AJUSTE
    MOTIVO = "conteo"
    LINEA = LineaConteo
    MINIMO: ClassVar[int] = 0
    lineas: Sequence[LineaConteo]

    def contenido(self) -> list[object] | None:
        return [[x.lote, x.cantidad, x.almacen, *([] if x.secuencia is None else [x.secuencia])] for x in self.lineas]


@dataclass(frozen=True, kw_only=True)
class Traslado(ConLineas):
    """From `almacen` to `almacen_destino`."""

    TIPO = Tipo.TRASLADO
    MOTIVO = "traslado"
    LINEA = LineaDeLote
    almacen_destino: int
    lineas: Sequence[LineaDeLote]

    def contenido(self) -> list[object] | None:
        return [self.almacen_destino, [[x.lote, x.cantidad] for x in self.lineas]]


@dataclass(frozen=True, kw_only=True)
class Reverso(Peticion):
    """The opposite of `operacion`, in its warehouses and with its papers. It must say why in `nota`."""

    TIPO = Tipo.REVERSO
    MOTIVO = "correccion"
    operacion: Operacion

    def validar(self) -> None:
        if not self.nota.strip():
            raise DatosInvalidos({"nota": [_("Explique por qué se revierte.")]})

    def contenido(self) -> list[object] | None:
        return [self.operacion.pk]


def _errores_de_lote(x: LineaEntrada) -> Errores:
    """What is wrong with what an entry says of its lot, by field."""
    errores: Errores = {}
    revisiones: list[tuple[str, Any, Callable[[Any], None]]] = [("lote", normalizar_codigo(x.lote), validar_codigo)]
    revisiones += [(f, getattr(x, f), validar_fecha) for f in ("fecha_caducidad", "fecha_fabricacion")]
    for campo, valor, revisar in revisiones:
        try:
            if valor:
                revisar(valor)
        except ValidationError as error:
            errores[campo] = error.messages
    if len(normalizar_codigo(x.lote)) > 50:
        errores["lote"] = [_("Como máximo 50 caracteres.")]
    if not fabricado_antes(x.fecha_fabricacion, x.fecha_caducidad):
        errores["fecha_fabricacion"] = [_("No puede caducar antes de fabricarse.")]
    errores |= _errores_de_costo(x)
    return errores


def _errores_de_costo(x: LineaEntrada) -> Errores:
    costo = x.costo_unitario
    if costo is None:
        return {}
    if not (costo.is_finite() and 0 <= costo <= MAXIMO):
        return {"costo_unitario": [_("El costo no puede ser negativo ni tan grande.")]}
    if costo != redondear(costo, MILLONESIMA):
        return {"costo_unitario": [_("Como máximo 6 decimales.")]}
    if type(x.cantidad) is int and costo * x.cantidad > MAXIMO:
        return {"costo_unitario": [_("La línea valdría más de %(maximo)s.") % {"maximo": number_format(MAXIMO)}]}
    return {}


def desconocidos(campo: str, lineas: Sequence[Any], conocidos: set[Any]) -> None:
    """Raise DatosInvalidos naming each line whose `campo` is not among `conocidos`."""
    errores: Errores = {
        f"lineas.{i}.{campo}": [_("No existe.")]
        for i, linea in enumerate(lineas)
        if getattr(linea, campo) not in conocidos
    }
    if errores:
        raise DatosInvalidos(errores)


def sumar(pares: Iterable[tuple[_Clave, int]]) -> dict[_Clave, int]:
    """Quantities by key, repeated keys summed, in order of first mention."""
    total: dict[_Clave, int] = {}
    for clave, cantidad in pares:
        total[clave] = total.get(clave, 0) + cantidad
    return total
