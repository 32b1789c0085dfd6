"""The page where the company is described, and its logo as the other pages show it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ..dominio.transacciones import atomica, insistir
from ..plataforma.archivos import recibe_archivo
from . import logo
from .forms import EmpresaForm
from .models import Empresa


@require_http_methods(["GET", "POST"])
@permission_required("inventario.change_empresa", raise_exception=True)
@recibe_archivo(maximo=logo.BYTES, tipos=("png", "jpeg"))
def editar(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _pagina(request, EmpresaForm(instance=Empresa.objects.first()))
    formulario = insistir(_guardar, request)
    if not formulario.is_valid():
        return _pagina(request, formulario, status=422)
    messages.success(request, _("Cambios guardados."))
    return redirect("empresa")


def _pagina(request: HttpRequest, formulario: EmpresaForm, status: int = 200) -> HttpResponse:
    return render(request, "empresa/editar.html", {"formulario": formulario}, status=status)


@atomica
def _guardar(request: HttpRequest) -> EmpresaForm:
    formulario = EmpresaForm(request.POST, request.FILES, instance=Empresa.objects.select_for_update().first())
    if formulario.is_valid():
        formulario.save()
    return formulario


@require_GET
def ver_logo(request: HttpRequest) -> HttpResponse:
    """For whoever is in; 404 where there is none."""
    fila = get_object_or_404(Empresa, logo__isnull=False)
    return HttpResponse(bytes(fila.logo or b""), content_type=f"image/{fila.logo_tipo}")
