"""What was counted."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from inventario.cuentas.models import Usuario
from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica
from lotes.models import Almacen

from .. import libro
from ..correcciones import corregido_desde
from ..costeo import Linea
from ..exceptions import MovidoDesde, RetroactivoImposible
from ..fefo import Saldo
from ..models import Movimiento, Operacion
from ..peticiones import Conteo, LineaConteo, desconocidos


@atomica
def ajustar(p: Conteo, *, usuario: Usuario, hoy: date | None = None) -> Operacion:
    """Set each balance to the quantity counted. What was right leaves no line; the count is recorded all the same.

    What was counted at a `secuencia` is compared with the balance of then, and only that difference is written: what moved
    since stays moved, and what other counts put right since is not put right twice. A lot counted twice in one request with
    different quantities is refused. Counts cannot be backdated.
    Raises DatosInvalidos (no such sequence yet), RetroactivoImposible, MovidoDesde (what left since takes it below zero).
    """
    autorizar(usuario, "movimientos.ajustar")
    a = libro.abrir(p, usuario=usuario, hoy=hoy, lotes={x.lote for x in p.lineas})
    if a.previa is not None:
        return a.previa
    if a.fecha < a.hoy:
        raise RetroactivoImposible(_("Un conteo dice lo que hay hoy: no puede llevar fecha pasada."))
    desconocidos("lote", p.lineas, {s.lote for s in a.saldos})
    almacenes = {x.almacen for x in p.lineas if x.almacen is not None}
    conocidos = set(Almacen.objects.filter(pk__in=almacenes).values_list("pk", flat=True)) if almacenes else set()
    desconocidos("almacen", p.lineas, {None, *conocidos})
    contado: dict[tuple[int, int], LineaConteo] = {}
    for i, x in enumerate(p.lineas):
        otro = contado.setdefault((x.lote, x.almacen or a.almacen.pk), x)
        if (otro.cantidad, otro.secuencia) != (x.cantidad, x.secuencia):
            raise DatosInvalidos({f"lineas.{i}.cantidad": [_("El mismo lote viene contado con otra cantidad.")]})
    conteos = _comparar(a, contado)
    renglones = [Linea(c.saldo, c.diferencia) for c in conteos if c.diferencia]
    return libro.asentar(a, renglones, contadas=[c.datos() for c in conteos if c.linea.secuencia is not None])


@dataclass(frozen=True, slots=True)
class _Contada:
    """`linea` against its balance: `saldo` now, `habia` when it was counted, `corregido` what counts put right since."""

    linea: LineaConteo
    saldo: Saldo
    habia: int
    corregido: int

    @property
    def diferencia(self) -> int:
        return self.linea.cantidad - self.habia - self.corregido

    @property
    def movido(self) -> int:
        return self.saldo.cantidad - self.habia - self.corregido

    def datos(self) -> dict[str, int]:
        return {
            "lote": self.saldo.lote,
            "almacen": self.saldo.almacen,
            "cantidad": self.linea.cantidad,
            "secuencia": self.linea.secuencia or 0,
            "habia": self.habia,
            "movido": self.movido,
            "diferencia": self.diferencia,
            "corregido": self.corregido,
        }


def _comparar(a: libro.Abierta, contado: dict[tuple[int, int], LineaConteo]) -> list[_Contada]:
    """Each line against what there was when it was counted. Raises DatosInvalidos, MovidoDesde."""
    saldos = {par: a.saldo(*par) for par in contado}
    pasados = {
        (*par, x.secuencia)
        for par, x in contado.items()
        if x.secuencia is not None and x.secuencia < saldos[par].secuencia
    }
    habia, corregido = saldos_de_entonces(pasados), corregido_desde(pasados)
    conteos, futuras = [], {}
    for i, (par, x) in enumerate(contado.items()):
        if x.secuencia is not None and x.secuencia > saldos[par].secuencia:
            futuras[f"lineas.{i}.secuencia"] = [_("Ese lote no se ha movido tantas veces.")]
        actual = x.secuencia is None or x.secuencia == saldos[par].secuencia
        de_entonces = saldos[par].cantidad if actual else habia.get((*par, x.secuencia or 0), 0)
        conteos.append(_Contada(x, saldos[par], de_entonces, corregido.get((*par, x.secuencia or 0), 0)))
    if futuras:
        raise DatosInvalidos(futuras)
    if bajo_cero := [c.datos() for c in conteos if c.saldo.cantidad + c.diferencia < 0]:
        raise MovidoDesde(contadas=bajo_cero)
    return conteos


def saldos_de_entonces(cuales: set[tuple[int, int, int]]) -> dict[tuple[int, int, int], int]:
    """What each (lot, warehouse) held after its line of that sequence."""
    lotes, almacenes, secuencias = ({c[i] for c in cuales} for i in range(3))
    lineas = Movimiento.objects.filter(lote__in=lotes, almacen__in=almacenes, secuencia__in=secuencias)
    filas = lineas.order_by().values_list("lote_id", "almacen_id", "secuencia", "saldo") if cuales else []
    return {(lote, almacen, secuencia): saldo for lote, almacen, secuencia, saldo in filas}
