"""The reports: a file each, with its query (a clean `Filtro` in, a `Consulta` out) and its declaration."""

from . import caducidades, consumo, existencias, existencias_a_fecha, kardex, movimientos, perdidas, quiebres

# In the order of the index.
REPORTES = {
    informe.REPORTE.nombre: informe.REPORTE
    for informe in (
        existencias,
        caducidades,
        movimientos,
        kardex,
        existencias_a_fecha,
        consumo,
        quiebres,
        perdidas,
    )
}
