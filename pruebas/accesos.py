"""Who may ask what of every route: the status that each kind of caller gets. A route that is not here fails the test.

`QUIENES` are the columns. A row says which of the four roles come in; the others get 403. Callers without a valid token
get 401 of the API, those without a session are sent by the pages to the login. Where a role comes in, the answer is
whatever a request without body deserves: anything but 401, 403 or 5xx.
"""

from itertools import product
from typing import Any

from django.db.models import Model

from lotes.cambios import CAMBIOS
from lotes.models import Lote
from movimientos.conteos.models import Conteo
from movimientos.models import Importacion, Operacion
from reportes.informes import REPORTES

ROLES = ("consulta", "operador", "supervisor", "administrador")
QUIENES = ("anonimo", *ROLES, "desactivado", "caducado")

TODOS = ROLES
OPERAN = ROLES[1:]
SUPERVISAN = ROLES[2:]
ADMINISTRAN = ROLES[3:]


def _catalogo(nombre: str, crear: tuple[str, ...], eliminar: tuple[str, ...]) -> dict[tuple[str, str], tuple[str, ...]]:
    return {
        ("GET", f"{nombre}/"): TODOS,
        ("POST", f"{nombre}/"): crear,
        ("GET", f"{nombre}/{{pk}}/"): TODOS,
        ("PUT", f"{nombre}/{{pk}}/"): crear,
        ("PATCH", f"{nombre}/{{pk}}/"): crear,
        ("DELETE", f"{nombre}/{{pk}}/"): eliminar,
    }


# (method, path under /api/v1/) → the roles that come in
API: dict[tuple[str, str], tuple[str, ...]] = {
    **_catalogo("productos", SUPERVISAN, SUPERVISAN),
    **_catalogo("categorias", SUPERVISAN, ADMINISTRAN),
    **_catalogo("empaques", SUPERVISAN, ADMINISTRAN),
    **_catalogo("almacenes", ADMINISTRAN, ADMINISTRAN),
    **_catalogo("motivos", ADMINISTRAN, ADMINISTRAN),
    ("GET", "lotes/"): TODOS,
    ("GET", "lotes/{pk}/"): TODOS,
    ("GET", "lotes/{pk}/trazabilidad/"): TODOS,
    ("POST", "lotes/{pk}/retener/"): SUPERVISAN,
    ("POST", "lotes/{pk}/liberar/"): SUPERVISAN,
    ("POST", "lotes/{pk}/retirar/"): SUPERVISAN,
    ("POST", "lotes/{pk}/corregir_caducidad/"): SUPERVISAN,
    ("POST", "codigos/leer/"): TODOS,
    ("POST", "entradas/"): OPERAN,
    ("POST", "salidas/"): OPERAN,
    ("POST", "despachos/"): OPERAN,
    ("POST", "despachos/plan/"): TODOS,
    ("POST", "ajustes/"): SUPERVISAN,
    ("POST", "traslados/"): OPERAN,
    ("GET", "operaciones/"): TODOS,
    ("GET", "operaciones/{pk}/"): TODOS,
    ("POST", "operaciones/{pk}/revertir/"): OPERAN,  # their own last one
    ("GET", "movimientos/"): TODOS,
    ("GET", "importaciones/"): SUPERVISAN,
    ("POST", "importaciones/"): SUPERVISAN,
    ("GET", "importaciones/{pk}/"): SUPERVISAN,
    ("PATCH", "importaciones/{pk}/"): SUPERVISAN,
    ("POST", "importaciones/{pk}/confirmar/"): SUPERVISAN,
    ("GET", "importaciones/{pk}/errores/"): SUPERVISAN,
    ("GET", "conteos/"): TODOS,
    ("POST", "conteos/"): OPERAN,
    ("GET", "conteos/{pk}/"): TODOS,
    ("PATCH", "conteos/{pk}/"): SUPERVISAN,
    ("GET", "conteos/{pk}/lineas/"): TODOS,
    ("POST", "conteos/{pk}/lineas/"): OPERAN,
    ("POST", "conteos/{pk}/cerrar/"): OPERAN,
    ("POST", "conteos/{pk}/reabrir/"): SUPERVISAN,
    ("POST", "conteos/{pk}/cancelar/"): SUPERVISAN,
    ("POST", "conteos/{pk}/aprobar/"): SUPERVISAN,
    ("GET", "conteos/{pk}/hallazgos/"): SUPERVISAN,
    ("POST", "conteos/{pk}/hallazgos/"): SUPERVISAN,
    ("GET", "alertas/"): TODOS,
    ("GET", "alertas/resumen/"): TODOS,
    ("POST", "alertas/{pk}/reconocer/"): OPERAN,
    ("POST", "alertas/{pk}/posponer/"): OPERAN,
    ("POST", "alertas/{pk}/reabrir/"): OPERAN,
    **{("GET", f"reportes/{nombre}/"): TODOS for nombre in REPORTES},
}

Permitidos = tuple[tuple[str, ...] | None, tuple[str, ...] | None]


def _paginas_de_catalogo(nombre: str, escriben: tuple[str, ...], eliminan: tuple[str, ...]) -> dict[str, Permitidos]:
    return {
        f"{nombre}/": (TODOS, None),
        f"{nombre}/crear/": (escriben, escriben),
        f"{nombre}/{{pk}}/editar/": (escriben, escriben),
        f"{nombre}/{{pk}}/eliminar/": (eliminan, eliminan),
    }


# Path → the roles that may GET it, the roles that may POST to it; None: the method does not exist there (405).
PAGINAS: dict[str, Permitidos] = {
    "": (TODOS, None),
    "buscar/": (TODOS, None),
    "ayuda/": (TODOS, None),
    "guia/cerrar/": (None, ADMINISTRAN),
    "empresa/": (ADMINISTRAN, ADMINISTRAN),
    "empresa/logo/": (TODOS, None),
    "vistas/{lista}/": (None, TODOS),
    "empresa/empezar/": (ADMINISTRAN, ADMINISTRAN),
    "cuenta/": (TODOS, TODOS),
    "cuenta/contrasena/": (None, TODOS),
    "cuenta/tokens/": (None, TODOS),
    "cuenta/tokens/{pk}/revocar/": (None, TODOS),
    "cuenta/dos-factores/": (TODOS, None),
    "cuenta/dos-factores/verificar/": (TODOS, TODOS),
    "cuenta/dos-factores/activar/": (TODOS, TODOS),
    "cuenta/dos-factores/codigos/": (None, TODOS),
    "cuenta/dos-factores/desactivar/": (None, TODOS),
    **_paginas_de_catalogo("productos", SUPERVISAN, SUPERVISAN),
    "productos/sugerencias/": (TODOS, None),
    "productos/{pk}/": (TODOS, None),
    **_paginas_de_catalogo("categorias", SUPERVISAN, ADMINISTRAN),
    **_paginas_de_catalogo("empaques", SUPERVISAN, ADMINISTRAN),
    **_paginas_de_catalogo("almacenes", ADMINISTRAN, ADMINISTRAN),
    **_paginas_de_catalogo("motivos", ADMINISTRAN, ADMINISTRAN),
    "productos/rapido/": (SUPERVISAN, SUPERVISAN),
    "lotes/": (TODOS, None),
    "lotes/sugerencias/": (TODOS, None),
    "lotes/{pk}/": (TODOS, None),
    "lotes/etiquetas/": (TODOS, TODOS),
    "lotes/escaneado/": (TODOS, None),
    "lotes/camara/": (None, TODOS),
    "lotes/{pk}/cambiar/{accion}/": (SUPERVISAN, SUPERVISAN),
    "entrada/": (OPERAN, OPERAN),
    "salida/": (OPERAN, OPERAN),
    "despacho/": (OPERAN, OPERAN),
    "despacho/plan/": (None, OPERAN),
    "ajuste/": (SUPERVISAN, SUPERVISAN),
    "traslado/": (OPERAN, OPERAN),
    "baja/": (OPERAN, OPERAN),
    "importar/": (SUPERVISAN, SUPERVISAN),
    "importar/plantilla/{tipo}/": (SUPERVISAN, None),
    "importar/{pk}/": (SUPERVISAN, SUPERVISAN),
    "importar/{pk}/confirmar/": (None, SUPERVISAN),
    "importar/{pk}/errores/": (SUPERVISAN, None),
    "conteos/": (TODOS, None),
    "conteos/nuevo/": (OPERAN, OPERAN),
    "conteos/{pk}/": (TODOS, None),
    "conteos/{pk}/contar/": (OPERAN, OPERAN),
    "conteos/{pk}/hoja/": (TODOS, None),
    "conteos/{pk}/cerrar/": (None, OPERAN),
    "conteos/{pk}/reabrir/": (None, SUPERVISAN),
    "conteos/{pk}/cancelar/": (None, SUPERVISAN),
    "conteos/{pk}/aprobar/": (None, SUPERVISAN),
    "conteos/{pk}/traer/": (None, SUPERVISAN),
    "movimientos/": (TODOS, None),
    "operaciones/": (TODOS, None),
    "operaciones/{pk}/": (TODOS, None),
    "operaciones/{pk}/revertir/": (SUPERVISAN, SUPERVISAN),
    "alertas/": (TODOS, None),
    "alertas/reconocer/": (OPERAN, OPERAN),
    "alertas/posponer/": (OPERAN, OPERAN),
    "alertas/reabrir/": (None, OPERAN),
    "alertas/contador/": (TODOS, None),
    "reportes/": (TODOS, None),
    "reportes/{nombre}/": (TODOS, None),
}


# The page that only serves in the middle of a login: nobody who is in gets it.
A_MEDIAS = "cuenta/dos-factores/verificar/"


def lugares(ruta: str, *, lote: Lote, operacion: Operacion, **catalogos: Model) -> list[str]:
    """The addresses of the page `ruta` with every value that its variable parts take here; `catalogos`: a row of each."""
    de_cada: dict[str, dict[str, Any]] = {
        **{f"{nombre}/": {"pk": [fila.pk]} for nombre, fila in catalogos.items()},
        "lotes/": {"pk": [lote.pk], "accion": [c.codigo for c in CAMBIOS]},
        "operaciones/": {"pk": [operacion.pk]},
        "importar/": {"tipo": Importacion.Tipo.values, "pk": Importacion.objects.values_list("pk", flat=True)[:1]},
        "conteos/": {"pk": Conteo.objects.values_list("pk", flat=True)[:1]},
        "reportes/": {"nombre": REPORTES},
        "cuenta/": {"pk": ["0" * 128]},
        "vistas/": {"lista": ["lotes"]},
    }
    partes = next((v for prefijo, v in de_cada.items() if ruta.startswith(prefijo)), {})
    partes = {k: v for k, v in partes.items() if f"{{{k}}}" in ruta}
    return ["/" + ruta.format(**dict(zip(partes, valores, strict=True))) for valores in product(*partes.values())]
