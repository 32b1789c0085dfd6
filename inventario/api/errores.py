"""Every error of the API as RFC 9457 problem+json, whatever raised it."""

import logging
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions as drf
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.views import set_rollback

from inventario.dominio.exceptions import BaseOcupada, ClaveReutilizada, CuerpoIlegible, DatosInvalidos, ErrorDeDominio
from inventario.dominio.transacciones import traducir
from inventario.plataforma import metricas

registro = logging.getLogger("inventario.errores")
TIPO = "application/problem+json"
TITULOS = {
    400: gettext_lazy("La petición no es válida"),
    401: gettext_lazy("Hay que identificarse"),
    403: gettext_lazy("No tiene permiso"),
    404: gettext_lazy("No existe"),
    405: gettext_lazy("Ese método no se admite aquí"),
    409: gettext_lazy("El estado actual no lo permite"),
    411: gettext_lazy("Falta el tamaño del cuerpo"),
    412: gettext_lazy("El recurso cambió desde que se leyó"),
    413: gettext_lazy("El cuerpo es demasiado grande"),
    415: gettext_lazy("Solo se admite JSON en UTF-8"),
    422: gettext_lazy("La clave de idempotencia ya se usó con otra petición"),
    429: gettext_lazy("Demasiadas peticiones"),
    500: gettext_lazy("Error interno"),
    503: gettext_lazy("El servicio no está disponible por un momento"),
}
CODIGOS_DRF = {
    "not_authenticated": "no_autenticado",
    "authentication_failed": "token_invalido",
    "permission_denied": "sin_permiso",
    "not_found": "no_encontrado",
    "method_not_allowed": "metodo_no_permitido",
    "unsupported_media_type": "tipo_no_admitido",
    "throttled": "demasiadas_peticiones",
    "parse_error": "json_invalido",
    "invalid": "datos_invalidos",
}
Errores = dict[str, list[str]]
# Status, code, detail, errors by field and headers of a problem.
Clasificado = tuple[int, str, object, Errores | None, dict[str, str]]


class Precondicion(drf.APIException):
    status_code = 412
    default_code = "version_distinta"
    default_detail = gettext_lazy("Vuelva a leerlo y repita el cambio.")


def problema(
    request: HttpRequest,
    estado: int,
    codigo: str,
    detalle: object = "",
    errores: Errores | None = None,
    /,
    **datos: Any,
) -> dict[str, Any]:
    titulo = str(TITULOS[estado])
    cuerpo = {
        "type": f"urn:inventario:{codigo}",
        "title": titulo,
        "status": estado,
        "detail": str(detalle or titulo),
        "instance": request.path,
        "codigo": codigo,
        "id_solicitud": getattr(request, "id_solicitud", ""),
    }
    if errores is not None:
        cuerpo["errores"] = errores
    return {**datos, **cuerpo}


def aplanar(errores: object, prefijo: str = "") -> Errores:
    """DRF's nested errors as field → messages, with the lines spelled `lineas.N.campo`."""
    if isinstance(errores, dict):
        hijos = [(str(clave), hijo) for clave, hijo in errores.items()]
    elif isinstance(errores, list) and any(isinstance(e, dict | list) for e in errores):
        hijos = [(str(i), hijo) for i, hijo in enumerate(errores)]
    else:
        lista = errores if isinstance(errores, list) else [errores]
        return {prefijo or "cuerpo": [str(e) for e in lista]} if lista else {}
    plano: Errores = {}
    for clave, hijo in hijos:
        if clave in ("non_field_errors", "__all__"):
            plano |= aplanar(hijo, prefijo)
        else:
            plano |= aplanar(hijo, f"{prefijo}.{clave}" if prefijo else clave)
    return plano


def _de_la_api(exc: drf.APIException) -> Clasificado:
    cabeceras = {}
    if autentica := getattr(exc, "auth_header", None):
        cabeceras["WWW-Authenticate"] = autentica
    if (espera := getattr(exc, "wait", None)) is not None:
        cabeceras["Retry-After"] = str(max(1, int(espera) + 1))
    if isinstance(exc, drf.ValidationError):
        return 400, "datos_invalidos", _("Revise los campos señalados."), aplanar(exc.detail), cabeceras
    codigo = getattr(exc.detail, "code", None) or exc.default_code
    if exc.status_code == 403 and str(exc.detail).startswith("CSRF"):
        codigo = "csrf"
    errores = {"cuerpo": [str(exc.detail)]} if exc.status_code == 400 else None
    return exc.status_code, CODIGOS_DRF.get(codigo, codigo), exc.detail, errores, cabeceras


def _clasificar(exc: Exception) -> Clasificado:
    if isinstance(exc, Http404):
        return 404, "no_encontrado", "", None, {}
    if isinstance(exc, PermissionDenied):
        return 403, "sin_permiso", _("Su usuario no tiene el permiso necesario."), None, {}
    if isinstance(exc, DatosInvalidos):
        return 400, "datos_invalidos", _("Revise los campos señalados."), aplanar(exc.errores), {}
    if isinstance(exc, ValidationError):
        errores = exc.message_dict if hasattr(exc, "error_dict") else {"cuerpo": exc.messages}
        return 400, "datos_invalidos", _("Revise los campos señalados."), aplanar(errores), {}
    if isinstance(exc, CuerpoIlegible):
        return exc.estado, exc.codigo, exc.detalle, {"cuerpo": [exc.detalle]} if exc.estado == 400 else None, {}
    if isinstance(exc, ClaveReutilizada):
        return 422, "clave_reutilizada", "", None, {}
    if isinstance(exc, ErrorDeDominio):
        metricas.RECHAZOS.labels(exc.codigo).inc()
        return 409, exc.codigo, exc.mensaje, None, {}
    if isinstance(exc, BaseOcupada):
        registro.error("database unavailable", exc_info=exc)
        return 503, "base_ocupada", _("Vuelva a intentarlo."), None, {"Retry-After": str(BaseOcupada.reintentar_en)}
    if isinstance(exc, drf.APIException):
        return _de_la_api(exc)
    registro.exception("unexpected error", exc_info=exc)
    return 500, "error_interno", _("Avise al administrador con el identificador de la solicitud."), None, {}


def responder(request: HttpRequest, exc: Exception) -> JsonResponse:
    """`exc` as a problem, always JSON, whatever the view would have rendered."""
    exc = traducir(exc)
    estado, codigo, detalle, errores, cabeceras = _clasificar(exc)
    datos = exc.datos if isinstance(exc, ErrorDeDominio) else {}
    cuerpo = problema(request, estado, codigo, detalle, errores, **datos)
    return JsonResponse(
        cuerpo,
        status=estado,
        headers=cabeceras,
        content_type=TIPO,
        encoder=JSONEncoder,
        json_dumps_params={"ensure_ascii": False},
    )


def manejar(exc: Exception, contexto: dict[str, Any]) -> JsonResponse:
    """DRF's EXCEPTION_HANDLER."""
    if not isinstance(exc, DatabaseError):
        set_rollback()
    return responder(contexto["request"]._request, exc)


@csrf_exempt
@login_not_required
def no_encontrado(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
    """The resolver's 404 under /api/, for every method."""
    cuerpo = problema(request, 404, "no_encontrado", _("Esa dirección no existe."))
    return JsonResponse(cuerpo, status=404, content_type=TIPO)
