"""The page by which a demo becomes an empty system."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import permission_required
from django.contrib.auth.forms import SetPasswordForm
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from inventario.cuentas.models import Usuario
from inventario.empresa.models import Empresa
from inventario.paginas.solicitud import Solicitud

from .vaciar import HayDatos, vaciar


@transaction.atomic
def _dejar(formulario: SetPasswordForm) -> Usuario:
    """Without the new password the demo does not go: the old one is public."""
    vaciar(queda=formulario.user)
    return formulario.save()


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@permission_required("inventario.change_empresa", raise_exception=True)
def empezar(request: Solicitud) -> HttpResponse:
    """Ask for a password that nobody knows, take the demo away, and go on as who asked."""
    if not Empresa.objects.filter(es_demo=True).exists():
        messages.info(request, _("Esto no es una demostración: no hay nada que quitar."))
        return redirect("panel")
    formulario = SetPasswordForm(request.user, request.POST or None)
    estado, error = 200, ""
    if request.method == "POST":
        estado = 422
        if formulario.is_valid():
            try:
                queda = _dejar(formulario)
            except HayDatos:
                estado, error = 409, _("Aquí hay datos que no son de la demostración: no se borra nada.")
            else:
                update_session_auth_hash(request, queda)
                messages.success(request, _("Empieza de cero: la demostración ya no está."))
                return redirect("panel")
    return render(request, "empresa/empezar.html", {"formulario": formulario, "error": error}, status=estado)
