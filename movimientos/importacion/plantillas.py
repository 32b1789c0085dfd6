"""What people take away: an empty file to fill in, and what was wrong with the one they sent."""

import csv
import io
from collections.abc import Iterator

import xlsxwriter
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from inventario.plataforma.celdas import celda_segura, linea_citada, se_parte

from . import textos
from .cabecera import CAMPOS, ENTEROS, FECHAS
from .models import Importacion, ProblemaDeFila

OBLIGATORIOS = {"existencias": ("sku", "cantidad"), "productos": ("sku", "nombre")}


def libro(tipo: str) -> bytes:
    """A workbook with the titles that the import understands, each column in the format that loses nothing."""
    destino = io.BytesIO()
    with xlsxwriter.Workbook(destino, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as libro_:
        hoja = libro_.add_worksheet(_("Datos"))
        negrita = libro_.add_format({"bold": True, "bottom": 1})
        fechas, texto, enteros = (libro_.add_format({"num_format": x}) for x in ("yyyy-mm-dd", "@", "0"))
        hoja.freeze_panes(1, 0)
        for i, campo in enumerate(CAMPOS[tipo]):
            formato = fechas if campo in FECHAS else enteros if campo in ENTEROS else texto
            hoja.set_column(i, i, 20, None if campo == "costo_unitario" else formato)
            titulo = textos.de_campo(campo)
            hoja.write_string(0, i, titulo, negrita)
            if campo in OBLIGATORIOS[tipo]:
                hoja.write_comment(0, i, _("Toda fila lo dice."))
    return destino.getvalue()


def descarga(importacion: Importacion, problemas: QuerySet[ProblemaDeFila] | None = None) -> StreamingHttpResponse:
    """`problemas`, all those of the import unless they are said, as CSV in the language of who asks."""
    idioma = get_language()
    filas = importacion.problemas.all() if problemas is None else problemas

    def trozos() -> Iterator[str]:
        with override(idioma):  # while it streams, the language of the request is no longer active
            yield from _problemas_csv(filas)

    respuesta = StreamingHttpResponse(trozos(), content_type="text/csv; charset=utf-8")
    respuesta["Content-Disposition"] = f'attachment; filename="importacion-{importacion.pk}.csv"'
    return respuesta


def _problemas_csv(problemas: QuerySet[ProblemaDeFila]) -> Iterator[str]:
    """Rows that are refused, left out or remarked on, as a file for a spreadsheet."""
    destino = io.StringIO()
    destino.write("\ufeff")
    escritor = csv.writer(destino)
    escritor.writerow([_("Fila"), _("Columna"), _("Valor"), _("Resultado"), _("Qué pasa")])
    for p in problemas.order_by("fila", "pk").iterator(1000):
        resultado = str(ProblemaDeFila.Clase(p.clase).label)
        fila = [p.fila, p.columna, celda_segura(p.valor), resultado, celda_segura(textos.de_fila(p.codigo, p.datos))]
        if se_parte(fila):
            destino.write(linea_citada(fila))
        else:
            escritor.writerow(fila)
        yield destino.getvalue()
        destino.seek(0)
        destino.truncate()
    yield destino.getvalue()
