"""Frames of a camera, for browsers that know no DataMatrix: decoded, answered and forgotten.

A frame is a PGM of grey: nothing is decompressed, so it costs what it measures. So many a minute for each user.
"""

import re

import zxingcpp
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inventario.plataforma import ritmo
from inventario.plataforma.archivos import recibe_archivo

CUADRO_MAXIMO = 300 * 1024
POR_MINUTO = 300
_CABEZA = re.compile(rb"P5\n([1-9][0-9]{1,3}) ([1-9][0-9]{1,3})\n255\n")
_FORMATOS = zxingcpp.barcode_formats_from_str(
    "DataMatrix|QRCode|Code128|EAN-13|EAN-8|UPC-A|UPC-E|ITF|DataBar|DataBarExp"
)


def descifrar(cuadro: bytes) -> str | None:
    """What the code nearest to the middle of a frame says, as a scanner would send it; None without one.

    Raises ValueError if it is no frame.
    """
    cabeza = _CABEZA.match(cuadro)
    if not cabeza or len(cuadro) - cabeza.end() != int(cabeza[1]) * int(cabeza[2]):
        raise ValueError
    ancho, alto = int(cabeza[1]), int(cabeza[2])
    imagen = memoryview(cuadro)[cabeza.end() :].cast("B", (alto, ancho))
    leidos = zxingcpp.read_barcodes(imagen, formats=_FORMATOS)

    def lejos(leido: zxingcpp.Barcode) -> int:
        p = leido.position
        x, y = p.top_left.x + p.bottom_right.x - ancho, p.top_left.y + p.bottom_right.y - alto
        return x * x + y * y

    cerca = min(leidos, key=lejos, default=None)
    return cerca.symbology_identifier + cerca.bytes.decode(errors="replace") if cerca else None


@require_POST
@permission_required("lotes.view_lote", raise_exception=True)
@recibe_archivo(maximo=CUADRO_MAXIMO, tipos=("pgm",))
def leer(request: HttpRequest) -> JsonResponse:
    """`cuadro` → {"codigo": "]d201…"}, null without one. 429 when there are too many."""
    if ritmo.en_este_minuto("camara", request.user.pk) > POR_MINUTO:
        cabeceras = {"Retry-After": str(int(ritmo.falta()) + 1)}
        return JsonResponse({"detail": _("Demasiadas imágenes: espere un momento.")}, status=429, headers=cabeceras)
    archivo = request.FILES.get("cuadro")
    try:
        return JsonResponse({"codigo": descifrar(archivo.read() if archivo else b"")})
    except ValueError:
        return JsonResponse({"detail": _("No es una imagen de la cámara.")}, status=400)
