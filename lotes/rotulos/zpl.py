"""Labels in ZPL II, for printers of labels. The symbol goes as a picture whose modules are whole dots: it prints as it was
drawn, whatever the printer's own encoder can do.
"""

from collections.abc import Iterable

from .plano import Plano, Texto, ancho_de

PUNTOS = {203: 8.0, 300: 11.811}  # dots per millimetre


def etiquetas(planos: Iterable[Plano], ppp: int) -> str:
    return "".join(_etiqueta(plano, PUNTOS[ppp]) for plano in planos)


def _etiqueta(plano: Plano, puntos: float) -> str:
    cuerpo = [_texto(t, puntos) for t in plano.textos]
    ancho, alto = round(plano.ancho * puntos), round(plano.alto * puntos)
    return f"^XA^CI28^PW{ancho}^LL{alto}^LH0,0{_simbolo(plano, puntos)}{''.join(cuerpo)}^XZ\n"


def _simbolo(plano: Plano, puntos: float) -> str:
    x, y, lado = plano.simbolo
    matriz = plano.matriz
    modulo = max(1, int(lado * puntos / matriz.lado))
    borde = round(matriz.margen * modulo)
    filas = [_en_hex("".join(m * modulo for m in fila)) for fila in matriz.filas for _punto in range(modulo)]
    bytes_por_fila = len(filas[0]) // 2
    total = bytes_por_fila * len(filas)
    lugar = f"^FO{round(x * puntos) + borde},{round(y * puntos) + borde}"
    return f"{lugar}^GFA,{total},{total},{bytes_por_fila},{''.join(filas)}^FS"


def _en_hex(bits: str) -> str:
    bits = bits.ljust(-(-len(bits) // 8) * 8, "0")
    return f"{int(bits, 2):0{len(bits) // 4}X}"


def _texto(t: Texto, puntos: float) -> str:
    alto = round(t.cuerpo * puntos)
    ancho = round(alto * min(1.0, t.ancho / ancho_de(t.texto, t.cuerpo, t.negrita)))
    # ^FT places the baseline. What ZPL would take for a command goes in hexadecimal.
    texto = "".join(f"_{ord(c):02X}" if c in "^~_" else c for c in t.texto)
    return f"^FT{round(t.x * puntos)},{round(t.y * puntos)}^A0N,{alto},{ancho}^FH_^FD{texto}^FS"
