"""The rules of the second factor: who needs it, how a code is checked, how a device is set up and removed."""

import math
import time

import qrcode
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.utils.safestring import SafeString, mark_safe
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from qrcode.image.svg import SvgPathImage

from .. import acceso, intentos
from ..models import RolSembrado, Usuario

VERIFICADO = "verificado"
CLAVE, FALLOS, NUEVO = "dos_factores", "dos_factores_fallos", "dos_factores_nuevo"  # in the session
CODIGOS = 10
LIBRES_POR_DIRECCION = 20  # failures of one user from one address before all its sessions there wait
ESPERA_MAXIMA = 300  # seconds


def _roles_que_lo_exigen() -> QuerySet:
    """By which role it is, not by its name, which the customer may change."""
    return RolSembrado.objects.filter(codigo__in=settings.DOS_FACTORES_OBLIGATORIO)


def con_segundo_factor(filas: QuerySet, usuario: str = "pk") -> QuerySet:
    """`filas`, each with the `usa_segundo_factor` and `debe_segundo_factor` of its `usuario`, in the query that reads them."""
    en_un_rol = Usuario.groups.through.objects.filter(
        usuario_id=OuterRef(usuario), group_id__in=_roles_que_lo_exigen().values("grupo_id")
    )
    return filas.annotate(
        usa_segundo_factor=Exists(TOTPDevice.objects.filter(user_id=OuterRef(usuario), confirmed=True)),
        debe_segundo_factor=Exists(en_un_rol) if settings.DOS_FACTORES_OBLIGATORIO else Value(False),
    )


def _leido(usuario: Usuario, dato: str) -> bool:
    """What the query of the session brought; asked now for a user that came by another way."""
    if getattr(usuario, dato, None) is None:
        setattr(
            usuario, dato, con_segundo_factor(Usuario.objects.all()).values_list(dato, flat=True).get(pk=usuario.pk)
        )
    return getattr(usuario, dato)


def exigido(usuario: Usuario) -> bool:
    """Whether a role of `usuario` must use a second factor. A superuser counts as administrador."""
    de_superusuario = usuario.is_superuser and "administrador" in settings.DOS_FACTORES_OBLIGATORIO
    return de_superusuario or _leido(usuario, "debe_segundo_factor")


def activado(usuario: Usuario) -> bool:
    return TOTPDevice.objects.filter(user=usuario, confirmed=True).exists()


def abrir(sesion: SessionBase) -> None:
    """A login, also one over another of the same user, begins without the second factor."""
    for dato in (CLAVE, FALLOS, NUEVO):
        sesion.pop(dato, None)


def por_verificar(usuario: Usuario, sesion: SessionBase) -> bool:
    return _leido(usuario, "usa_segundo_factor") and sesion.get(CLAVE) != VERIFICADO


def por_activar(usuario: Usuario) -> bool:
    return not _leido(usuario, "usa_segundo_factor") and exigido(usuario)


def espera(usuario: Usuario, sesion: SessionBase, direccion: str) -> int:
    """Seconds during which this session takes no code of the device. They double with each failure of this session, or of
    this user from this address once they are many, up to ESPERA_MAXIMA; nobody else's failures count.
    """
    fallos, ultimo = sesion.get(FALLOS, (0, 0))
    de_aqui = intentos.de(_nombre(usuario), direccion)
    propia = _espera(fallos, ultimo)
    comun = (
        _espera(de_aqui.failures_since_start - LIBRES_POR_DIRECCION, de_aqui.attempt_time.timestamp()) if de_aqui else 0
    )
    return max(propia, comun)


def _espera(fallos: int, ultimo: float) -> int:
    if fallos <= 0:
        return 0
    return max(0, math.ceil(ultimo + min(2 ** min(fallos - 1, 20), ESPERA_MAXIMA) - time.time()))


def _nombre(usuario: Usuario) -> str:
    return f"segundo factor: {usuario.get_username()}"[:150]  # no user can be called so: it has spaces


def verificar(usuario: Usuario, codigo: str, *, sesion: SessionBase | None = None, direccion: str = "") -> bool:
    """Whether `codigo` is an unused recovery code, which always serves, or right now the one of the device. Each works once."""
    sesion = SessionBase() if sesion is None else sesion
    codigo = codigo.replace(" ", "").lower()
    if _sirve(usuario, codigo, StaticDevice):
        return True
    if espera(usuario, sesion, direccion):
        return False
    if _sirve(usuario, codigo, TOTPDevice):
        intentos.olvidar(_nombre(usuario), direccion)
        sesion.pop(FALLOS, None)
        return True
    sesion[FALLOS] = (sesion.get(FALLOS, (0, 0))[0] + 1, time.time())
    intentos.sumar(_nombre(usuario), direccion)
    return False


@transaction.atomic
def _sirve(usuario: Usuario, codigo: str, clase: type[StaticDevice] | type[TOTPDevice]) -> bool:
    dispositivos = clase.objects.select_for_update().filter(user=usuario, confirmed=True)
    return any(d.verify_token(codigo) for d in dispositivos)


def por_confirmar(usuario: Usuario, sesion: SessionBase) -> TOTPDevice:
    """The device that this session is setting up, the same until it is confirmed. Another session gets another secret: whoever
    saw one must not know the code of a device that somebody else confirms.
    """
    propio = TOTPDevice.objects.filter(user=usuario, confirmed=False, pk=sesion.get(NUEVO, 0)).first()
    if propio is None:
        TOTPDevice.objects.filter(user=usuario, confirmed=False).delete()
        propio = TOTPDevice.objects.create(user=usuario, confirmed=False, name="TOTP")
        sesion[NUEVO] = propio.pk
    return propio


@transaction.atomic
def activar(usuario: Usuario, codigo: str, sesion: SessionBase) -> list[str] | None:
    """Confirm the device being set up and return its recovery codes, shown this once; None when the code is wrong. Other
    sessions and the API tokens of before end: they were opened without it.
    """
    dispositivo = por_confirmar(usuario, sesion)
    if not dispositivo.verify_token(codigo.replace(" ", "")):
        return None
    dispositivo.confirmed = True
    dispositivo.save(update_fields=["confirmed"])
    acceso.terminar_tokens(usuario)
    acceso.terminar_sesiones(usuario)
    return renovar_codigos(usuario)


@transaction.atomic
def renovar_codigos(usuario: Usuario) -> list[str]:
    StaticDevice.objects.filter(user=usuario).delete()
    reserva = StaticDevice.objects.create(user=usuario, name="códigos de recuperación")
    codigos = [StaticToken.random_token() for _n in range(CODIGOS)]
    StaticToken.objects.bulk_create(StaticToken(device=reserva, token=codigo) for codigo in codigos)
    return codigos


@transaction.atomic
def quitar(usuario: Usuario) -> None:
    """Remove the second factor of a user: at the user's own request, with a code, or by an operator when the device is lost."""
    TOTPDevice.objects.filter(user=usuario).delete()
    StaticDevice.objects.filter(user=usuario).delete()
    for dato in ("usa_segundo_factor", "debe_segundo_factor"):
        setattr(usuario, dato, None)


def qr(dispositivo: TOTPDevice) -> SafeString:
    """The QR to scan, as inline SVG: attributes only, so that the CSP needs no exception."""
    imagen = qrcode.make(dispositivo.config_url, image_factory=SvgPathImage, border=2)
    return mark_safe(imagen.to_string(encoding="unicode"))  # noqa: S308  a path that the library draws from our URL
