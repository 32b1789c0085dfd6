"""The lines of a body of the API as a request takes them: what a scan, a SKU or a pack stands for, in units."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from inventario.cuentas.models import Usuario
from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.texto import normalizar_codigo
from inventario.dominio.transacciones import atomica
from lotes.codigos import Identificado, identificar_todos
from lotes.models import Lote
from productos.models import Empaque, Producto

from .models import Operacion
from .peticiones import LineaEntrada, Peticion

Lineas = list[dict[str, Any]]


def con_empaques(
    servicio: Callable[..., Operacion], peticion: Peticion, *, usuario: Usuario, empaques: Collection[int]
) -> Operacion:
    """What `servicio` makes of `peticion`, and that the packs `empaques` were recorded in: both, or neither."""
    if not empaques:
        return servicio(peticion, usuario=usuario)

    @atomica
    def juntos() -> Operacion:
        operacion = servicio(peticion, usuario=usuario)
        Empaque.objects.usar(empaques)
        return operacion

    return juntos()


class Resueltas:
    """`lineas`, each with its `producto` or `lote` by id and its `cantidad` in units; `empaques` are the ids of the packs
    that they name and in which nothing was recorded yet. A fixed number of queries. Raises DatosInvalidos naming every line
    of which something does not exist.
    """

    def __init__(self, lineas: Lineas, linea: type, hoy: date) -> None:
        self.lineas, self.linea = lineas, linea
        self.empaques: set[int] = set()
        self._leidos: dict[int, Empaque] = {}  # the packs whose codes were read
        self._errores: dict[str, list[Any]] = {}
        self._skus()
        self._codigos(hoy)
        self._empaques()
        if self._errores:
            raise DatosInvalidos(self._errores)

    def _mal(self, i: int, campo: str, porque: str) -> None:
        self._errores[f"lineas.{i}.{campo}"] = [porque]

    def _skus(self) -> None:
        skus = {normalizar_codigo(x["sku"]) for x in self.lineas if "sku" in x}
        ids = dict(Producto.objects.filter(sku__in=skus).values_list("sku", "pk")) if skus else {}
        for i, x in enumerate(self.lineas):
            if (sku := x.pop("sku", None)) is not None:
                x["producto"] = ids.get(normalizar_codigo(sku))
                if x["producto"] is None:
                    self._mal(i, "sku", _("No existe."))

    def _codigos(self, hoy: date) -> None:
        textos = {x["codigo"] for x in self.lineas if "codigo" in x}
        vistos = identificar_todos(textos, hoy) if textos else {}
        for i, x in enumerate(self.lineas):
            if (texto := x.pop("codigo", None)) is None:
                continue
            visto = vistos[texto]
            if porque := _no_sirve(visto) or (self._de_lote and not visto.lote and _sin_lote(visto)):
                self._mal(i, "codigo", porque)
            else:
                self._llenar(i, x, visto)

    @property
    def _de_lote(self) -> bool:
        """Whether the lines name lots that exist."""
        return "producto" not in self.linea.__dataclass_fields__  # type: ignore[attr-defined]  # each is a dataclass

    def _llenar(self, i: int, x: dict[str, Any], visto: Identificado) -> None:
        """What the code says of the line; where the line says another thing, that is a mistake that nobody should guess."""
        dice: dict[str, Any] = {"producto": visto.producto and visto.producto.pk}
        if self._de_lote:
            dice = {"lote": visto.lote and visto.lote.pk}
        elif self.linea is LineaEntrada:
            codigo = visto.codigo
            dice |= {"lote": visto.lote_codigo, "fecha_caducidad": codigo.caduca, "fecha_fabricacion": codigo.fabricado}
        for campo, valor in dice.items():
            if valor is None:
                continue
            if x.get(campo) and _igual(x[campo]) != _igual(valor):
                self._mal(i, campo, _("El código dice otra cosa: %(valor)s.") % {"valor": valor})
            x[campo] = x.get(campo) or valor
        self._contar(i, x, visto)

    def _contar(self, i: int, x: dict[str, Any], visto: Identificado) -> None:
        """How many of what: of the pack of the code, where it is of one. `_empaques` makes them units."""
        suyo, dicho = visto.empaque and visto.empaque.pk, x.get("empaque")
        if dicho is not None and dicho != suyo and (suyo or "cantidad" not in x):
            dice = _("unidades sueltas") if suyo is None else suyo
            self._mal(i, "empaque", _("El código dice otra cosa: %(valor)s.") % {"valor": dice})
        x["empaque"] = suyo or dicho
        if visto.empaque:
            self._leidos[visto.empaque.pk] = visto.empaque
        if x.setdefault("cantidad", visto.codigo.cantidad) is None:
            self._mal(i, "cantidad", _("El código no dice cuántas: falta la cantidad."))

    def _empaques(self) -> None:
        """Quantities told in packs, in units."""
        pedidos = {e for x in self.lineas if (e := x.get("empaque")) is not None}
        faltan = pedidos - self._leidos.keys()
        empaques = self._leidos | (Empaque.objects.in_bulk(faltan) if faltan else {})
        lotes = [x["lote"] for x in self.lineas if x.get("lote") is not None] if pedidos and self._de_lote else []
        de_lote: dict[Any, int] = dict(Lote.objects.filter(pk__in=lotes).values_list("pk", "producto")) if lotes else {}
        for i, x in enumerate(self.lineas):
            if (pk := x.pop("empaque", None)) is None:
                continue
            empaque = empaques.get(pk)
            producto = de_lote.get(x.get("lote")) if self._de_lote else x.get("producto")
            if empaque is None:
                self._mal(i, "empaque", _("No existe."))
            elif producto is not None and empaque.producto_id != producto:
                self._mal(i, "empaque", _("Es de otro producto."))
            elif x.get("cantidad") is not None:
                x["cantidad"] *= empaque.unidades
                if not empaque.usado:
                    self.empaques.add(empaque.pk)


def _no_sirve(visto: Identificado) -> str:
    """Why a line cannot be of what a code says."""
    if not visto.codigo.ok or visto.codigo.propuestas:
        return _("No se entiende el código: consulte codigos/leer.")
    if "lote_ambiguo" in visto.avisos:
        return _("Varios productos tienen un lote con ese código.")
    return "" if visto.producto else _("No existe.")


def _sin_lote(visto: Identificado) -> str:
    return _("Este producto no tiene ese lote.") if visto.codigo.lote else _("El código no dice el lote.")


def _igual(valor: Any) -> Any:
    return normalizar_codigo(valor) if isinstance(valor, str) else valor
