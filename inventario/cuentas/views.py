"""Signing in and out, one's own account, help, and the pages that explain an error."""

from typing import Any

from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from inventario.demo.personas import PERSONAS, Persona
from inventario.paginas.navegacion import destino_seguro
from inventario.paginas.solicitud import Solicitud

from . import tokens
from .forms import EntrarForm, PreferenciasForm, TokenForm
from .models import Usuario


def personas_de_demo() -> list[Persona]:
    """Who may sign in to a demo, which the login page says: only in development, and only those that are there."""
    if not settings.DEBUG:
        return []
    nombres = Usuario.objects.filter(is_active=True, username__in=[p.usuario for p in PERSONAS])
    hay = set(nombres.values_list("username", flat=True))
    return [p for p in PERSONAS if p.usuario in hay]


UN_ANO = 365 * 24 * 3600

entrar = LoginView.as_view(
    template_name="entrar.html",
    authentication_form=EntrarForm,
    redirect_authenticated_user=True,
    extra_context={"demo": personas_de_demo},
)
idioma = login_not_required(set_language)


def bloqueado(request: HttpRequest, credentials: dict | None = None, *args: Any, **kwargs: Any) -> HttpResponse:
    """What axes answers after too many failures: the login page, with the time to wait."""
    espera = get_cool_off(request)
    minutos = round(espera.total_seconds() / 60) if espera else 0
    contexto = {
        "form": EntrarForm(request),
        "bloqueado": True,
        "minutos": minutos,
        "next": request.POST.get("next", ""),
    }
    respuesta = render(request, "entrar.html", contexto, status=429)
    respuesta["Retry-After"] = str(minutos * 60)
    return respuesta


@require_POST
@login_not_required
def tema(request: HttpRequest) -> HttpResponse:
    """Choose the theme. It is kept in the account, and in a cookie for the login page."""
    elegido = request.POST.get("tema", "")
    if elegido not in Usuario.Tema.values:
        return render(request, "400.html", status=400)
    if request.user.is_authenticated:
        request.user.tema = elegido
        request.user.save(update_fields=["tema"])
    respuesta = redirect(destino_seguro(request, "volver", settings.LOGIN_REDIRECT_URL))
    _recordar_tema(respuesta, elegido)
    return respuesta


def _recordar_tema(respuesta: HttpResponse, elegido: str) -> None:
    respuesta.set_cookie("tema", elegido, max_age=UN_ANO, samesite="Lax", secure=settings.HTTPS, httponly=True)


def _cuenta(request: Solicitud, *, status: int = 200, **formularios: Any) -> HttpResponse:
    contexto = {
        "preferencias": PreferenciasForm(instance=Usuario.objects.get(pk=request.user.pk)),
        "contrasena": PasswordChangeForm(request.user),
        "token": TokenForm(),
        "tokens": request.user.auth_token_set.order_by("-created"),
        **formularios,
    }
    contexto["contrasena"].fields["old_password"].widget.attrs["autofocus"] = False
    return render(request, "cuenta.html", contexto, status=status)


def cuenta(request: Solicitud) -> HttpResponse:
    """One's own account. POST saves the preferences."""
    if request.method != "POST":
        return _cuenta(request)
    formulario = PreferenciasForm(request.POST, instance=Usuario.objects.get(pk=request.user.pk))
    if not formulario.is_valid():
        return _cuenta(request, preferencias=formulario, status=422)
    usuario = formulario.save()
    messages.success(request, _("Preferencias guardadas."))
    respuesta = redirect("cuenta")
    _recordar_tema(respuesta, usuario.tema)
    return respuesta


@require_POST
@sensitive_post_parameters()
def cambiar_contrasena(request: Solicitud) -> HttpResponse:
    formulario = PasswordChangeForm(request.user, request.POST)
    if not formulario.is_valid():
        return _cuenta(request, contrasena=formulario, status=422)
    update_session_auth_hash(request, formulario.save())
    messages.success(request, _("Contraseña cambiada. Las demás sesiones y los tokens de antes ya no sirven."))
    return redirect("cuenta")


@require_POST
def crear_token(request: Solicitud) -> HttpResponse:
    """Create a token and show its key in this answer: the key is stored nowhere, so a redirect could not show it."""
    formulario = TokenForm(request.POST)
    if not formulario.is_valid():
        return _cuenta(request, token=formulario, status=422)
    datos = formulario.cleaned_data
    _nuevo, clave = tokens.crear(usuario=request.user, nombre=datos["nombre"], dias=datos["dias"] or None)
    return _cuenta(request, clave=clave)


@require_POST
def revocar_token(request: Solicitud, pk: str) -> HttpResponse:
    tokens.revocar(token=get_object_or_404(request.user.auth_token_set, pk=pk))
    messages.success(request, _("Token revocado: ya no sirve."))
    return redirect("cuenta")
