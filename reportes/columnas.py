"""Every column a report can show: its name in the API, its heading, its type. One name means one thing everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lotes.models import Lote
from movimientos.models import Tipo

from .selectors.caducidades import TRAMOS

TEXTO, ENTERO, DECIMAL, DINERO, COSTO, FECHA, OPCION = (
    "texto",
    "entero",
    "decimal",
    "dinero",
    "costo",
    "fecha",
    "opcion",
)
NUMEROS = frozenset({ENTERO, DECIMAL, DINERO, COSTO})


@dataclass(frozen=True, slots=True)
class Columna:
    """`tipo` decides alignment, format on a page, and the type of a spreadsheet cell. `opciones` labels the codes."""

    nombre: str
    titulo: Any
    tipo: str = TEXTO
    opciones: Mapping[str, Any] = field(default_factory=dict)

    @property
    def es_numero(self) -> bool:
        return self.tipo in NUMEROS


_TIPOS = {**dict(Tipo.choices), "saldo_inicial": _("Saldo inicial")}

COLUMNAS = {
    c.nombre: c
    for c in (
        Columna("sku", _("SKU")),
        Columna("producto", _("Producto")),
        Columna("unidad", _("Unidad")),
        Columna("categoria", _("Categoría")),
        Columna("codigo_almacen", _("Código de almacén")),
        Columna("almacen", _("Almacén")),
        Columna("lote", _("Lote")),
        Columna("estado", _("Estado"), OPCION, dict(Lote.Estado.choices)),
        Columna("fecha_caducidad", _("Caduca"), FECHA),
        Columna("dias", _("Días"), ENTERO),
        Columna("tramo", _("Tramo"), OPCION, dict(TRAMOS)),
        Columna("stock_minimo", _("Mínimo"), ENTERO),
        Columna("fisico", _("Físico"), ENTERO),
        Columna("disponible", _("Disponible"), ENTERO),
        Columna("no_disponible", _("No disponible"), ENTERO),
        Columna("cantidad", _("Cantidad"), ENTERO),
        Columna("vencido", _("Vencido"), ENTERO),
        Columna("valor_vencido", _("Valor vencido"), DINERO),
        Columna("caducado", _("De ello, caducado"), ENTERO),
        Columna("costo_unitario", _("Costo unitario"), COSTO),
        Columna("valor", _("Valor"), DINERO),
        Columna("sin_costo", _("Unidades sin costo"), ENTERO),
        Columna("fecha", _("Fecha"), FECHA),
        Columna("mes", _("Mes")),
        Columna("operacion", _("Operación"), ENTERO),
        Columna("tipo", _("Tipo"), OPCION, _TIPOS),
        Columna("codigo_motivo", _("Código de motivo")),
        Columna("motivo", _("Motivo")),
        Columna("contraparte", _("Contraparte")),
        Columna("documento", _("Documento")),
        Columna("usuario", _("Usuario")),
        Columna("lineas", _("Líneas"), ENTERO),
        Columna("entrada", _("Entrada"), ENTERO),
        Columna("salida", _("Salida"), ENTERO),
        Columna("entradas", _("Entradas"), ENTERO),
        Columna("salidas", _("Salidas"), ENTERO),
        Columna("neto", _("Neto"), ENTERO),
        Columna("valor_entradas", _("Valor de entradas"), DINERO),
        Columna("valor_salidas", _("Valor de salidas"), DINERO),
        Columna("saldo", _("Saldo"), ENTERO),
        Columna("saldo_inicial", _("Saldo inicial"), ENTERO),
        Columna("saldo_final", _("Saldo final"), ENTERO),
        Columna("consumo", pgettext_lazy("cantidad", "Consumo"), ENTERO),
        Columna("por_dia", _("Por día"), DECIMAL),
        Columna("consumo_anterior", _("Periodo anterior"), ENTERO),
        Columna("variacion", _("Variación %"), DECIMAL),
        Columna("dias_de_stock", _("Días de stock"), ENTERO),
        Columna("dias_observados", _("Días observados"), ENTERO),
        Columna("dias_sin_stock", _("Días sin stock"), ENTERO),
        Columna("porcentaje", _("% sin stock"), DECIMAL),
        Columna("veces", _("Veces"), ENTERO),
        Columna("ultimo_dia", _("Último día sin stock"), FECHA),
        Columna("productos_con_quiebre", _("Productos con quiebre"), ENTERO),
        Columna("sin_stock_ahora", _("Sin stock disponible hoy"), ENTERO),
        Columna("perdida", _("Dado de baja"), ENTERO),
        Columna("en_estante", _("Caducado en estante"), ENTERO),
        Columna("valor_en_estante", _("Valor en estante"), DINERO),
        Columna("en_estante_sin_costo", _("En estante sin costo"), ENTERO),
    )
}
