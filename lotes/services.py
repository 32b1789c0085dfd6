"""The changes of a lot: hold, release, recall, correct its expiry. Each asks for a note and leaves a `CambioDeLote`.

All take the lot, `usuario` and `nota`, lock the lot's product (so that no dispatch is half way through), are atomic,
and return the lot. They raise CambioImposible, DatosInvalidos, PermissionDenied and BaseOcupada. From which states each
may be made, and with which permission, is said in `cambios`.
"""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import F, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from inventario.cuentas.models import Usuario
from inventario.dominio.campos import validar_fecha
from inventario.dominio.dinero import MAXIMO
from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.permisos import autorizar
from inventario.dominio.texto import validar_texto_largo
from inventario.dominio.transacciones import atomica

from .caducidad import fabricado_antes
from .cambios import POR_CODIGO, Cambio
from .exceptions import CambioImposible
from .models import CambioDeLote, Existencia, Lote


def retener(*, lote: Lote, usuario: Usuario, nota: str) -> Lote:
    """Put an available lot in quarantine: it stays where it is and cannot be dispatched."""
    return cambiar(POR_CODIGO["retener"], lote=lote, usuario=usuario, nota=nota)


def liberar(*, lote: Lote, usuario: Usuario, nota: str) -> Lote:
    """Make a lot in quarantine available again. A recalled lot never is."""
    return cambiar(POR_CODIGO["liberar"], lote=lote, usuario=usuario, nota=nota)


def retirar(*, lote: Lote, usuario: Usuario, nota: str) -> Lote:
    """Recall a lot, for good: what is left of it can only be destroyed, returned or written off."""
    return cambiar(POR_CODIGO["retirar"], lote=lote, usuario=usuario, nota=nota)


def corregir_caducidad(*, lote: Lote, usuario: Usuario, nota: str, fecha_caducidad: date) -> Lote:
    """Correct an expiry that was typed wrong. What already moved keeps the date it moved with."""
    cambio = POR_CODIGO["corregir_caducidad"]
    return cambiar(cambio, lote=lote, usuario=usuario, nota=nota, fecha_caducidad=fecha_caducidad)


@atomica
def cambiar(cambio: Cambio, *, lote: Lote, usuario: Usuario, nota: str, fecha_caducidad: date | None = None) -> Lote:
    """Make any of `cambios.CAMBIOS` to `lote`. `fecha_caducidad` is the new expiry, for the one that corrects it."""
    autorizar(usuario, cambio.permiso)
    _comprobar_nota(nota)
    if cambio.a is None:
        _comprobar_fecha(fecha_caducidad)
    Lote.bloquear_productos([lote.pk])
    lote = Lote.objects.get(pk=lote.pk)
    if lote.estado not in cambio.desde:
        raise CambioImposible(lote=lote.pk, lote_codigo=lote.codigo, estado=lote.estado)
    antes = {"estado_anterior": lote.estado, "caducidad_anterior": lote.fecha_caducidad}
    if cambio.a is None:
        lote.fecha_caducidad = fecha_caducidad
    else:
        lote.estado = cambio.a
    if not fabricado_antes(lote.fecha_fabricacion, lote.fecha_caducidad):
        raise DatosInvalidos({"fecha_caducidad": [_("No puede caducar antes de fabricarse.")]})
    CambioDeLote.objects.create(
        lote=lote,
        tipo=cambio.codigo,
        estado_nuevo=lote.estado,
        caducidad_nueva=lote.fecha_caducidad,
        nota=nota,
        usuario=usuario,
        registrado_en=timezone.now(),
        **antes,
    )
    lote.save(update_fields=["fecha_caducidad" if cambio.a is None else "estado"])
    return lote


@atomica
def corregir_costo(*, lote: Lote, usuario: Usuario, nota: str, costo_unitario: Decimal | None) -> Lote:
    """Say what each unit of the lot that is there costs, in every warehouse, from now on (None: nobody knows). What already
    moved keeps the cost it moved with. The same cost again, where it is known of every unit, changes nothing.
    """
    autorizar(usuario, "lotes.change_lote")
    _comprobar_nota(nota)
    Lote.bloquear_productos([lote.pk])
    lote = Lote.objects.get(pk=lote.pk)
    existencias = list(Existencia.objects.filter(lote=lote).order_by("pk"))
    despues = {e.pk: 0 if costo_unitario is None else e.cantidad for e in existencias}
    if lote.costo_unitario == costo_unitario and all(e.con_costo == despues[e.pk] for e in existencias):
        return lote
    _comprobar_costo(costo_unitario, sum(despues.values()))
    conocidas = {str(e.almacen_id): [e.secuencia, e.con_costo, despues[e.pk]] for e in existencias}
    CambioDeLote.objects.create(
        lote=lote,
        tipo=CambioDeLote.Tipo.CORREGIR_COSTO,
        estado_anterior=lote.estado,
        estado_nuevo=lote.estado,
        caducidad_anterior=lote.fecha_caducidad,
        caducidad_nueva=lote.fecha_caducidad,
        costo_anterior=lote.costo_unitario,
        costo_nuevo=costo_unitario,
        conocidas=conocidas,
        nota=nota,
        usuario=usuario,
        registrado_en=timezone.now(),
    )
    conocido = F("cantidad") if costo_unitario is not None else Value(0)
    Existencia.objects.filter(lote=lote).update(con_costo=conocido)
    lote.costo_unitario = costo_unitario
    lote.save(update_fields=["costo_unitario"])
    return lote


def _comprobar_costo(costo: Decimal | None, unidades: int) -> None:
    if costo is not None and not (costo.is_finite() and 0 <= costo <= MAXIMO and costo * unidades <= MAXIMO):
        raise DatosInvalidos({"costo_unitario": [_("El costo no puede ser negativo ni tan grande.")]})


def _comprobar_fecha(fecha: date | None) -> None:
    if fecha is None:
        raise TypeError("fecha_caducidad is missing")
    try:
        validar_fecha(fecha)
    except ValidationError as error:
        raise DatosInvalidos({"fecha_caducidad": error.messages}) from error


def _comprobar_nota(nota: str) -> None:
    try:
        validar_texto_largo(nota)
    except ValidationError as error:
        raise DatosInvalidos({"nota": error.messages}) from error
    if not nota.strip():
        raise DatosInvalidos({"nota": [_("Explique por qué.")]})
    if len(nota) > 500:
        raise DatosInvalidos({"nota": [_("Como máximo 500 caracteres.")]})
