"""What the database holds of what a file names, read in pieces; and what its fields take."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import ValidationError

from inventario.dominio.texto import plegar
from lotes.models import Almacen, Existencia, Lote
from productos.models import Categoria, Producto

from ..models import Operacion
from .cabecera import DE_PRODUCTO
from .models import LineaImportada

TROZO = 500
T = TypeVar("T")


class Recuerdo(NamedTuple):
    """What an import posted of a lot in a warehouse; `deshecha`, its operation was reversed."""

    cantidad: int
    importacion: int
    deshecha: bool


@dataclass(slots=True)
class Visto:
    """What the database holds of a product that the file names."""

    pk: int
    producto: Producto
    lotes: dict[str, tuple[int, date | None]] = field(default_factory=dict)
    saldos: dict[tuple[str, int], int] = field(default_factory=dict)  # (lot, warehouse) where something ever moved
    memoria: dict[tuple[str, int], Recuerdo] = field(default_factory=dict)


def en_trozos(cosas: Iterable[T]) -> Iterator[list[T]]:
    """So many at a time as a statement takes."""
    resto = iter(cosas)
    while trozo := list(islice(resto, TROZO)):
        yield trozo


def cambios(producto: Producto, dicho: dict[str, Any]) -> dict[str, Any]:
    """What the file would change of `producto`: by field, only what it says."""
    cambian = {c: v for c, v in dicho.items() if c in DE_PRODUCTO and c != "categoria" and v != getattr(producto, c)}
    if "categoria" in dicho and plegar(dicho["categoria"]) != plegar(
        producto.categoria.nombre if producto.categoria else ""
    ):
        cambian["categoria"] = dicho["categoria"]
    return cambian


def leer_almacenes() -> dict[str, Almacen]:
    """Every warehouse, by what it may be called; by "", the default one."""
    todos = list(Almacen.objects.order_by("activo", "-pk"))
    return {plegar(nombre): a for a in todos for nombre in (a.nombre, a.codigo)} | {
        "": next(a for a in todos if a.predeterminado)
    }


# The field that judges each text that a file says.
_CAMPOS: dict[str, Any] = {
    **{campo: Producto._meta.get_field(campo) for campo in DE_PRODUCTO if campo != "categoria"},
    "categoria": Categoria._meta.get_field("nombre"),
    "lote": Lote._meta.get_field("codigo"),
    "contraparte": Operacion._meta.get_field("contraparte"),
}


def limpiar(campo: str, valor: Any) -> Any:
    """`valor` as the model keeps it; the error where it may not."""
    modelo = _CAMPOS.get(campo)
    if modelo is None or isinstance(valor, bool):
        return valor
    try:
        return modelo.clean(modelo.to_python(valor), None)
    except ValidationError as error:
        return error


def codigo_de(error: ValidationError) -> tuple[str, dict[str, Any]]:
    primero = error.error_list[0]
    datos = {"detalle": " ".join(error.messages)}
    return {"max_length": "texto_largo", "gtin_invalido": "gtin_invalido"}.get(
        primero.code or "", "valor_invalido"
    ), datos


def leer_vistos(skus: Iterable[str]) -> Iterator[tuple[str, Visto]]:
    for trozo in en_trozos(skus):
        vistos = {p.pk: Visto(p.pk, p) for p in Producto.objects.filter(sku__in=trozo).select_related("categoria")}
        _con_lotes(vistos)
        yield from ((v.producto.sku, v) for v in vistos.values())


def _con_lotes(vistos: dict[int, Visto]) -> None:
    for pk, producto, codigo, caduca in Lote.objects.filter(producto__in=vistos).values_list(
        "pk", "producto_id", "codigo", "fecha_caducidad"
    ):
        vistos[producto].lotes[codigo] = (pk, caduca)
    movidas = Existencia.objects.filter(producto__in=vistos, secuencia__gt=0)
    for producto, codigo, almacen, cantidad in movidas.values_list(
        "producto_id", "lote__codigo", "almacen_id", "cantidad"
    ):
        vistos[producto].saldos[codigo, almacen] = cantidad
    recuerdos = LineaImportada.objects.filter(producto__in=vistos).values_list(
        "producto_id", "lote", "almacen_id", "cantidad", "importacion_id", "operacion__revertida_por"
    )
    for producto, codigo, almacen, cantidad, importacion, reverso in recuerdos:
        vistos[producto].memoria[codigo, almacen] = Recuerdo(cantidad, importacion, reverso is not None)
