"""One page of a report, as people read it: sorted by any column, with figures that lead to what they sum."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from inventario.paginas import preferencias
from inventario.paginas.listas import Pagina
from inventario.paginas.tabla import NUMERO, PRINCIPAL, SEGUIDO, Tabla, cabeza_de, tabla
from inventario.plataforma.busqueda import plegar
from lotes.models import Almacen, Lote
from movimientos.models import Tipo
from productos.models import Categoria, Producto

from .columnas import FECHA, Columna
from .consulta import TOPE, Consulta, Fila
from .filtros import Filtro, con
from .formato import presentar
from .reporte import Reporte

FILAS = 50
PAGINAS_MAXIMAS = 200  # a longer report is filtered or exported


def leer(consulta: Consulta, columnas: Sequence[Columna], orden: str, numero: int, *, todas: bool = False) -> Pagina:
    """The rows of page `numero`, sorted by `orden`, for which the report is read whole; one of more than TOPE rows keeps its
    own order instead. `todas`: one page of all of them. Raises Http404 beyond the end.
    """
    por_pagina, total = (TOPE if todas else FILAS), consulta.cuantas()
    inicio = (numero - 1) * por_pagina
    if total > TOPE or not (orden or consulta.criba):
        filas = consulta.rebanada(inicio, por_pagina)
    else:
        enteras = _ordenar(consulta.rebanada(0, TOPE), columnas, orden)
        filas, total = enteras[inicio : inicio + por_pagina], len(enteras)
    if not filas and numero > 1:
        raise Http404
    hay_mas = inicio + len(filas) < total and numero < PAGINAS_MAXIMAS
    siguiente = numero + 1 if hay_mas and not todas else None
    return Pagina(filas, "pagina", siguiente, numero - 1 or None, numero, antes=inicio, total=total, tope=TOPE)


def _ordenar(filas: list[Fila], columnas: Sequence[Columna], orden: str) -> list[Fila]:
    """What is unknown comes last, either way."""
    n = next((i for i, c in enumerate(columnas) if c.nombre == orden.lstrip("-")), None)
    if n is None:
        return filas
    columna = columnas[n]

    def clave(fila: Fila) -> Any:
        return fila[n] if columna.es_numero or columna.tipo == FECHA else plegar(presentar(fila[n], columna))

    sabidas = sorted((f for f in filas if f[n] not in (None, "")), key=clave, reverse=orden.startswith("-"))
    return [*sabidas, *(f for f in filas if f[n] in (None, ""))]


def pintar(request: HttpRequest, reporte: Reporte, filtro: Filtro, consulta: Consulta, pagina: Pagina) -> Tabla:
    """The table of `pagina`, with the columns that the user chose."""
    columnas, orden = reporte.columnas(consulta), request.GET.get("orden", "")
    lista = f"{reporte.nombre}_{filtro.agrupar}"
    vistas = preferencias.elegidas(request.user, lista, [(c.nombre, False) for c in columnas])
    elegidas = [(i, c) for i, c in enumerate(columnas) if c.nombre in vistas]
    totales = consulta.totales()
    enlaces = Enlaces(reporte, filtro, consulta, pagina.filas, frozenset(totales))
    return tabla(
        request,
        lista,
        [cabeza_de(request, c.titulo, _clase(c), "" if pagina.hay_muchas else c.nombre, orden) for _i, c in elegidas],
        (enlaces.celdas(fila, elegidas) for fila in pagina),
        [presentar(totales.get(c.nombre), c) for _i, c in elegidas] if pagina.total else [],
        [(c.nombre, c.titulo, c.nombre in vistas) for c in columnas],
    )


def _clase(c: Columna) -> str:
    if c.es_numero:
        return NUMERO
    if c.nombre == "producto":
        return PRINCIPAL
    return SEGUIDO if c.tipo == FECHA or c.nombre in ("sku", "lote", "operacion") else ""


class Enlaces:
    """Where the cells of some rows lead: a product, a lot or an operation to its page; a sum, to the rows that it adds up."""

    def __init__(
        self, reporte: Reporte, filtro: Filtro, consulta: Consulta, filas: Sequence[Fila], sumas: frozenset[str]
    ) -> None:
        self.reporte, self.filtro, self.sumas = reporte, filtro, sumas
        self.donde = {nombre: i for i, nombre in enumerate(consulta.columnas)}
        skus = set(self._de("sku", filas))
        self.productos = dict(Producto.objects.filter(sku__in=skus).values_list("sku", "pk")) if skus else {}
        self.lotes = self._lotes(skus, set(self._de("lote", filas)))
        self.ids: Mapping[str, Mapping[Any, int]] = {
            "codigo_almacen": self._ids(filas, "codigo_almacen", Almacen.objects, "codigo"),
            "categoria": self._ids(filas, "categoria", Categoria.objects, "nombre"),
        }

    def _de(self, columna: str, filas: Sequence[Fila]) -> Iterator[Any]:
        if columna in self.donde:
            yield from (fila[self.donde[columna]] for fila in filas)

    def _lotes(self, skus: set[str], codigos: set[str]) -> dict[tuple[str, str], int]:
        if not codigos:
            return {}
        unico = self.filtro.producto or (self.filtro.lote and self.filtro.lote.producto_id)
        propios = {"producto__sku__in": skus} if skus else {"producto": unico}
        lotes = Lote.objects.filter(codigo__in=codigos, **propios).values_list("producto__sku", "codigo", "pk")
        return {(sku if skus else "", codigo): pk for sku, codigo, pk in lotes}

    def _ids(self, filas: Sequence[Fila], columna: str, objetos: Any, campo: str) -> dict[Any, int]:
        valores = set(self._de(columna, filas))
        return dict(objetos.filter(**{f"{campo}__in": valores}).values_list(campo, "pk")) if valores else {}

    def celdas(self, fila: Fila, columnas: Sequence[tuple[int, Columna]]) -> list[SafeString | str]:
        detalle = self._detalle(fila)
        return [self._celda(fila, presentar(fila[i], c), c, detalle) for i, c in columnas]

    def _celda(self, fila: Fila, texto: str, c: Columna, detalle: str) -> SafeString | str:
        sku = fila[self.donde["sku"]] if "sku" in self.donde else ""
        url = detalle if c.nombre in self.sumas else ""
        match c.nombre:
            case "producto":
                url = self._ficha("productos:detalle", self.productos.get(sku))
            case "lote":
                url = self._ficha("lotes:detalle", self.lotes.get((sku, texto)))
            case "operacion":
                url = self._ficha("movimientos:operacion", fila[self.donde["operacion"]])
        return format_html('<a href="{}">{}</a>', url, texto) if url and texto else texto

    @staticmethod
    def _ficha(ruta: str, pk: Any) -> str:
        return reverse(ruta, args=[pk]) if pk else ""

    def _detalle(self, fila: Fila) -> str:
        """The address of the rows that `fila` adds up."""
        if not self.reporte.detalle or self.filtro.agrupar == self.reporte.detalle:
            return ""
        cambios = dict(par for columna in self.donde for par in self._filtros(columna, fila[self.donde[columna]]))
        admitidos = {k: v for k, v in cambios.items() if k in self.reporte.filtros}
        return con(self.filtro, agrupar=self.reporte.detalle, **admitidos) if admitidos else ""

    def _filtros(self, columna: str, valor: Any) -> list[tuple[str, Any]]:
        """The filters that say what a row says in `columna`."""
        match columna:
            case "sku":
                return [("sku", valor)]
            case "codigo_motivo":
                return [("motivo", valor)]
            case "tipo" if valor in Tipo.values:
                return [("tipo", valor)]
            case "fecha" if isinstance(valor, date):
                return [("desde", valor), ("hasta", valor)]
            case "codigo_almacen" | "categoria" if valor in self.ids[columna]:
                return [("almacen" if columna == "codigo_almacen" else columna, self.ids[columna][valor])]
        return []
