"""The first steps of a new installation: what is done, what comes next, and where."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from inventario.cuentas.models import Usuario
from inventario.dominio.permisos import Quien
from inventario.dominio.transacciones import atomica
from inventario.empresa.actual import empresa
from inventario.empresa.models import Empresa
from lotes.models import Almacen
from movimientos.models import Operacion, Tipo
from productos.models import Producto


@dataclass(frozen=True, slots=True)
class Paso:
    """`otro`: a second way to do the same."""

    titulo: Promise
    explicacion: Promise
    icono: str
    url: str
    accion: Promise
    hecho: bool
    otro: tuple[str, Promise] | None = None


@dataclass(frozen=True, slots=True)
class Guia:
    pasos: Sequence[Paso]
    se_cierra: bool  # by this user
    empieza: bool  # nothing has moved yet

    @property
    def siguiente(self) -> Paso | None:
        return next((p for p in self.pasos if not p.hecho), None)

    @property
    def hechos(self) -> int:
        return sum(p.hecho for p in self.pasos)


def guia(usuario: Quien, operaciones: Sequence[Operacion]) -> Guia | None:
    """What `usuario` may still do to get going; None once something was dispatched, or when it was put away. `operaciones`:
    the last ones, so that a shop at work costs no query.
    """
    if empresa().guia_cerrada or any(o.tipo == Tipo.DESPACHO for o in operaciones):
        return None
    if operaciones and Operacion.objects.filter(tipo=Tipo.DESPACHO).exists():
        return None
    pasos = [paso for permiso, paso in _pasos(bool(operaciones), usuario) if usuario.has_perm(permiso)]
    return Guia(pasos, usuario.has_perm("inventario.change_empresa"), not operaciones) if pasos else None


def _pasos(hay_operaciones: bool, usuario: Quien) -> list[tuple[str, Paso]]:
    """Every step, with the permission that it needs."""
    productos = Producto.objects.exists()
    almacen = Almacen.objects.predeterminado()
    propio = almacen.nombre != "Principal" or hay_operaciones or Almacen.objects.hay_varios()
    primero, otro = _de_productos(usuario)
    gente = Usuario.objects.filter(is_active=True)[:2].count() > 1
    return [
        (
            "inventario.change_empresa",
            Paso(_("Diga quiénes son"), _("Nombre, logotipo y moneda: van en los papeles y los correos."), "building-2",
                 reverse("empresa"), _("Describir la empresa"), bool(empresa().nombre)),
        ),
        (
            "lotes.change_almacen",
            Paso(_("Dé nombre a su almacén"), _("Puede haber más: sucursales, botiquines, cámaras frías."), "warehouse",
                 reverse("almacenes:editar", args=[almacen.pk]), _("Nombrar el almacén"), propio),
        ),
        (
            "inventario.add_usuario",
            Paso(_("Dé acceso a su gente"), _("Cada quien con su papel: consulta, operador, supervisor o administrador."),
                 "users", reverse("admin:inventario_usuario_add"), _("Dar acceso a alguien"), gente),
        ),
        (
            "productos.add_producto",
            Paso(_("Traiga sus productos"), _("Con lo que hay de cada lote, si ya tiene una lista."), "file-up",
                 primero[0], primero[1], productos, otro),
        ),
        (
            "movimientos.registrar_entrada",
            Paso(_("Registre la primera entrada"), _("Lo que llega: cada lote con su caducidad."), "package-plus",
                 reverse("movimientos:entrada"), _("Registrar una entrada"), hay_operaciones),
        ),
        (
            "movimientos.despachar",
            Paso(_("Haga el primer despacho"), _("Diga qué y cuánto: sale primero lo que caduca antes."), "package-check",
                 reverse("movimientos:despacho"), _("Despachar"), False),
        ),
    ]  # fmt: skip


def _de_productos(usuario: Quien) -> tuple[tuple[str, Promise], tuple[str, Promise] | None]:
    importar = reverse("movimientos:importar"), _("Importar de una hoja de cálculo")
    crear = reverse("productos:crear"), _("Crear el primero a mano")
    return (importar, crear) if usuario.has_perm("movimientos.add_importacion") else (crear, None)


@require_POST
@permission_required("inventario.change_empresa", raise_exception=True)
def cerrar(request: HttpRequest) -> HttpResponse:
    """Nobody needs to be led any more."""
    _cerrar()
    return redirect("panel")


@atomica
def _cerrar() -> None:
    fila = Empresa.objects.select_for_update().first() or Empresa()
    fila.guia_cerrada = True
    fila.save()
