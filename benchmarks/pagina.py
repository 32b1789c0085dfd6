"""The weight of the first page: what a browser that has never been here transfers."""

import re
import urllib.request
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from .entorno import PEQUENA, Entorno
from .tabla import Fila

RECURSO = re.compile(r"""(?:src|href)=["']([^"']+\.(?:css|js|svg|png|ico|woff2?|webmanifest)[^"']*)["']""")


def _bajar(url: str) -> tuple[bytes, str]:
    peticion = urllib.request.Request(url, headers={"Accept-Encoding": "gzip", "Accept": "text/html,*/*"})  # noqa: S310
    with urllib.request.urlopen(peticion, timeout=30) as respuesta:  # noqa: S310
        return respuesta.read(), respuesta.headers.get("Content-Encoding", "")


def peso(entorno: Entorno) -> Iterator[Fila]:
    import gzip

    with entorno.gunicorn(PEQUENA) as (host, puerto):
        raiz = f"http://{host}:{puerto}/entrar/"
        cuerpo, codificacion = _bajar(raiz)
        html = (gzip.decompress(cuerpo) if codificacion == "gzip" else cuerpo).decode()
        urls = {urljoin(raiz, u) for u in RECURSO.findall(html)}
        ajenas = {u for u in urls if urlsplit(u).netloc != f"{host}:{puerto}"}
        total = len(cuerpo) + sum(len(_bajar(u)[0]) for u in urls - ajenas)
    yield Fila(
        f"first page, {len(urls) + 1} requests, gzip", f"{total / 1000:.0f} kB", f"{len(ajenas)} to other hosts", None,
        "<= 150 kB, 0", total <= 150_000 and not ajenas and len(urls) > 0,
    )  # fmt: skip
