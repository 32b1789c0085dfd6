"""A row as somebody at a terminal names it: its id, its code, or any part of its name that no other has."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Model, Q
from django.utils.translation import gettext as _

from inventario.dominio.campos import entero_ascii
from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.texto import normalizar_clave, normalizar_codigo, normalizar_gtin, plegar
from inventario.plataforma.busqueda import que_contiene
from lotes.models import Almacen, Lote
from movimientos.models import Motivo
from productos.models import Categoria, Producto

CANDIDATOS = 10  # that are told


class _Nombrado(NamedTuple):
    """How rows of `modelo` are named: its `claves` whole, a piece of its `partes`. `clave` is what forms take."""

    modelo: type[Model]
    claves: dict[str, Callable[[str], str]]
    partes: tuple[str, ...]
    clave: str = "pk"


NOMBRADOS = {
    "producto": _Nombrado(Producto, {"sku": normalizar_codigo, "gtin": normalizar_gtin}, ("sku", "nombre")),
    "lote": _Nombrado(Lote, {"codigo": normalizar_codigo}, ("codigo",)),
    "almacen": _Nombrado(Almacen, {"codigo": normalizar_codigo}, ("codigo", "nombre")),
    "categoria": _Nombrado(Categoria, {}, ("nombre",)),
    "motivo": _Nombrado(Motivo, {"codigo": normalizar_clave}, ("codigo", "nombre"), "codigo"),
}


def hallar(campo: str, texto: str) -> Any:
    """What a form takes of the one row that `texto` names. Raises DatosInvalidos, which names the candidates where there are
    several.
    """
    que = NOMBRADOS[campo]
    filas = que.modelo._default_manager.all()
    exactas = Q(pk__in=[] if (numero := entero_ascii(texto)) is None else [numero])
    for columna, normalizar in que.claves.items():
        exactas |= Q(**{columna: normalizar(texto)})
    halladas = list(filas.filter(exactas).order_by("pk")[: CANDIDATOS + 1])
    if not halladas and plegar(texto):
        halladas = list(filas.filter(que_contiene(texto, *que.partes)).order_by(*que.partes, "pk")[: CANDIDATOS + 1])
        enteras = [f for f in halladas if any(plegar(getattr(f, p)) == plegar(texto) for p in que.partes)]
        halladas = enteras if len(enteras) == 1 else halladas
    if len(halladas) == 1:
        return getattr(halladas[0], que.clave)
    if not halladas:
        raise DatosInvalidos({campo: [_("Nada se llama así: «%(texto)s».") % {"texto": texto}]})
    primeras = "; ".join(map(_presentar, halladas[:CANDIDATOS])) + ("…" if len(halladas) > CANDIDATOS else "")
    raise DatosInvalidos({campo: [_("«%(texto)s» puede ser: %(filas)s.") % {"texto": texto, "filas": primeras}]})


def _presentar(fila: Model) -> str:
    nombre = f"{fila} · {fila.producto.nombre}" if isinstance(fila, Lote) else str(fila)
    if isinstance(fila, Almacen | Motivo):
        nombre = f"{fila.codigo} · {nombre}"
    return f"{nombre} (id {fila.pk})"
