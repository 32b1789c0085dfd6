"""What needs attention: the list, its life cycle, and the counter of the navigation bar."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import F, QuerySet
from django.forms import HiddenInput
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventario.dominio.exceptions import DatosInvalidos, ErrorDeDominio
from inventario.paginas import fragmentos
from inventario.paginas.formularios import negar_en_su_lugar, poner_errores
from inventario.paginas.fragmentos import avisar, pide_fragmento
from inventario.paginas.listas import Pagina, responder_lista
from inventario.paginas.navegacion import destino_seguro
from inventario.paginas.solicitud import Solicitud
from lotes.models import Almacen

from . import bandeja, cache, ciclo
from .filters import AlertaFilter
from .forms import DiaForm, PosponerForm, ReconocerForm
from .models import Alerta
from .tipos import Estado, Severidad, Tipo

ESTADOS = {
    Estado.ABIERTA: _("Abiertas"),
    Estado.RECONOCIDA: _("Reconocidas"),
    Estado.POSPUESTA: _("Pospuestas"),
    Estado.RESUELTA: _("Resueltas"),
}


@require_GET
@permission_required("alertas.view_alerta", raise_exception=True)
def lista(request: HttpRequest) -> HttpResponse:
    """The alerts of today, or those that a day to come (`?al=`) will have if no stock moves until then."""
    hoy = timezone.localdate()
    dia = DiaForm(request.GET)
    al = dia.cleaned_data["al"] if dia.is_valid() else hoy
    alertas = Alerta.objects.con_derivados(al).select_related("producto", "lote")
    alertas = alertas.annotate(quien=F("reconocida_por__username"))  # the name alone: the cache must not keep a user
    datos = request.GET.copy()
    if al == hoy:
        datos.setdefault("estado", Estado.ABIERTA)
    filtro = AlertaFilter(datos, alertas if dia.is_valid() else alertas.none(), hoy=al)
    almacenes = cache.recordar("almacenes", hoy, lambda: list(Almacen.objects.values_list("pk", "nombre")))
    elegir = filtro.form.fields["almacen"]
    elegir.widget.choices = [("", elegir.empty_label), *almacenes]
    for campo in ("tipo", "estado", "orden"):  # chosen by the tabs
        filtro.form.fields[campo].widget = HiddenInput()
    cuentas = cache.recordar("cuentas", hoy, lambda: Alerta.objects.grupos(hoy))
    respuesta = responder_lista(
        request,
        "alertas/lista.html",
        filtro,
        dia=dia,
        paginador=partial(_paginar, al=al, hoy=hoy),
        se_refresca=True,
        al=al,
        hoy=hoy,
        cuentas=cuentas,
        estado=datos.get("estado", ""),
        tipo=datos.get("tipo", ""),
        estados=[(e, ESTADOS[Estado(e)], n) for e, n in bandeja.sumar(cuentas, 2, Estado.values).items()],
        tipos=[(t, Tipo(t).label, n) for t, n in bandeja.sumar(cuentas, 0, Tipo.values, Estado.ABIERTA).items()],
        abiertas=sum(c[3] for c in cuentas if c[2] == Estado.ABIERTA),
        en_una_semana=hoy + timedelta(weeks=1),
        atiende=al == hoy and request.user.has_perm("alertas.atender_alerta"),
        semanas=[(n, hoy + timedelta(weeks=n)) for n in (1, 3, 8)],
        varios_almacenes=len(almacenes) > 1,
    )
    if not dia.is_valid():
        respuesta.status_code = 400
    return respuesta


def _paginar(request: HttpRequest, filas: QuerySet, *, al: date, hoy: date) -> Pagina:
    """The page asked for, from the cache of alerts; but never with a warehouse, whose stock may move while no alert
    changes, nor what can be done about them.
    """
    if request.GET.get("almacen"):
        pagina = bandeja.por_producto(request, filas)
    else:
        clave = cache.clave_de(al, sorted(request.GET.lists()))
        pagina = cache.recordar(f"lista:{clave}", hoy, lambda: bandeja.por_producto(request, filas))
    return bandeja.con_remedios(pagina, hoy) if al == hoy else pagina


@require_http_methods(["GET", "POST"])
@permission_required("alertas.atender_alerta", raise_exception=True)
def reconocer(request: Solicitud) -> HttpResponse:
    return _atender(request, ReconocerForm, ciclo.reconocer, "reconocer")


@require_http_methods(["GET", "POST"])
@permission_required("alertas.atender_alerta", raise_exception=True)
def posponer(request: Solicitud) -> HttpResponse:
    return _atender(request, PosponerForm, ciclo.posponer, "posponer")


@require_POST
@permission_required("alertas.atender_alerta", raise_exception=True)
def reabrir(request: Solicitud) -> HttpResponse:
    return _atender(request, ReconocerForm, ciclo.reabrir, "reabrir")


def _atender(
    request: Solicitud, clase: type[ReconocerForm], servicio: Callable[..., Sequence[Alerta]], accion: str
) -> HttpResponse:
    """GET shows the form for the alerts of the query; POST attends to them, in place when htmx asks."""
    estado = 200
    volver = destino_seguro(request, "volver", "alertas:lista")  # the list as it was, filters and all
    marcadas = (request.POST or request.GET).getlist("alerta")
    formulario = clase(request.POST or None, initial={"alerta": marcadas})
    if request.method == "POST":
        estado = 422
        if formulario.is_valid():
            datos = formulario.cleaned_data
            try:
                alertas = servicio(alertas=datos.pop("alerta"), usuario=request.user, **datos)
            except (DatosInvalidos, ErrorDeDominio) as error:
                estado = poner_errores(formulario, error)
            else:
                hecho = _hecho(accion, len(alertas))
                if pide_fragmento(request):
                    deshacer = {"url": reverse("alertas:reabrir"), "alerta": "-".join(str(a.pk) for a in alertas)}
                    return avisar(hecho, "alertas", [deshacer] if accion != "reabrir" else [])
                messages.success(request, hecho)
                return redirect(volver)
    negar_en_su_lugar(request, formulario, estado)
    contexto = {"formulario": formulario, "accion": accion, "marcadas": marcadas, "volver": volver}
    return render(request, "alertas/atender.html", contexto, status=estado)


def _hecho(accion: str, n: int) -> str:
    if accion == "reconocer":
        return ngettext("%(n)s alerta reconocida.", "%(n)s alertas reconocidas.", n) % {"n": n}
    if accion == "reabrir":
        return ngettext("%(n)s alerta abierta de nuevo.", "%(n)s alertas abiertas de nuevo.", n) % {"n": n}
    return ngettext("%(n)s alerta pospuesta.", "%(n)s alertas pospuestas.", n) % {"n": n}


@require_GET
@permission_required("alertas.view_alerta", raise_exception=True)
def contador(request: HttpRequest) -> HttpResponse:
    """The open alerts of today by severity, for the navigation bar. 304 when they are as shown (`If-None-Match`), 204
    when the mark comes as `?visto=`.
    """
    hoy = timezone.localdate()
    cuentas = cache.recordar("cuentas", hoy, lambda: Alerta.objects.grupos(hoy))
    cuenta = bandeja.sumar(cuentas, 1, Severidad.values, Estado.ABIERTA)
    marca = fragmentos.marca(request, cuenta, hoy=hoy)
    if request.GET.get("visto") == marca:
        return HttpResponse(status=204)
    contexto = {"cuenta": cuenta, "total": sum(cuenta.values()), "marca": marca}
    return fragmentos.con_marca(request, marca, partial(render, request, "alertas/contador.html", contexto))
