"""Every place of the application, who may go there, and the keys that lead to it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventario.paginas.navegacion import Destino
from inventario.paginas.tabla import Accion
from movimientos.clases import CLASES


def _ajuste(titulo: Promise, ruta: str, icono: str, permiso: str, tecla: str) -> Destino:
    return Destino(titulo, ruta, icono, permiso.format("view"), tecla, cambia=permiso.format("change"))


MENU: list[tuple[Promise | None, list[Destino]]] = [
    (
        None,
        [
            Destino(_("Panel"), "panel", "layout-dashboard", tecla="i"),
            Destino(_("Alertas"), "alertas:lista", "bell", "alertas.view_alerta", "a"),
        ],
    ),
    (
        _("Operar"),
        [
            *(Destino(c.titulo, f"movimientos:{c.ruta}", c.icono, c.permiso, c.tecla, True) for c in CLASES),
            Destino(_("Importar"), "movimientos:importar", "file-up", "movimientos.add_importacion", "j"),
            Destino(_("Baja de caducados"), "movimientos:baja", "trash-2", "movimientos.registrar_salida", "b", True),
        ],
    ),
    (
        _("Consultar"),
        [
            Destino(_("Productos"), "productos:lista", "pill-bottle", "productos.view_producto", "p"),
            Destino(_("Lotes"), "lotes:lista", "boxes", "lotes.view_lote", "l", consulta="?con_existencias=true"),
            Destino(_("Conteos"), "movimientos:conteos", "clipboard-list", "movimientos.view_conteo", "n"),
            Destino(_("Operaciones"), "movimientos:operaciones", "receipt-text", "movimientos.view_operacion", "o"),
            Destino(_("Movimientos"), "movimientos:lista", "scroll-text", "movimientos.view_movimiento", "m"),
            Destino(_("Reportes"), "reportes:indice", "chart-column", "lotes.view_existencia", "r"),
        ],
    ),
    (
        _("Ajustes"),
        [
            _ajuste(_("Empresa"), "empresa", "building-2", "inventario.{}_empresa", "y"),
            _ajuste(_("Categorías"), "categorias:lista", "tags", "productos.{}_categoria", "k"),
            _ajuste(_("Empaques"), "empaques:lista", "package", "productos.{}_empaque", "q"),
            _ajuste(_("Almacenes"), "almacenes:lista", "warehouse", "lotes.{}_almacen", "w"),
            _ajuste(_("Motivos"), "motivos:lista", "signpost", "movimientos.{}_motivo", "v"),
        ],
    ),
]
_ENTRADA = Accion(_("Entrada"), "movimientos:entrada", "package-plus", "movimientos.registrar_entrada")
# The buttons of a list, where they lead to another app; what a figure of one leads to.
DE_LISTA = {
    "lotes": (
        Accion(_("Baja de caducados"), "movimientos:baja", "package-x", "movimientos.registrar_salida"),
        _ENTRADA,
    ),
    "operaciones": (_ENTRADA, Accion(_("Despachar"), "movimientos:despacho", "truck", "movimientos.despachar")),
}
LUGARES = {"existencias": "lotes:lista"}
# What the phone's bar holds beside search and the menu.
MOVIL = ("panel", "movimientos:entrada", "movimientos:despacho", "alertas:lista")
