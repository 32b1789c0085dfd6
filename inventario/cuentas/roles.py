"""The four roles, each a group of Django permissions. A role holds all that the one before it holds."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

VER = [
    f"{app}.view_{modelo}"
    for app, modelos in {
        "productos": ["categoria", "producto"],
        "lotes": ["almacen", "lote", "existencia", "cambiodelote"],
        "movimientos": ["motivo", "operacion", "movimiento"],
        "alertas": ["alerta", "eventoalerta"],
    }.items()
    for modelo in modelos
]
OPERAR = [
    "movimientos.registrar_entrada",
    "movimientos.registrar_salida",
    "movimientos.despachar",
    "movimientos.trasladar",
    "alertas.atender_alerta",
]
SUPERVISAR = [
    "movimientos.ajustar",
    "movimientos.revertir",
    "movimientos.retroactivo",
    "lotes.retener_lote",
    "lotes.liberar_lote",
    "lotes.retirar_lote",
    "lotes.corregir_lote",
    "lotes.change_lote",
    "productos.add_producto",
    "productos.change_producto",
    "productos.delete_producto",
    "productos.add_categoria",
    "productos.change_categoria",
    "inventario.exportar",
]
ADMINISTRAR = [
    "productos.delete_categoria",
    *(f"lotes.{accion}_almacen" for accion in ("add", "change", "delete")),
    *(f"movimientos.{accion}_motivo" for accion in ("add", "change", "delete")),
    "inventario.view_auditoria",
    *(f"inventario.{accion}_{m}" for m in ("usuario", "token") for accion in ("view", "add", "change", "delete")),
]
ROLES = {
    "consulta": VER,
    "operador": VER + OPERAR,
    "supervisor": VER + OPERAR + SUPERVISAR,
    "administrador": VER + OPERAR + SUPERVISAR + ADMINISTRAR,
}


def sembrar() -> None:
    """Create the groups and give each exactly its permissions. Raises LookupError if one does not exist."""
    todos = {p for permisos in ROLES.values() for p in permisos}
    condicion = Q()
    for permiso in todos:
        app, codename = permiso.split(".")
        condicion |= Q(content_type__app_label=app, codename=codename)
    hallados = {
        f"{p.content_type.app_label}.{p.codename}": p
        for p in Permission.objects.filter(condicion).select_related("content_type")
    }
    if faltan := todos - set(hallados):
        raise LookupError(f"unknown permissions: {sorted(faltan)}")
    for nombre, permisos in ROLES.items():
        grupo, _nuevo = Group.objects.get_or_create(name=nombre)
        grupo.permissions.set([hallados[p] for p in permisos])
