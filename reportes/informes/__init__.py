"""The reports. Each file holds one: the query, which takes a valid `Filtro` and returns a `Consulta`, and the declaration."""

from . import caducidades, consumo, conteos, existencias, existencias_a_fecha, kardex, movimientos, perdidas, quiebres

# In the order in which the index shows them.
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
        conteos,
    )
}
