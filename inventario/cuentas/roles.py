"""The four roles, each a group of Django permissions, as they are made: each holds all that the one before it holds."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from .models import RolSembrado

VER = [
    f"{app}.view_{modelo}"
    for app, modelos in {
        "productos": ["categoria", "producto", "empaque"],
        "lotes": ["almacen", "lote", "existencia", "cambiodelote"],
        "movimientos": ["motivo", "operacion", "movimiento", "conteo"],
        "alertas": ["alerta", "eventoalerta"],
    }.items()
    for modelo in modelos
]
OPERAR = [
    "movimientos.registrar_entrada",
    "movimientos.registrar_salida",
    "movimientos.despachar",
    "movimientos.trasladar",
    "movimientos.contar",
    "alertas.atender_alerta",
]
SUPERVISAR = [
    "movimientos.ajustar",
    "movimientos.revertir",
    "movimientos.retroactivo",
    "movimientos.view_importacion",
    "movimientos.add_importacion",
    "lotes.retener_lote",
    "lotes.liberar_lote",
    "lotes.retirar_lote",
    "lotes.corregir_lote",
    "lotes.change_lote",
    "productos.add_producto",
    "productos.change_producto",
    "productos.delete_producto",
    "productos.add_empaque",
    "productos.change_empaque",
    "productos.add_categoria",
    "productos.change_categoria",
    "inventario.exportar",
]
ADMINISTRAR = [
    "productos.delete_categoria",
    "productos.delete_empaque",
    *(f"lotes.{accion}_almacen" for accion in ("add", "change", "delete")),
    *(f"movimientos.{accion}_motivo" for accion in ("add", "change", "delete")),
    "inventario.view_empresa",
    "inventario.change_empresa",
    "inventario.view_auditoria",
    *(f"inventario.{accion}_{m}" for m in ("usuario", "token") for accion in ("view", "add", "change", "delete")),
]
ROLES = {
    "consulta": VER,
    "operador": VER + OPERAR,
    "supervisor": VER + OPERAR + SUPERVISAR,
    "administrador": VER + OPERAR + SUPERVISAR + ADMINISTRAR,
}


def sembrar() -> list[str]:
    """Make the roles that were never made, give each one the permissions that it was never given, and say what was done.

    A role belongs to the customer once it is made: renamed, changed or deleted, it stays so. Raises LookupError if a
    permission does not exist.
    """
    if not RolSembrado.objects.exclude(grupo=None).exists():
        RolSembrado.objects.all().delete()  # not one is left: a database to begin anew
    return [dicho for codigo, permisos in ROLES.items() if (dicho := _sembrar(codigo, permisos))]


def _sembrar(codigo: str, permisos: list[str]) -> str:
    rol = RolSembrado.objects.select_related("grupo").filter(codigo=codigo).first()
    nuevos = [p for p in permisos if rol is None or p not in rol.permisos]
    if rol is not None and not nuevos:
        return "" if rol.grupo else f"{codigo}: deleted, not made again"
    hecho = "gains " + ", ".join(nuevos)
    if rol is None:
        grupo, nuevo = Group.objects.get_or_create(name=codigo)
        rol = RolSembrado(codigo=codigo, grupo=grupo)
        hecho = "made" if nuevo else "there was one of that name, left as it is"
        if not nuevo:
            nuevos = []
    if rol.grupo is not None:
        rol.grupo.permissions.add(*_permisos(nuevos))
    rol.permisos = sorted({*rol.permisos, *permisos})
    rol.save()
    return f"{rol.grupo.name}: {hecho}" if rol.grupo else f"{codigo}: deleted, not made again"


def _permisos(nombres: list[str]) -> list[Permission]:
    condicion = Q(pk=None)
    for permiso in nombres:
        app, codename = permiso.split(".")
        condicion |= Q(content_type__app_label=app, codename=codename)
    hallados = {
        f"{p.content_type.app_label}.{p.codename}": p
        for p in Permission.objects.filter(condicion).select_related("content_type")
    }
    if faltan := set(nombres) - set(hallados):
        raise LookupError(f"unknown permissions: {sorted(faltan)}")
    return list(hallados.values())
