"""A day is the day of the shop: every page and answer says the same at any of its hours, and nothing of it is kept past midnight.

In Mexico 18:30 is already tomorrow in UTC, and here tomorrow is another month.
"""

import json
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from pruebas.accesos import API
from pruebas.ciudad import fundar
from pruebas.lectura import Lectura
from pruebas.paseo import FRAGMENTO, todos_los_lugares
from reportes.informes import REPORTES

pytestmark = [pytest.mark.django_db, pytest.mark.lento]
HORAS = ("00:30", "12:00", "18:30", "23:30")
HOY, MANANA = "2026-05-31", "2026-06-01"
# What is another in each answer: keys of forms, tokens against forgery, the mark of a fragment, the moment a report was made.
UNICO = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9A-Za-z]{64}|[0-9a-f]{32}|\"generado_en\": ?\"[^\"]*\"|[A-Z2-7]{32}|\d\d:\d\d(?= · )"
)  # the last, when a report was made


def _a_las(hora: str, dia: str = HOY) -> time_machine.travel:
    return time_machine.travel(f"{dia} {hora}-06:00", tick=False)


@pytest.fixture
def ciudad(db):
    """Founded just after midnight, with history of the day before."""
    with _a_las("00:05"):
        return fundar(hoy=timezone.localdate())


@pytest.fixture
def pedidos(ciudad) -> list[tuple[str, dict[str, str]]]:
    """Every address that a GET answers, pages as htmx asks for them too."""
    nombres = ciudad.lugares | {"lotes": ciudad.lote, "operaciones": ciudad.operacion}
    de_api = [
        "/api/v1/" + ruta.format(pk=nombres[ruta.split("/")[0]].pk if "{pk}" in ruta else "")
        for metodo, ruta in API
        if metodo == "GET" and ("{pk}" not in ruta or ruta.split("/")[0] in nombres)
    ]
    con_producto = [f"reportes/{n}/" for n, r in REPORTES.items() if r.exige_producto]
    de_api = [x + f"?producto={ciudad.producto.pk}" if x.endswith(tuple(con_producto)) else x for x in de_api]
    paginas = [
        *todos_los_lugares(ciudad.lugares),
        "/buscar/?q=GRANDE",
        f"/productos/sugerencias/?q={ciudad.producto.sku}",
    ]
    return [(x, cabeceras) for x in paginas for cabeceras in ({}, FRAGMENTO)] + [(x, {}) for x in de_api]


def _dice(respuesta) -> list[str]:
    """What an answer says, for people and for machines."""
    if respuesta.status_code != 200:
        return [str(respuesta.status_code)]
    if not respuesta["Content-Type"].startswith(("text/", "application/json")):
        return [respuesta["Content-Type"]]  # an image; a workbook, which keeps the moment at which it was made
    cuerpo = (b"".join(respuesta.streaming_content) if respuesta.streaming else respuesta.content).decode(
        errors="replace"
    )
    if not respuesta["Content-Type"].startswith("text/html"):
        return re.split(r"(?=[{,])", UNICO.sub("…", cuerpo))
    lectura = Lectura(cuerpo)
    valores = [f"{a.etiqueta} {a.nombre}={a.valor}" for a in lectura.atributos if a.nombre != "d"]
    return [UNICO.sub("…", x) for x in (*lectura.textos, *valores)]


def _recorrer(client, ciudad, pedidos) -> dict[str, list[str]]:
    cache.clear()
    client.force_login(ciudad.usuario)
    dicho = {}
    for lugar, cabeceras in pedidos:
        respuesta = client.get(lugar, headers=cabeceras)
        assert respuesta.status_code in {200, 302}, (lugar, respuesta.status_code)
        dicho[f"{lugar} {cabeceras or ''}"] = _dice(respuesta)
    return dicho


def _diferencias(uno: list[str], otro: list[str]) -> Iterator[str]:
    yield from sorted(set(uno) ^ set(otro))[:6]


def test_every_page_says_the_same_at_any_hour_of_the_day(client, ciudad, pedidos):
    primera, *otras = (_a_la_hora(client, ciudad, pedidos, hora) for hora in HORAS)

    fallos = [
        f"{hora} {lugar}: {list(_diferencias(primera[lugar], dice))}"
        for hora, dicho in zip(HORAS[1:], otras, strict=True)
        for lugar, dice in dicho.items()
        if dice != primera[lugar]
    ]
    assert not fallos, "\n".join(fallos)
    assert len(primera) > 100
    assert HOY in json.dumps(primera)


def _a_la_hora(client, ciudad, pedidos, hora):
    with _a_las(hora):
        return _recorrer(client, ciudad, pedidos)


def test_nothing_that_depends_on_the_date_is_kept_past_midnight(client, ciudad, pedidos):
    """A 304 to what was read at 23:30 is right only where it still reads the same at 00:30."""
    leido, conservados, fallos = {}, 0, []
    with _a_las("23:30"):
        client.force_login(ciudad.usuario)
        for lugar, cabeceras in pedidos:
            respuesta = client.get(lugar, headers=cabeceras)
            if "ETag" in respuesta:
                leido[lugar, tuple(cabeceras.items())] = respuesta["ETag"], _dice(respuesta)
    with _a_las("00:30", MANANA):
        for (lugar, cabeceras), (etag, decia) in leido.items():
            respuesta = client.get(lugar, headers=dict(cabeceras) | {"If-None-Match": etag})
            ahora = _dice(client.get(lugar, headers=dict(cabeceras)))
            conservados += respuesta.status_code == 304
            if respuesta.status_code == 304 and ahora != decia:
                fallos.append(f"{lugar}: {list(_diferencias(decia, ahora))}")

    assert not fallos, "\n".join(fallos)
    assert len(leido) > 10
    assert 0 < conservados < len(leido)  # what has no date in it is still good, and the rest is not
