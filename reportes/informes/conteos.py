"""How right the books were, as counts found them: by line, unit and value; of each session, person, category and warehouse."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Abs, Coalesce, TruncMonth
from django.utils.formats import number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from inventario.dominio.dinero import Importe, redondear
from lotes.models import Existencia
from movimientos.conteos.models import Conteo, LineaDelConteo, NumeroContado

from ..columnas import DECIMAL, DINERO, ENTERO, OPCION, Columna
from ..consulta import Consulta, Fila
from ..filtros import Filtro
from ..graficas import Grafica, Serie
from ..reporte import LUGAR, PERIODO, REDONDEO, Reporte
from ..sumas import TOPE_DE_GRAFICA, suma, suma_valor

CONTADA = ~Q(estado=LineaDelConteo.Estado.SIN_CONTAR)
VISIBLES = (Conteo.Estado.CERRADO, Conteo.Estado.APROBANDO, Conteo.Estado.APROBADO)
MEDIDAS = (
    "lineas",
    "contadas",
    "recontadas",
    "exactas",
    "exactitud",
    "exactitud_unidades",
    "valor",
    "desvio",
    "exactitud_valor",
)
# How to group: the key, what is read beside it, and the columns of both.
# What the books lacked at the moment of the number that stands, whatever was put right since.
FALTABA = F("cantidad") - F("habia")
GRUPOS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "conteo": (("conteo",), ("conteo__cerrado_en__date", "conteo__almacen__nombre"), ("conteo", "fecha", "almacen")),
    "producto": (("producto__sku",), ("producto__nombre",), ("sku", "producto")),
    "categoria": (("de_categoria",), (), ("categoria",)),
    "almacen": (("conteo__almacen__codigo",), ("conteo__almacen__nombre",), ("codigo_almacen", "almacen")),
    "mes": (("de_mes",), (), ("mes",)),
}


def consultar(filtro: Filtro) -> Consulta:
    """What the sessions that closed in the period found, or one session: per line, or added up. `persona` counts numbers, and
    `cobertura` how much of what there is was counted.
    """
    lineas = LineaDelConteo.objects.filter(_condicion(filtro)).order_by()
    comun: dict[str, Any] = {"totales": lambda: _totales(lineas), "grafica": lambda: _grafica(lineas)}
    if filtro.agrupar == "linea":
        return Consulta(
            base=lineas,
            clave=("conteo", "orden", "pk"),
            campos=(
                *("producto__sku", "producto__nombre", "lote__codigo", "conteo__almacen__nombre", "estado", "cantidad"),
                *("habia", "diferencia", "costo_unitario", "operacion"),
            ),
            columnas=(
                *("conteo", "sku", "producto", "lote", "almacen", "estado_linea", "contado", "habia", "diferencia"),
                *("valor_diferencia", "contaron", "operacion"),
            ),
            completar=_de_lineas,
            **comun,
        )
    if filtro.agrupar == "persona":
        return _por_persona(lineas, comun)
    return _cobertura(filtro, comun) if filtro.agrupar == "cobertura" else _por_grupo(lineas, filtro.agrupar, comun)


def _condicion(filtro: Filtro, prefijo: str = "") -> Q:
    """Of the filter, on lines: `prefijo` leads to them."""
    pedido: dict[str, Any] = {
        "conteo": filtro.conteo,
        "conteo__cerrado_en__date__range": None if filtro.conteo else filtro.periodo,
        "producto": filtro.producto,
        "producto__categoria": filtro.categoria,
        "conteo__almacen": filtro.almacen,
        "lote": filtro.lote,
        "lote__codigo": filtro.codigo_lote,
    }
    dicho = {prefijo + campo: valor for campo, valor in pedido.items() if valor}
    return Q(**{f"{prefijo}conteo__estado__in": VISIBLES}, **dicho)


def _de_lineas(filas: Sequence[Fila]) -> list[Fila]:
    ids = [fila[2] for fila in filas]
    contaron = defaultdict(list)
    numeros = NumeroContado.objects.filter(linea__in=ids).order_by("pk")
    for linea, usuario, cantidad, cuando in numeros.values_list("linea", "usuario__username", "cantidad", "contado_en"):
        contaron[linea].append(
            f"{usuario} {number_format(cantidad, force_grouping=True)} ({localtime(cuando):%Y-%m-%d %H:%M})"
        )
    salida = []
    for conteo, _orden, pk, *resto, diferencia, costo, operacion in filas:
        valor = None if costo is None or diferencia is None else redondear(diferencia * costo)
        salida.append((conteo, *resto, diferencia, valor, "; ".join(contaron[pk]), operacion))
    return salida


def _medidas() -> dict[str, Any]:
    return {
        "lineas": Count("pk"),
        "n_contadas": Count("pk", filter=CONTADA),
        "n_recontadas": Count("pk", filter=Q(personas__gt=1)),
        "n_exactas": Count("pk", filter=CONTADA & Q(cantidad=F("habia"))),
        "unidades": suma("habia"),
        "desvio_unidades": suma(Abs(FALTABA)),
        "importe": suma_valor(Importe(F("habia"), F("costo_unitario"))),
        "desvio_importe": suma_valor(Importe(Abs(FALTABA), F("costo_unitario"))),
    }


def _como_salida(fila: Sequence[Any]) -> Fila:
    lineas, contadas, recontadas, exactas, unidades, desvio, importe, desvio_importe = fila
    return (
        *(lineas, contadas, recontadas, exactas, porcentaje(exactas, contadas)),
        porcentaje(unidades - desvio, unidades),
        *(redondear(importe), redondear(desvio_importe), porcentaje(importe - desvio_importe, importe)),
    )


def porcentaje(parte: Decimal | int, todo: Decimal | int) -> Decimal | None:
    """With one decimal, never below zero; None of nothing."""
    if todo <= 0:
        return None
    return (max(Decimal(parte), Decimal(0)) * 100 / Decimal(todo)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _por_grupo(lineas: QuerySet[LineaDelConteo], agrupar: str, comun: dict[str, Any]) -> Consulta:
    clave, campos, columnas = GRUPOS[agrupar]
    lineas = lineas.annotate(
        de_categoria=Coalesce("producto__categoria__nombre", Value("")), de_mes=TruncMonth("conteo__cerrado_en")
    )
    n = len(clave) + len(campos)

    def completar(filas: Sequence[Fila]) -> list[Fila]:
        return [(*_de_clave(agrupar, fila[:n]), *_como_salida(fila[n:])) for fila in filas]

    return Consulta(
        base=lineas.values(*clave, *campos).annotate(**_medidas()),
        clave=clave,
        campos=(*campos, *_medidas()),
        columnas=(*columnas, *MEDIDAS),
        completar=completar,
        **comun,
    )


def _de_clave(agrupar: str, clave: Fila) -> Fila:
    return (f"{localtime(clave[0]):%Y-%m}",) if agrupar == "mes" else clave


def _por_persona(lineas: QuerySet[LineaDelConteo], comun: dict[str, Any]) -> Consulta:
    """Each number of each person: right when it says the difference that the line ended with."""
    numeros = NumeroContado.objects.filter(linea__in=lineas.values("pk")).order_by()
    dijo = F("habia") + F("linea__cantidad") - F("linea__habia")
    numeros = numeros.annotate(acierta=Case(When(cantidad=dijo, then=1), default=0))

    def totales() -> dict[str, Any]:
        fila = numeros.aggregate(numeros=Count("pk"), aciertos=suma("acierta"))
        return fila | {"exactitud": porcentaje(fila["aciertos"], fila["numeros"])}

    return Consulta(
        base=numeros.values("usuario__username").annotate(numeros=Count("pk"), aciertos=suma("acierta")),
        clave=("usuario__username",),
        campos=("numeros", "aciertos"),
        columnas=("persona", "numeros", "aciertos", "exactitud"),
        completar=lambda filas: [(p, n, bien, porcentaje(bien, n)) for p, n, bien in filas],
        **comun | {"totales": totales},
    )


def _cobertura(filtro: Filtro, comun: dict[str, Any]) -> Consulta:
    """Of what the warehouses hold today, how many lots somebody counted."""
    aqui = {"linea__lote": OuterRef("lote"), "linea__conteo__almacen": OuterRef("almacen")}
    contadas = NumeroContado.objects.filter(_condicion(filtro, "linea__"), **aqui)
    hay = Existencia.objects.con_stock().filter(filtro.de_existencias).order_by()
    hay = hay.annotate(de_categoria=Coalesce("producto__categoria__nombre", Value("")), contada=Exists(contadas))

    def totales() -> dict[str, Any]:
        fila = hay.aggregate(lotes_en_stock=Count("pk"), contadas=Count("pk", filter=Q(contada=True)))
        return fila | {"cobertura": porcentaje(fila["contadas"], fila["lotes_en_stock"])}

    return Consulta(
        base=hay.values("de_categoria").annotate(n=Count("pk"), vistas=Count("pk", filter=Q(contada=True))),
        clave=("de_categoria",),
        campos=("n", "vistas"),
        columnas=("categoria", "lotes_en_stock", "contadas", "cobertura"),
        completar=lambda filas: [(c, n, vistas, porcentaje(vistas, n)) for c, n, vistas in filas],
        **comun | {"totales": totales},
    )


def _totales(lineas: QuerySet[LineaDelConteo]) -> dict[str, Any]:
    medidas = _medidas()
    fila = lineas.aggregate(**medidas)
    return dict(zip(MEDIDAS, _como_salida([fila[m] for m in medidas]), strict=True))


def _grafica(lineas: QuerySet[LineaDelConteo]) -> Grafica:
    """The last sessions, oldest first."""
    ultimas = lineas.values("conteo", "conteo__cerrado_en__date").annotate(**_medidas()).order_by("-conteo")
    filas = list(ultimas.values_list("conteo__cerrado_en__date", *_medidas())[:TOPE_DE_GRAFICA])[::-1]
    salidas = [dict(zip(MEDIDAS, _como_salida(fila[1:]), strict=True)) for fila in filas]
    return Grafica(
        _("Exactitud de cada conteo, en %"),
        [f"{fila[0]:%d/%m}" for fila in filas],
        [
            Serie(_("Por línea"), [x["exactitud"] or 0 for x in salidas], "1"),
            Serie(_("Por unidad"), [x["exactitud_unidades"] or 0 for x in salidas], "2"),
        ],
    )


REPORTE = Reporte(
    nombre="conteos",
    titulo=_("Exactitud de los conteos"),
    descripcion=_("Qué tan ciertos eran los libros, quién contó qué, y cuánto se ha contado."),
    consulta=consultar,
    filtros=("conteo", *LUGAR, *PERIODO),
    agrupaciones={
        "conteo": _("Conteo"),
        "linea": _("Línea"),
        "producto": _("Producto"),
        "categoria": _("Categoría"),
        "almacen": _("Almacén"),
        "persona": _("Persona"),
        "mes": _("Mes"),
        "cobertura": _("Cobertura por categoría"),
    },
    columnas_propias=(
        Columna("conteo", _("Conteo"), ENTERO),
        Columna("estado_linea", _("Estado"), OPCION, dict(LineaDelConteo.Estado.choices)),
        Columna("contado", _("Contado"), ENTERO),
        Columna("habia", _("Había"), ENTERO),
        Columna("diferencia", _("Diferencia"), ENTERO),
        Columna("valor_diferencia", _("Valor de la diferencia"), DINERO),
        Columna("contaron", _("Contaron")),
        Columna("contadas", _("Contadas"), ENTERO),
        Columna("recontadas", _("Contadas por varios"), ENTERO),
        Columna("exactas", _("Sin diferencia"), ENTERO),
        Columna("exactitud", _("Exactitud %"), DECIMAL),
        Columna("exactitud_unidades", _("Exactitud por unidad %"), DECIMAL),
        Columna("desvio", _("Valor de las diferencias"), DINERO),
        Columna("exactitud_valor", _("Exactitud por valor %"), DECIMAL),
        Columna("persona", _("Persona")),
        Columna("numeros", _("Números"), ENTERO),
        Columna("aciertos", _("Aciertos"), ENTERO),
        Columna("lotes_en_stock", _("Lotes en existencia"), ENTERO),
        Columna("cobertura", _("Cobertura %"), DECIMAL),
    ),
    definiciones=(
        _("Cuenta los conteos cerrados o aprobados, en el día en que se cerraron."),
        _(
            "La exactitud es la parte de las líneas contadas que no tenía diferencia; por unidad y por valor, lo que había menos "
            "lo que sobraba y faltaba, entre lo que había. Lo que nadie contó no cuenta."
        ),
        _("De una persona, sus números que dicen la diferencia con la que quedó la línea."),
        _("La cobertura es la parte de los lotes con existencias hoy que alguien contó en el periodo."),
        _("El valor es al costo que cada lote tenía al contarse."),
        REDONDEO,
    ),
    ayuda="What counts found: accuracy by line, unit and value, by session, person, category or warehouse; and coverage.",
    ejemplos=("", "--conteo 9 --agrupar linea --formato xlsx", "--desde 2026-01-01 --agrupar mes"),
)
