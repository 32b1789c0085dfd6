"""What a logo may be: a small PNG or JPEG, judged by its own bytes and never by its name."""

import struct

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

BYTES = 200 * 1024
PUNTOS = 4000  # of each side: more, and a browser would unpack a bomb
_PNG = b"\x89PNG\r\n\x1a\n"
_MEDIDAS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # the segments of a JPEG that hold its size


def tipo(datos: bytes) -> str:
    """ "png" or "jpeg". Raises ValidationError for what is neither, or too big."""
    if len(datos) > BYTES:
        raise ValidationError(_("El logotipo pasa de %(n)s kB.") % {"n": BYTES // 1024}, code="grande")
    for nombre, medir in (("png", _png), ("jpeg", _jpeg)):
        medidas = medir(datos)
        if medidas is not None:
            if not all(0 < n <= PUNTOS for n in medidas):
                raise ValidationError(_("Cada lado puede tener hasta %(n)s puntos.") % {"n": PUNTOS}, code="grande")
            return nombre
    raise ValidationError(_("El logotipo debe ser un PNG o un JPEG."), code="tipo")


def _png(datos: bytes) -> tuple[int, int] | None:
    if not datos.startswith(_PNG) or datos[12:16] != b"IHDR" or len(datos) < 33:
        return None
    ancho, alto = struct.unpack(">II", datos[16:24])
    return ancho, alto


def _jpeg(datos: bytes) -> tuple[int, int] | None:
    if not datos.startswith(b"\xff\xd8\xff"):
        return None
    lugar = 2
    while lugar + 9 <= len(datos) and datos[lugar] == 0xFF:
        if datos[lugar + 1] in _MEDIDAS:
            alto, ancho = struct.unpack(">HH", datos[lugar + 5 : lugar + 9])
            return ancho, alto
        lugar += 2 + struct.unpack(">H", datos[lugar + 2 : lugar + 4])[0]
    return None
