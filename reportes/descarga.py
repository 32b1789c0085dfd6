"""A report as an HTTP response that streams."""

import tempfile
from collections.abc import Iterator

from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from .exportar import TIPOS_MIME, Exportacion
from .filtros import Filtro
from .reporte import Reporte


def responder(reporte: Reporte, filtro: Filtro, formato: str) -> HttpResponseBase:
    """`reporte` as csv, xlsx (both a download) or json. The first query runs before the response
    begins, so that its errors still become an error response."""
    exportacion = Exportacion(reporte, filtro, consulta=reporte.consulta(filtro))
    nombre = exportacion.nombre_de_archivo(formato)
    if formato == "xlsx":
        archivo = tempfile.TemporaryFile()  # noqa: SIM115  FileResponse closes it
        exportacion.xlsx(archivo)
        archivo.seek(0)
        return FileResponse(archivo, as_attachment=True, filename=nombre, content_type=TIPOS_MIME["xlsx"])
    partes = exportacion.csv() if formato == "csv" else exportacion.json()
    respuesta = StreamingHttpResponse(_desde_la_primera(partes), content_type=TIPOS_MIME[formato])
    if formato == "csv":
        respuesta["Content-Disposition"] = f'attachment; filename="{nombre}"'
    return respuesta


def _desde_la_primera(partes: Iterator[str]) -> Iterator[str]:
    primera = next(partes)

    def resto() -> Iterator[str]:
        yield primera
        yield from partes

    return resto()
