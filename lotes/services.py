"""The changes of a lot: hold, release, recall, correct its expiry. Each asks for a note and leaves a `CambioDeLote`.

All take the lot, `usuario` and `nota`, lock the lot's product (so that no dispatch is half way through), are atomic,
and return the lot. They raise CambioImposible, DatosInvalidos, PermissionDenied and BaseOcupada. From which states each
may be made, and with which permission, is said in `cambios`.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from inventario.cuentas.models import Usuario
from inventario.dominio.campos import validar_fecha
from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.permisos import autorizar
from inventario.dominio.texto import validar_texto_largo
from inventario.dominio.transacciones import atomica

from .caducidad import fabricado_antes
from .cambios import POR_CODIGO, Cambio
from .exceptions import CambioImposible
from .models import CambioDeLote, Lote


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
