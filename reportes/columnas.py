"""The columns that several reports show: the name in the API, the heading, the type. A name means the same in all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventario.dominio import unidades
from lotes.models import SITUACIONES
from movimientos.models import Tipo
from movimientos.motivos import NOMBRES

TEXTO, ENTERO, DECIMAL, DINERO, COSTO, FECHA, OPCION = (
    "texto",
    "entero",
    "decimal",
    "dinero",
    "costo",
    "fecha",
    "opcion",
)
TIPOS_DE_COLUMNA = [TEXTO, ENTERO, DECIMAL, DINERO, COSTO, FECHA, OPCION]
NUMEROS = frozenset({ENTERO, DECIMAL, DINERO, COSTO})


@dataclass(frozen=True, slots=True)
class Columna:
    """`tipo` decides alignment, format on a page, and the type of a spreadsheet cell. `opciones` labels what programs know."""

    nombre: str
    titulo: str | Promise
    tipo: str = TEXTO
    opciones: Mapping[Any, str | Promise] = field(default_factory=dict)

    @property
    def es_numero(self) -> bool:
        return self.tipo in NUMEROS


_TIPOS = {**dict(Tipo.choices), "saldo_inicial": _("Saldo inicial")}

COLUMNAS = {
    c.nombre: c
    for c in (
        Columna("sku", _("SKU")),
        Columna("producto", _("Producto")),
        Columna("categoria", _("Categoría")),
        Columna("mes", _("Mes")),
        Columna("lineas", _("Líneas"), ENTERO),
        Columna("unidad", _("Unidad"), opciones=unidades.OPCIONES),
        Columna("codigo_almacen", _("Código de almacén")),
        Columna("almacen", _("Almacén")),
        Columna("lote", _("Lote")),
        Columna("estado", _("Estado"), OPCION, SITUACIONES),
        Columna("fecha_caducidad", _("Caduca"), FECHA),
        Columna("disponible", _("Disponible"), ENTERO),
        Columna("cantidad", _("Cantidad"), ENTERO),
        Columna("costo_unitario", _("Costo unitario"), COSTO),
        Columna("valor", _("Valor"), DINERO),
        Columna("sin_costo", _("Unidades sin costo"), ENTERO),
        Columna("fecha", _("Fecha"), FECHA),
        Columna("operacion", _("Operación"), ENTERO),
        Columna("tipo", _("Tipo"), OPCION, _TIPOS),
        Columna("codigo_motivo", _("Código de motivo")),
        Columna("motivo", _("Motivo"), opciones=NOMBRES),
        Columna("contraparte", _("Contraparte")),
        Columna("documento", _("Documento")),
        Columna("entradas", _("Entradas"), ENTERO),
        Columna("salidas", _("Salidas"), ENTERO),
        Columna("saldo", _("Saldo"), ENTERO),
    )
}
