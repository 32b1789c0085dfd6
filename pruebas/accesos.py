"""Who may ask what of every route: the status that each kind of caller gets. A route that is not here fails the test.

`QUIENES` are the columns. A row says which of the four roles come in; the others get 403, callers without a valid token
401. Where a role comes in, the answer is whatever a request without body deserves: anything but 401, 403 or 5xx.
"""

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
    **_catalogo("almacenes", ADMINISTRAN, ADMINISTRAN),
    **_catalogo("motivos", ADMINISTRAN, ADMINISTRAN),
    ("GET", "lotes/"): TODOS,
    ("GET", "lotes/{pk}/"): TODOS,
    ("GET", "lotes/{pk}/trazabilidad/"): TODOS,
    ("POST", "lotes/{pk}/retener/"): SUPERVISAN,
    ("POST", "lotes/{pk}/liberar/"): SUPERVISAN,
    ("POST", "lotes/{pk}/retirar/"): SUPERVISAN,
    ("POST", "lotes/{pk}/corregir_caducidad/"): SUPERVISAN,
    ("POST", "entradas/"): OPERAN,
    ("POST", "salidas/"): OPERAN,
    ("POST", "despachos/"): OPERAN,
    ("POST", "despachos/plan/"): TODOS,
    ("POST", "ajustes/"): SUPERVISAN,
    ("POST", "traslados/"): OPERAN,
    ("GET", "operaciones/"): TODOS,
    ("GET", "operaciones/{pk}/"): TODOS,
    ("POST", "operaciones/{pk}/revertir/"): SUPERVISAN,
    ("GET", "movimientos/"): TODOS,
    ("GET", "alertas/"): TODOS,
    ("GET", "alertas/resumen/"): TODOS,
    ("POST", "alertas/{pk}/reconocer/"): OPERAN,
    ("POST", "alertas/{pk}/posponer/"): OPERAN,
    **{("GET", f"reportes/{nombre}/"): TODOS for nombre in REPORTES},
}
