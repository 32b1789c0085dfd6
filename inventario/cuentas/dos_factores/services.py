"""The rules of the second factor: who needs it, how a code is checked, how a device is set up and removed."""

import qrcode
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils.safestring import SafeString, mark_safe
from django_otp import match_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from qrcode.image.svg import SvgPathImage

from ..models import Usuario

CLAVE = "dos_factores"
LIBRE, PENDIENTE, POR_ACTIVAR, VERIFICADO = "libre", "pendiente", "por_activar", "verificado"
CODIGOS = 10


def exigido(usuario: Usuario) -> bool:
    """Whether a role of `usuario` must use a second factor. A superuser counts as administrador."""
    roles = settings.DOS_FACTORES_OBLIGATORIO
    if not roles:
        return False
    return (usuario.is_superuser and "administrador" in roles) or usuario.groups.filter(name__in=roles).exists()


def activado(usuario: Usuario) -> bool:
    return TOTPDevice.objects.filter(user=usuario, confirmed=True).exists()


def abrir(sesion: SessionBase, usuario: Usuario) -> str:
    """Write in a new session what it must still do, and return that."""
    sesion[CLAVE] = PENDIENTE if activado(usuario) else POR_ACTIVAR if exigido(usuario) else LIBRE
    return sesion[CLAVE]


def verificar(usuario: Usuario, codigo: str) -> bool:
    """Whether `codigo` is right now the one of the user's device, or an unused recovery code. Each works once; each
    failure doubles the time during which the device takes no code.
    """
    return match_token(usuario, codigo.replace(" ", "").lower()) is not None


def por_confirmar(usuario: Usuario) -> TOTPDevice:
    """The device that the user is setting up, the same until it is confirmed."""
    dispositivo, _nuevo = TOTPDevice.objects.get_or_create(user=usuario, confirmed=False, defaults={"name": "TOTP"})
    return dispositivo


@transaction.atomic
def activar(usuario: Usuario, codigo: str) -> list[str] | None:
    """Confirm the device being set up and return its recovery codes, shown this once; None when the code is wrong."""
    dispositivo = por_confirmar(usuario)
    if not dispositivo.verify_token(codigo.replace(" ", "")):
        return None
    dispositivo.confirmed = True
    dispositivo.save(update_fields=["confirmed"])
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


def qr(dispositivo: TOTPDevice) -> SafeString:
    """The QR to scan, as inline SVG: attributes only, so that the CSP needs no exception."""
    imagen = qrcode.make(dispositivo.config_url, image_factory=SvgPathImage, border=2)
    return mark_safe(imagen.to_string(encoding="unicode"))  # noqa: S308  a path that the library draws from our URL
