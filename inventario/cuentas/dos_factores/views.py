"""The pages of the second factor."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventario.cuentas import auditoria
from inventario.paginas.navegacion import destino_seguro
from inventario.paginas.solicitud import Solicitud

from . import services
from .forms import CodigoForm


def _destino(request: Solicitud) -> str:
    return destino_seguro(request, "next", settings.LOGIN_REDIRECT_URL)


def _dar_por_verificada(request: Solicitud) -> None:
    request.session.cycle_key()  # an id stolen before the second factor must be useless after it
    request.session[services.CLAVE] = services.VERIFICADO


def _codigo_valido(request: Solicitud, formulario: CodigoForm) -> bool:
    if not formulario.is_valid():
        return False
    sesion, direccion = request.session, auditoria.del_cliente(request)
    antes = services.espera(request.user, sesion, direccion)
    if services.verificar(request.user, formulario.cleaned_data["codigo"], sesion=sesion, direccion=direccion):
        return True
    if antes:
        texto = _("Hubo intentos fallidos: espere %(n)s segundos, o use un código de recuperación.") % {"n": antes}
    else:
        auditoria.anotar_fallo(request.user, _("segundo factor"))
        texto = _("El código no es válido o ya se usó. Espere al siguiente e inténtelo de nuevo.")
    formulario.add_error("codigo", texto)
    return False


@require_http_methods(["GET", "POST"])
def verificar(request: Solicitud) -> HttpResponse:
    formulario = CodigoForm(request.POST or None)
    if not services.por_verificar(request.user, request.session):
        return redirect(_destino(request))
    if request.method == "POST" and _codigo_valido(request, formulario):
        _dar_por_verificada(request)
        return redirect(_destino(request))
    estado = 422 if request.method == "POST" else 200
    contexto = {"form": formulario, "destino": _destino(request)}
    return render(request, "dos_factores/verificar.html", contexto, status=estado)


@require_http_methods(["GET", "POST"])
def activar(request: Solicitud) -> HttpResponse:
    if services.activado(request.user):
        return redirect("dos_factores:estado")
    formulario = CodigoForm(request.POST or None)
    estado = 200
    if request.method == "POST":
        estado = 422
        if formulario.is_valid():
            if codigos := services.activar(request.user, formulario.cleaned_data["codigo"], request.session):
                update_session_auth_hash(request, request.user)  # the others end, this one goes on
                _dar_por_verificada(request)
                return render(request, "dos_factores/codigos.html", {"codigos": codigos, "destino": _destino(request)})
            formulario.add_error("codigo", _("El código no coincide. Compruebe la hora del teléfono."))
    dispositivo = services.por_confirmar(request.user, request.session)
    contexto = {
        "form": formulario,
        "qr": services.qr(dispositivo),
        "secreto": dispositivo.config_url.partition("secret=")[2].partition("&")[0],
        "destino": _destino(request),
        "exigido": services.exigido(request.user),
    }
    return render(request, "dos_factores/activar.html", contexto, status=estado)


@require_GET
def estado(request: Solicitud) -> HttpResponse:
    contexto = {
        "activado": services.activado(request.user),
        "exigido": services.exigido(request.user),
        "form": CodigoForm(),
    }
    return render(request, "dos_factores/estado.html", contexto)


@require_POST
def codigos(request: Solicitud) -> HttpResponse:
    """Make new recovery codes; the old ones stop working. It asks for a code, and so does removing the second factor."""
    formulario = CodigoForm(request.POST)
    if not _codigo_valido(request, formulario):
        contexto = {"activado": True, "exigido": services.exigido(request.user), "form": formulario}
        return render(request, "dos_factores/estado.html", contexto, status=422)
    nuevos = services.renovar_codigos(request.user)
    contexto = {"codigos": nuevos, "destino": resolve_url("dos_factores:estado")}
    return render(request, "dos_factores/codigos.html", contexto)


@require_POST
def desactivar(request: Solicitud) -> HttpResponse:
    formulario = CodigoForm(request.POST)
    exigido = services.exigido(request.user)
    if exigido or not _codigo_valido(request, formulario):
        contexto = {"activado": True, "exigido": exigido, "form": formulario}
        return render(request, "dos_factores/estado.html", contexto, status=422)
    services.quitar(request.user)
    request.session.pop(services.CLAVE, None)
    messages.success(request, _("El segundo factor ya no se pide."))
    return redirect("dos_factores:estado")
