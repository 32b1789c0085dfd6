"""Who may see a report, and who may take it away as a file. Page, API and command ask here."""

from inventario.dominio.permisos import Quien, autorizar

VER = ("productos.view_producto", "lotes.view_existencia", "movimientos.view_movimiento")
EXPORTAR = "inventario.exportar"


def autorizar_reporte(usuario: Quien, *, como_archivo: bool = False) -> None:
    """Raise PermissionDenied unless `usuario` may see reports and, `como_archivo`, export them."""
    for permiso in (*VER, EXPORTAR) if como_archivo else VER:
        autorizar(usuario, permiso)
