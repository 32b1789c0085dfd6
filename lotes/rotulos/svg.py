"""Labels as SVG, in millimetres: what a page shows and prints. Without `style`, which the CSP refuses."""

from collections.abc import Iterator, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from .papel import Formato
from .plano import Plano, Texto
from .simbolo import Matriz


def hojas(planos: Sequence[Plano], formato: Formato, empezar: int) -> Iterator[SafeString]:
    """One drawing a page; on the first sheet the places before `empezar` (0: none) were used already."""
    lugares = [None] * empezar + list(planos)
    for inicio in range(0, len(lugares), formato.por_hoja):
        yield _hoja(lugares[inicio : inicio + formato.por_hoja], formato)


def _hoja(planos: Sequence[Plano | None], formato: Formato) -> SafeString:
    ancho, alto = formato.pagina
    return format_html(
        '<svg class="papel papel-{}" viewBox="0 0 {} {}" width="{}mm" height="{}mm">{}</svg>',
        formato.clave,
        ancho,
        alto,
        ancho,
        alto,
        format_html_join("", "{}", ((_rotulo(p, *formato.lugar(n)),) for n, p in enumerate(planos) if p)),
    )


def _rotulo(plano: Plano, x: float, y: float) -> SafeString:
    return format_html(
        '<g transform="translate({} {})"><rect class="borde" width="{}" height="{}" rx="1" fill="none"/>{}{}</g>',
        _n(x),
        _n(y),
        plano.ancho,
        plano.alto,
        simbolo(plano),
        format_html_join("", "{}", ((_texto(t),) for t in plano.textos)),
    )


def simbolo(plano: Plano) -> SafeString:
    x, y, lado = plano.simbolo
    matriz = plano.matriz
    return format_html(
        '<svg x="{}" y="{}" width="{}" height="{}" viewBox="0 0 {} {}" shape-rendering="crispEdges">'
        '<path class="modulos" d="{}"/></svg>',
        _n(x),
        _n(y),
        _n(lado),
        _n(lado),
        matriz.lado,
        matriz.lado,
        _trazos(matriz),
    )


def suelto(matriz: Matriz) -> SafeString:
    """The symbol alone, as large as the style sheet says."""
    return format_html(
        '<svg viewBox="0 0 {} {}" shape-rendering="crispEdges" aria-hidden="true"><path class="modulos" d="{}"/></svg>',
        matriz.lado,
        matriz.lado,
        _trazos(matriz),
    )


def _trazos(matriz: Matriz) -> str:
    return "".join(
        f"M{columna + matriz.margen} {fila + matriz.margen}h{largo}v1h-{largo}z"
        for fila, modulos in enumerate(matriz.filas)
        for columna, largo in _tramos(modulos)
    )


def _tramos(modulos: str) -> Iterator[tuple[int, int]]:
    """Where each run of dark modules begins, and how long it is."""
    inicio = 0
    for tramo in modulos.split("0"):
        if tramo:
            yield inicio, len(tramo)
        inicio += len(tramo) + 1


def _texto(t: Texto) -> SafeString:
    apretado = format_html(' textLength="{}" lengthAdjust="spacingAndGlyphs"', _n(t.ancho)) if t.apretado else ""
    peso = SafeString(' font-weight="700"') if t.negrita else ""
    return format_html(
        '<text x="{}" y="{}" font-size="{}"{}{}>{}</text>', _n(t.x), _n(t.y), _n(t.cuerpo), peso, apretado, t.texto
    )


def _n(valor: float) -> str:
    return f"{valor:.3f}".rstrip("0").rstrip(".")
