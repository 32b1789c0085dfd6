"""A walk through every page there is, as a reader who follows each link would take it."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.test import Client
from django.urls import resolve

from pruebas.accesos import A_MEDIAS, PAGINAS, lugares
from pruebas.lectura import Lectura

DE_CADA = 1  # addresses of one route that ask the same filters
FRAGMENTO = {"HX-Request": "true"}


class Visita(NamedTuple):
    lugar: str
    respuesta: Any

    @property
    def es_pagina(self) -> bool:
        return self.respuesta.get("Content-Type", "").startswith("text/html")

    @property
    def lectura(self) -> Lectura:
        return Lectura(self.respuesta.content.decode())


def todos_los_lugares(nombres: Mapping[str, Any]) -> list[str]:
    """Every address of the table that a GET answers; `nombres`: the rows that its variable parts stand for."""
    return [
        lugar
        for ruta, (leen, _escriben) in PAGINAS.items()
        if leen is not None and ruta != A_MEDIAS
        for lugar in lugares(ruta, **nombres)
    ]


def pasear(cliente: Client, *desde: str, dentro: str = "/", fuera: str = "/static/") -> Iterator[Visita]:
    """Each page of `desde`, and what links lead to from there, `dentro` of that path and not `fuera`; those of
    `desde` as htmx asks for them too.
    """
    pendientes, vistos, cuantas = deque(desde), set(desde), Counter[tuple]()
    while pendientes:
        lugar = pendientes.popleft()
        visita = Visita(lugar, cliente.get(lugar))
        yield visita
        if not visita.es_pagina or not visita.respuesta.content:
            continue
        if lugar in desde and not lugar.startswith("/admin/"):
            yield Visita(f"{lugar} (htmx)", cliente.get(lugar, headers=FRAGMENTO))
        for enlace in sorted(visita.lectura.enlaces):
            nuevo = urljoin(f"http://testserver{lugar}", enlace).removeprefix("http://testserver").partition("#")[0]
            partes = urlsplit(nuevo)
            if nuevo in vistos or not nuevo.startswith(dentro) or nuevo.startswith((fuera, "/static/")):
                continue
            vistos.add(nuevo)
            filtros = (
                [] if nuevo.startswith("/admin/") else [k for k, _v in parse_qsl(partes.query)]
            )  # its facets have no end
            clase = resolve(partes.path).route, tuple(sorted(filtros))
            cuantas[clase] += 1
            if cuantas[clase] <= DE_CADA:
                pendientes.append(nuevo)
