"""Charts drawn as SVG on the server: `{% grafica g %}`, `{% barras %}`. Colours live in reportes.css."""

from collections.abc import Sequence
from typing import Any

from django import template

from .. import graficas

register = template.Library()


@register.inclusion_tag("reportes/_grafica.html")
def grafica(g: graficas.Grafica) -> dict[str, Any]:
    """Draw a `reportes.graficas.Grafica`."""
    return {"g": g}


@register.inclusion_tag("reportes/_grafica.html")
def barras(
    titulo: str,
    etiquetas: Sequence[str],
    valores: Sequence[graficas.Numero],
    unidad: str = "",
    clases: Sequence[str] = (),
) -> dict[str, Any]:
    """Draw one series as bars. `clases` colours each bar (`critica`, `importante`, `aviso`, `entrada`, `1`…`4`)."""
    serie = graficas.Serie("", list(valores))
    return {"g": graficas.Grafica(titulo, list(etiquetas), [serie], unidad=unidad, clases=list(clases))}
