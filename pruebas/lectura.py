"""What a page says, read as its two readers do: machines (forms, links, scripts, coordinates) and people (text)."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

# Attributes whose words are for people, whatever they say; the rest is read by a machine.
PARA_PERSONAS = re.compile(
    r"aria-(?!describedby|labelledby|controls|owns)|title$|alt$|placeholder$|label$|content$"
    r"|data-(titulo|confirmar|eco|llenar|falta-dice|model-name|fieldset|submit-line|close|name$)"
)
COORDENADAS = {
    "viewbox", "d", "points", "transform", "style", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry",
    "dx", "dy", "width", "height",
}  # fmt: skip
VACIOS = {"input", "br", "hr", "img", "link", "meta", "source", "path", "circle", "line", "rect", "col", "area"}
NUMERO = re.compile(r"-?\d+(\.\d+)?")
DE_PERSONAS = re.compile(r"[-+−]?\d{1,3}([\s.,'’]\d{3})+([.,]\d+)?|[-+−]?\d+,\d+")
# A date as people write it; a machine is given 2026-05-10.
FECHA_DE_PERSONAS = re.compile(r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{1,2} de [a-z]+|[A-Z][a-z]{2,8}\.? \d{1,2}, \d{4}")
DIRECCIONES = {"href", "src", "action", "formaction"}


class Atributo(NamedTuple):
    etiqueta: str
    nombre: str
    valor: str
    tipo: str  # of a form control


class Lectura(HTMLParser):
    """`atributos`: every attribute of every element. `textos`: what people read, in pieces; `enlaces`: where links lead."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.atributos: list[Atributo] = []
        self.textos: list[str] = []
        self._abiertas: list[str] = []
        self.feed(html)

    def handle_starttag(self, etiqueta: str, pares: list[tuple[str, str | None]]) -> None:
        tipo = dict(pares).get("type") or ""
        self.atributos += [Atributo(etiqueta, n, v or "", tipo) for n, v in pares]
        if etiqueta not in VACIOS:
            self._abiertas.append(etiqueta)

    def handle_endtag(self, etiqueta: str) -> None:
        while etiqueta in self._abiertas and self._abiertas.pop() != etiqueta:
            pass

    def handle_data(self, texto: str) -> None:
        if texto.strip() and not {"script", "style", "textarea"} & set(self._abiertas[-1:]):
            self.textos.append(" ".join(texto.split()))

    @property
    def enlaces(self) -> set[str]:
        return {a.valor for a in self.atributos if a.etiqueta == "a" and a.nombre == "href"}


def mal_escritos(lectura: Lectura, *, ajena: bool = False) -> Iterator[str]:
    """What a machine reads on the page and is not spelled for it. A page that is not ours (`ajena`: the admin's) reads back
    the dates and the words of Python that it wrote.
    """
    for a in lectura.atributos:
        if not PARA_PERSONAS.match(a.nombre) and a.valor and not _bien(a) and not (ajena and _se_entiende(a)):
            yield f'<{a.etiqueta} {a.nombre}="{a.valor[:80]}">'


def _se_entiende(a: Atributo) -> bool:
    return a.valor in ("True", "False") or bool(re.fullmatch(r"\d\d/\d\d/\d{4}", a.valor))


def _bien(a: Atributo) -> bool:
    if a.valor.strip() in ("None", "True", "False", "nan", "inf"):  # Python's, not HTML's
        return False
    if a.nombre in COORDENADAS:
        qr = a.nombre == "d" and re.match(r"M\d+,\d+H", a.valor)  # a library parts its whole numbers so, as SVG allows
        return "\xa0" not in a.valor and (bool(qr) or "," not in a.valor)
    if a.nombre == "value" and a.tipo == "text" and FECHA_DE_PERSONAS.fullmatch(a.valor):
        return True  # a day in a control in which people type it so: `LeeFecha` reads it back
    if a.tipo == "date" and a.nombre in ("value", "min", "max"):
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", a.valor))
    if a.nombre in DIRECCIONES or (a.nombre.startswith("hx-") and a.valor.startswith("/")):
        partes = urlsplit(a.valor)
        valores = [*partes.path.split("/"), *(v for _n, v in parse_qsl(partes.query))]
        return not re.search(r"\s|\xa0", a.valor) and all(map(_de_maquina, valores))
    return _json(a.valor) if a.valor.startswith(("{", "[")) else _de_maquina(a.valor)


def _de_maquina(valor: str) -> bool:
    if FECHA_DE_PERSONAS.search(valor):
        return False
    return not DE_PERSONAS.fullmatch(valor) or bool(NUMERO.fullmatch(valor))


def _json(valor: str) -> bool:
    try:
        json.loads(valor)
    except ValueError:
        return False
    return True


def sin_agrupar(lectura: Lectura, numeros: tuple[int, ...]) -> Iterator[str]:
    """Texts for people in which one of `numeros` has its digits together."""
    for texto in lectura.textos:
        if any(re.search(rf"(?<![\d.,\w-]){n}(?!\d)", texto) for n in numeros):
            yield texto[:100]


class Formulario(HTMLParser):
    """`datos`: what a browser would send of the forms of a page if nobody touched them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.datos: dict[str, list[str]] = {}
        self._lista: tuple[str, bool] = ("", False)  # the open <select>: its name, and whether it is multiple
        self._texto = ""  # the open <textarea>
        self.feed(html)

    def handle_starttag(self, etiqueta: str, pares: list[tuple[str, str | None]]) -> None:
        a = {n: v or "" for n, v in pares}
        if "disabled" in a:
            return
        if etiqueta == "select":
            self._lista = (a.get("name", ""), "multiple" in a)
        elif etiqueta == "option" and self._lista[0]:
            nombre, multiple = self._lista
            if "selected" in a or not (multiple or nombre in self.datos):
                previos = self.datos.get(nombre, []) if multiple else []
                self.datos[nombre] = [*previos, a.get("value", "")]
        elif etiqueta == "textarea" and a.get("name"):
            self._texto = a["name"]
            self.datos[self._texto] = [""]
        elif etiqueta == "input" and a.get("name"):
            self._entrada(a)

    def _entrada(self, a: dict[str, str]) -> None:
        tipo = a.get("type", "text")
        if tipo in {"submit", "button", "file", "image"} or (tipo in {"checkbox", "radio"} and "checked" not in a):
            return
        self.datos.setdefault(a["name"], []).append(a.get("value", "on" if tipo == "checkbox" else ""))

    def handle_endtag(self, etiqueta: str) -> None:
        if etiqueta == "select":
            self._lista = ("", False)
        if etiqueta == "textarea":
            self._texto = ""

    def handle_data(self, texto: str) -> None:
        if self._texto:
            self.datos[self._texto][0] += texto.removeprefix("\n")
