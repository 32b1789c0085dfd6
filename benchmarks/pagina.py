"""The weight of the first page: what a browser that has never been here transfers."""

import gzip
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from herramientas.cliente import Cliente, Respuesta

from .entorno import PEQUENA, Entorno
from .tabla import Fila

RECURSO = re.compile(r"""(?:src|href)=["']([^"']+\.(?:css|js|svg|png|ico|woff2?|webmanifest)[^"']*)["']""")
RAIZ = "https://localhost/entrar/"


def peso(entorno: Entorno) -> Iterator[Fila]:
    with entorno.web(PEQUENA) as web:
        cliente = Cliente(web.puerto)

        def bajar(url: str) -> Respuesta:
            cabeceras = {"Accept-Encoding": "gzip", "Accept": "text/html,*/*"}
            respuesta = cliente.pedir("GET", urlsplit(url).path, cabeceras=cabeceras)
            if respuesta.estado != 200:
                raise RuntimeError(f"{url}: {respuesta.estado}")
            return respuesta

        pagina = bajar(RAIZ)
        comprimida = pagina.cabeceras.get("Content-Encoding") == "gzip"
        html = (gzip.decompress(pagina.cuerpo) if comprimida else pagina.cuerpo).decode()
        urls = {urljoin(RAIZ, u) for u in RECURSO.findall(html)}
        ajenas = {u for u in urls if urlsplit(u).netloc != "localhost"}
        total = len(pagina.cuerpo) + sum(len(bajar(u).cuerpo) for u in urls - ajenas)
    que = f"first page, {len(urls) + 1} requests, gzip"
    bien = total <= 100_000 and not ajenas and len(urls) > 0
    yield Fila(que, f"{total / 1000:.0f} kB", f"{len(ajenas)} to other hosts", "<= 100 kB, 0", bien)
