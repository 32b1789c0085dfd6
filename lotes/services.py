"""The changes of a lot: hold, release, recall, correct its expiry. Each asks for a note and leaves a `CambioDeLote`.

All take the lot, `usuario` and `nota`, lock the lot's product (so that no dispatch is half way through), are atomic,
and return the lot. They raise CambioImposible, DatosInvalidos, PermissionDenied and BaseOcupada.
"""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from inventario.dominio.campos import validar_fecha, validar_texto_largo
from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica
from productos.models import Producto

from .exceptions import CambioImposible
from .models import CambioDeLote, Lote

DISPONIBLE, CUARENTENA, RETIRADO = Lote.Estado.DISPONIBLE, Lote.Estado.CUARENTENA, Lote.Estado.RETIRADO


def retener(*, lote: Lote, usuario: Any, nota: str) -> Lote:
    """Put an available lot in quarantine: it stays where it is and cannot be dispatched."""
    return _cambiar(lote, usuario, nota, CambioDeLote.Tipo.RETENER, desde=[DISPONIBLE], estado=CUARENTENA)


def liberar(*, lote: Lote, usuario: Any, nota: str) -> Lote:
    """Make a lot in quarantine available again. A recalled lot never is."""
    return _cambiar(lote, usuario, nota, CambioDeLote.Tipo.LIBERAR, desde=[CUARENTENA], estado=DISPONIBLE)


def retirar(*, lote: Lote, usuario: Any, nota: str) -> Lote:
    """Recall a lot, for good: what is left of it can only be destroyed, returned or written off."""
    return _cambiar(lote, usuario, nota, CambioDeLote.Tipo.RETIRAR, desde=[DISPONIBLE, CUARENTENA], estado=RETIRADO)


def corregir_caducidad(*, lote: Lote, usuario: Any, nota: str, fecha_caducidad: date) -> Lote:
    """Correct an expiry that was typed wrong. What already moved keeps the date it moved with."""
    try:
        validar_fecha(fecha_caducidad)
    except ValidationError as error:
        raise DatosInvalidos({"fecha_caducidad": error.messages}) from error
    return _cambiar(
        lote,
        usuario,
        nota,
        CambioDeLote.Tipo.CORREGIR_CADUCIDAD,
        desde=list(Lote.Estado),
        fecha_caducidad=fecha_caducidad,
    )


_PERMISO = {
    CambioDeLote.Tipo.RETENER: "lotes.retener_lote",
    CambioDeLote.Tipo.LIBERAR: "lotes.liberar_lote",
    CambioDeLote.Tipo.RETIRAR: "lotes.retirar_lote",
    CambioDeLote.Tipo.CORREGIR_CADUCIDAD: "lotes.corregir_lote",
}


@atomica
def _cambiar(
    lote: Lote, usuario: Any, nota: str, tipo: CambioDeLote.Tipo, *, desde: list[Lote.Estado], **nuevo: Any
) -> Lote:
    autorizar(usuario, _PERMISO[tipo])
    _comprobar_nota(nota)
    list(Producto.objects.bloqueados([lote.producto_id]).only("pk"))
    lote = Lote.objects.get(pk=lote.pk)
    if lote.estado not in desde:
        raise CambioImposible(lote=lote.pk, lote_codigo=lote.codigo, estado=lote.estado)
    antes = {"estado_anterior": lote.estado, "caducidad_anterior": lote.fecha_caducidad}
    for campo, valor in nuevo.items():
        setattr(lote, campo, valor)
    if lote.fecha_caducidad and lote.fecha_fabricacion and lote.fecha_fabricacion > lote.fecha_caducidad:
        raise DatosInvalidos({"fecha_caducidad": [_("No puede caducar antes de fabricarse.")]})
    CambioDeLote.objects.create(
        lote=lote,
        tipo=tipo,
        estado_nuevo=lote.estado,
        caducidad_nueva=lote.fecha_caducidad,
        nota=nota,
        usuario=usuario,
        registrado_en=timezone.now(),
        **antes,
    )
    lote.save(update_fields=list(nuevo))
    return lote


def _comprobar_nota(nota: str) -> None:
    try:
        validar_texto_largo(nota)
    except ValidationError as error:
        raise DatosInvalidos({"nota": error.messages}) from error
    if not nota.strip():
        raise DatosInvalidos({"nota": [_("Explique por qué.")]})
    if len(nota) > 500:
        raise DatosInvalidos({"nota": [_("Como máximo 500 caracteres.")]})
