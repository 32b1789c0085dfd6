"""Pictures of codes, for what has eyes: frames of a camera, and a film for Chromium's fake one."""

from pathlib import Path

import zxingcpp

ANCHO, ALTO = 640, 400


def cuadro(texto: str, formato: zxingcpp.BarcodeFormat = zxingcpp.BarcodeFormat.DataMatrix) -> bytes:
    """A PGM with the code of `texto` (GS1, if it begins with a parenthesis) in the middle of white."""
    return f"P5\n{ANCHO} {ALTO}\n255\n".encode() + _gris(texto, formato)


def pelicula(ruta: Path, texto: str) -> Path:
    """A film in which the code does not move."""
    color = bytes([128]) * (ANCHO * ALTO // 4)
    escena = b"FRAME\n" + _gris(texto, zxingcpp.BarcodeFormat.DataMatrix) + color * 2
    ruta.write_bytes(f"YUV4MPEG2 W{ANCHO} H{ALTO} F5:1 Ip A1:1 C420jpeg\n".encode() + escena * 5)
    return ruta


def _gris(texto: str, formato: zxingcpp.BarcodeFormat) -> bytes:
    opciones = {"gs1": True, "force_square": True} if texto.startswith("(") else {}
    imagen = memoryview(zxingcpp.create_barcode(texto, formato, **opciones).to_image(scale=4))  # type: ignore[arg-type]
    alto, ancho = imagen.shape or (0, 0)
    x0, y0 = (ANCHO - ancho) // 2, (ALTO - alto) // 2
    return bytes(
        imagen[y - y0, x - x0] if 0 <= y - y0 < alto and 0 <= x - x0 < ancho else 255
        for y in range(ALTO)
        for x in range(ANCHO)
    )
