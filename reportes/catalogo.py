"""The reports, each declared once: page, API, exports and command are made from this declaration."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from . import informes
from .columnas import COLUMNAS, Columna
from .consulta import Consulta
from .filtros import Filtro, FiltroForm


@dataclass(frozen=True, slots=True)
class Reporte:
    """`agrupaciones`: the ways to group, the first by default. `definiciones`: what its figures mean, as on the page."""

    nombre: str
    titulo: Any
    descripcion: Any
    consulta: Callable[[Filtro], Consulta]
    filtros: tuple[str, ...]
    agrupaciones: Mapping[str, Any]
    definiciones: tuple[Any, ...]
    exige_producto: bool = False

    def formulario(self, datos: Any, *, hoy: date) -> FiltroForm:
        return FiltroForm(datos, reporte=self, hoy=hoy)

    def columnas(self, consulta: Consulta) -> list[Columna]:
        return [COLUMNAS[nombre] for nombre in consulta.columnas]

    @property
    def parametros(self) -> set[str]:
        """What may be asked in a URL."""
        return {*self.filtros, "agrupar"} if len(self.agrupaciones) > 1 else set(self.filtros)


LUGAR = ("producto", "sku", "categoria", "almacen", "lote", "codigo_lote")
PERIODO = ("desde", "hasta")
VALOR = _(
    "El valor es la cantidad por el costo unitario actual de cada lote. Lo que no tiene costo conocido no suma valor: "
    "se dice aparte cuántas unidades son."
)
ANTERIOR = _("El periodo anterior son los mismos días justo antes.")
REVERSO = _("Revertir una operación resta, en el día en que se revierte.")

REPORTES = {
    r.nombre: r
    for r in (
        Reporte(
            "existencias",
            _("Existencias"),
            _("Qué hay, dónde está y cuánto vale."),
            informes.existencias,
            LUGAR,
            {"producto": _("Producto"), "lote": _("Lote"), "almacen": _("Almacén"), "categoria": _("Categoría")},
            (
                _("Físico es todo lo que hay."),
                _(
                    "Disponible es lo que hoy se puede despachar: lotes sin retener ni retirar que no han caducado. "
                    "Un lote sirve hasta la fecha impresa, ese día incluido."
                ),
                VALOR,
            ),
        ),
        Reporte(
            "caducidades",
            _("Caducidades"),
            _("Qué caduca, cuándo, y cuánto dinero está en riesgo."),
            informes.caducidades,
            (*LUGAR, "dias"),
            {"lote": _("Lote"), "producto": _("Producto"), "tramo": _("Tramo")},
            (
                _("Los días son los que faltan hasta la fecha de caducidad: 0 es hoy, y hoy todavía sirve."),
                _("Vencido es lo que caducó ayer o antes y sigue en el almacén."),
                _("Los lotes sin fecha de caducidad no aparecen."),
                VALOR,
            ),
        ),
        Reporte(
            "movimientos",
            _("Movimientos"),
            _("Todo lo que entró y salió en un periodo."),
            informes.movimientos,
            (*LUGAR, "motivo", "tipo", *PERIODO),
            {
                "linea": _("Línea"),
                "dia": _("Día"),
                "tipo": _("Tipo"),
                "motivo": _("Motivo"),
                "producto": _("Producto"),
            },
            (
                _("Cada línea cuenta en su fecha efectiva, que puede ser anterior a la de registro."),
                _(
                    "Entradas suma las líneas positivas y salidas las negativas. Un traslado es una salida de un "
                    "almacén y una entrada en otro; un reverso es una línea de signo contrario."
                ),
                _("Saldo es el que quedó en ese lote y almacén cuando se registró la línea."),
                ANTERIOR,
                VALOR,
            ),
        ),
        Reporte(
            "kardex",
            _("Kardex"),
            _("La tarjeta de un producto o un lote: saldo inicial, cada línea y el saldo después de ella."),
            informes.kardex,
            (*LUGAR[:2], *LUGAR[3:], *PERIODO),
            {"linea": _("Línea")},
            (
                _("El saldo inicial es el del cierre del día anterior al periodo, por fecha efectiva."),
                _("Las líneas van por fecha efectiva y, dentro de un día, en el orden en que se registraron."),
                _("Si el periodo llega hasta hoy, el último saldo es lo que hay."),
            ),
            exige_producto=True,
        ),
        Reporte(
            "existencias_a_fecha",
            _("Existencias a una fecha"),
            _("Qué había al cierre de un día."),
            informes.existencias_a_fecha,
            (*LUGAR, "fecha"),
            {"producto": _("Producto"), "lote": _("Lote")},
            (
                _("Es la suma de las líneas con fecha efectiva hasta ese día, incluido."),
                _("De ello, caducado es lo que ese día ya había caducado."),
                _(
                    "Una operación registrada después con fecha pasada cambia lo que se ve: es lo que hoy se sabe "
                    "de aquel día."
                ),
                VALOR,
            ),
        ),
        Reporte(
            "consumo",
            _("Consumo"),
            _("Qué se usa, a qué ritmo, y para cuántos días alcanza lo que queda."),
            informes.consumo,
            (*LUGAR, "motivo", *PERIODO),
            {"producto": _("Producto"), "dia": _("Día"), "motivo": _("Motivo"), "almacen": _("Almacén")},
            (
                _(
                    "Consumo son las salidas cuyo motivo cuenta como consumo (despacho y consumo interno, al empezar). "
                    "Bajas, devoluciones, conteos y traslados no lo son."
                ),
                REVERSO,
                _("Por día reparte el consumo entre todos los días del periodo."),
                _("Días de stock es lo disponible hoy dividido por el consumo de cada día, en días enteros."),
                ANTERIOR,
                VALOR,
            ),
        ),
        Reporte(
            "quiebres",
            _("Quiebres de stock"),
            _("Qué faltó, cuántos días y cuántas veces."),
            informes.quiebres,
            (*LUGAR[:4], *PERIODO),
            {"producto": _("Producto")},
            (
                _(
                    "Un día sin stock es un día que cierra, por fecha efectiva, con cero unidades de lotes sin "
                    "caducar ese día. Un lote que caduca el 10 cuenta el 10 y no el 11."
                ),
                _(
                    "Los lotes retenidos o retirados cuentan como stock: el libro no dice en qué días lo estuvieron. "
                    "La columna Disponible, de hoy, sí los descuenta."
                ),
                _("Se observa desde el primer movimiento del producto; antes, no faltaba: no se tenía."),
                _("Solo productos activos. Veces cuenta los periodos seguidos sin stock."),
            ),
        ),
        Reporte(
            "perdidas",
            _("Pérdidas por caducidad"),
            _("Qué se dio de baja por caducado, y qué caducado sigue en el estante."),
            informes.perdidas,
            (*LUGAR, "motivo", *PERIODO),
            {"producto": _("Producto"), "mes": _("Mes")},
            (
                _("Dado de baja son las salidas con motivo «caducado» (u otro, si se pide) en el periodo."),
                REVERSO,
                _(
                    "Caducado en estante es lo que hoy ha caducado y nadie ha dado de baja todavía. Va aparte y no se "
                    "suma: será pérdida cuando salga."
                ),
                ANTERIOR,
                VALOR,
            ),
        ),
    )
}
