"""The pages on which operations are registered."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, F, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inventario.dominio import unidades
from inventario.dominio.dinero import Importe, SumaDinero
from inventario.dominio.exceptions import ClaveReutilizada, DatosInvalidos, ErrorDeDominio
from inventario.dominio.permisos import autorizar
from inventario.paginas.camara import con_camara
from inventario.paginas.formularios import poner_errores
from inventario.paginas.fragmentos import pide_fragmento
from inventario.paginas.solicitud import Solicitud
from lotes.caducidad import Razon
from lotes.etiquetas import RAZONES
from lotes.models import Almacen, Existencia

from .. import forms, peticiones, services
from ..clases import DESPACHO, Clase
from ..hoja import Hoja, Rechazo
from ..models import Operacion
from ..peticiones import LINEAS_MAXIMAS


@require_http_methods(["GET", "POST"])
@con_camara
def hoja(request: Solicitud, clase: Clase) -> HttpResponse:
    """Show the sheet of a kind of operation; take it; or give it back as it was with what is wrong beside each field."""
    autorizar(request.user, clase.permiso)
    hoja = Hoja(clase, request)
    estado = 200
    if request.method == "POST" and not hoja.cambio_de_lineas:
        estado = 422
        try:
            operacion = hoja.registrar(request.user)
        except Rechazo as error:
            estado = hoja.rechazar(error)
        else:
            if operacion is not None:
                return registrada(request, operacion)
    contexto = {"hoja": hoja, "hoy": timezone.localdate()}
    if hoja.datos is not None and clase is DESPACHO:
        contexto |= _plan(hoja)
    return render(request, clase.plantilla, contexto, status=estado)


def registrada(request: HttpRequest, operacion: Operacion, hecho: str = "") -> HttpResponse:
    """Say that it was done (`hecho`), or that it had been, and show it."""
    if operacion.es_repeticion:
        messages.info(request, _("Esta operación ya estaba registrada: no se repitió."))
    else:
        messages.success(request, hecho or _("Operación registrada: %(operacion)s.") % {"operacion": operacion})
    return redirect("movimientos:operacion", operacion.pk)


@require_POST
@permission_required("movimientos.despachar", raise_exception=True)
def plan(request: Solicitud) -> HttpResponse:
    """What the sheet would take, as one types (the fragment `plan`), or the whole page for the button "Ver plan".

    Always 200 to htmx: a line half typed is not an error yet.
    """
    hoja = Hoja(DESPACHO, request)
    contexto = {"hoja": hoja, "hoy": timezone.localdate()}
    valida = hoja.es_valida()
    contexto |= _plan(hoja)
    if pide_fragmento(request):
        return render(request, "movimientos/despacho.html#plan", contexto)
    return render(request, "movimientos/despacho.html", contexto, status=200 if valida else 422)


def _plan(hoja: Hoja) -> dict[str, Any]:
    """The plan of the lines that are complete, with the names that its ids stand for."""
    if not hasattr(hoja.cabecera, "cleaned_data"):  # a line was added or removed: the sheet was not looked at yet
        hoja.es_valida()
    if not hoja.pedidas:
        return {"plan": None}
    plan = services.planificar(cast(peticiones.Despacho, hoja.peticion()))
    productos = {producto.pk: producto for producto, _linea in hoja.pedidas}
    almacenes = dict(Almacen.objects.values_list("pk", "nombre"))
    renglones = [
        {
            "producto": productos[linea.pedido.producto],
            "pedido": unidades.contar(linea.pedido.cantidad, productos[linea.pedido.producto].unidad),
            "linea": linea,
            "hay": number_format(linea.asignado, force_grouping=True),
            "falta": number_format(linea.falta, force_grouping=True),
            "omitidos": [
                {
                    "saldo": o.saldo,
                    "codigo": str(o.razon),
                    "razon": RAZONES[o.razon],
                    "almacen": almacenes[o.saldo.almacen],
                }
                # What is only elsewhere comes last: it is no reason to worry.
                for o in sorted(linea.omitidos, key=lambda o: o.razon == Razon.OTRO_ALMACEN)
            ],
        }
        for linea in plan.lineas
    ]
    return {"plan": plan, "renglones": renglones}


@require_http_methods(["GET", "POST"])
@permission_required("movimientos.registrar_salida", raise_exception=True)
def baja(request: Solicitud) -> HttpResponse:
    """Everything that a warehouse holds expired, to be written off at once: one operation takes the first LINEAS_MAXIMAS lots."""
    hoy = timezone.localdate()
    almacenes = list(Almacen.objects.all())
    almacen = _almacen_elegido(request, almacenes)
    caducadas = Existencia.objects.caducadas(hoy).filter(almacen=almacen)
    valor = Importe(F("con_costo"), F("lote__costo_unitario"))
    filas = list(caducadas.select_related("lote__producto").annotate(valor=valor).en_orden_fefo()[:LINEAS_MAXIMAS])
    total = caducadas.aggregate(lotes=Count("pk"), unidades=Sum("cantidad", default=0), valor=SumaDinero(valor))
    formulario = forms.BajaForm(request.POST or None)
    estado = 200
    if request.method == "POST":
        estado = 422
        if formulario.is_valid():
            try:
                datos: dict[str, Any] = {**formulario.cleaned_data, **forms.sello(request)}
                pedida = peticiones.Baja(almacen=almacen.pk, **datos)
                operacion = services.dar_de_baja_caducados(pedida, usuario=request.user, hoy=hoy)
            except ClaveReutilizada:
                estado = forms.clave_usada(formulario)
            except (DatosInvalidos, ErrorDeDominio) as error:
                estado = poner_errores(formulario, error)
            else:
                return registrada(request, operacion)
    contexto = {"filas": filas, "formulario": formulario, "almacen": almacen, "almacenes": almacenes, "hoy": hoy}
    marcados = {str(v) for v in formulario["lotes"].value() or ()}
    for x in filas:
        x.marcada = str(x.lote_id) in marcados  # type: ignore[attr-defined]  # the template asks each row
    contexto |= {"total": total, "marcados": marcados}
    return render(request, "movimientos/baja.html", contexto, status=estado)


def _almacen_elegido(request: HttpRequest, almacenes: list[Almacen]) -> Almacen:
    pedido = request.POST.get("almacen") or request.GET.get("almacen") or ""
    return next((a for a in almacenes if str(a.pk) == pedido), None) or next(a for a in almacenes if a.predeterminado)
