"""The pages on which operations are registered."""

from collections.abc import Iterable
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, F, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from inventario.dominio import unidades
from inventario.dominio.campos import entero_ascii
from inventario.dominio.dinero import Importe, SumaDinero
from inventario.dominio.exceptions import ClaveReutilizada, DatosInvalidos, ErrorDeDominio
from inventario.dominio.permisos import autorizar
from inventario.paginas.camara import con_camara
from inventario.paginas.formularios import negar_en_su_lugar, poner_errores
from inventario.paginas.fragmentos import avisar, pide_fragmento
from inventario.paginas.solicitud import Solicitud
from lotes.caducidad import Razon
from lotes.etiquetas import RAZONES
from lotes.models import Almacen, Existencia

from .. import forms, peticiones, services
from ..clases import DESPACHO, Clase
from ..hoja import Hoja, Rechazo
from ..models import Operacion
from ..peticiones import LINEAS_MAXIMAS

REPETIDA = gettext_lazy("Esta operación ya estaba registrada: no se repitió.")


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
    hoja.decir_lo_que_hay()
    return render(request, clase.plantilla, contexto, status=estado)


def registrada(request: HttpRequest, operacion: Operacion, hecho: str = "") -> HttpResponse:
    """Say that it was done (`hecho`), or that it had been, and show it."""
    if operacion.es_repeticion:
        messages.info(request, REPETIDA)
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
    hoja.decir_lo_que_hay()
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
    """Everything that expired, in every warehouse or in one, to be written off at once: the first LINEAS_MAXIMAS lots go now."""
    hoy = timezone.localdate()
    almacen = entero_ascii(request.POST.get("almacen") or request.GET.get("almacen") or "")
    caducadas = Existencia.objects.caducadas(hoy)
    if almacen is not None:
        caducadas = caducadas.filter(almacen=almacen)
    formulario = forms.BajaForm(request.POST or None)
    estado = 422 if request.method == "POST" else 200
    if formulario.is_valid():
        try:
            operaciones = _dar_de_baja(request, formulario, hoy)
        except ClaveReutilizada:
            estado = forms.clave_usada(formulario)
        except (DatosInvalidos, ErrorDeDominio) as error:
            estado = poner_errores(formulario, error)
        else:
            return _dada_de_baja(request, operaciones)
    negar_en_su_lugar(request, formulario, estado)
    valor = Importe(F("con_costo"), F("lote__costo_unitario"))
    con_valor = caducadas.select_related("lote__producto", "almacen").annotate(valor=valor)
    filas = list(con_valor.en_orden_fefo()[:LINEAS_MAXIMAS])
    marcadas = {str(v) for v in formulario["existencias"].value() or ()} if formulario.is_bound else None
    for x in filas:
        x.marcada = marcadas is None or str(x.pk) in marcadas  # type: ignore[attr-defined]  # the template asks each row
    contexto = {
        "filas": filas,
        "formulario": formulario,
        "unidad": _unidad_de(filas),
        "almacen": almacen,
        "almacenes": list(Almacen.objects.all()),
        "total": caducadas.aggregate(
            renglones=Count("pk"),
            lotes=Count("lote", distinct=True),
            unidades=Sum("cantidad", default=0),
            valor=SumaDinero(valor),
        ),
    }
    return render(request, "movimientos/baja.html", contexto, status=estado)


def _unidad_de(filas: Iterable[Existencia]) -> str:
    """What the units of several lots are called: by their own name when it is the same for all."""
    nombres = {x.lote.producto.unidad for x in filas}
    return unidades.nombre(nombres.pop(), 2) if len(nombres) == 1 else _("unidades")


def _dar_de_baja(request: Solicitud, formulario: forms.BajaForm, hoy: date) -> list[Operacion]:
    datos: dict[str, Any] = {**formulario.cleaned_data, **forms.sello(request)}
    lotes: dict[int, list[int]] = {}
    marcadas = Existencia.objects.filter(pk__in=datos.pop("existencias"))
    for almacen, lote in marcadas.order_by("pk").values_list("almacen_id", "lote_id"):
        lotes.setdefault(almacen, []).append(lote)
    if not lotes:
        raise DatosInvalidos({"existencias": [_("La selección no es válida.")]})
    return services.dar_de_baja(peticiones.Baja(**datos), lotes, usuario=request.user, hoy=hoy)


def _dada_de_baja(request: Solicitud, operaciones: list[Operacion]) -> HttpResponse:
    """One operation is shown; of several, the list. In place (from the alerts) it is said, with the way to take it back."""
    lotes = len({linea.lote_id for o in operaciones for linea in o.lineas})
    hecho = ngettext("%(n)s lote dado de baja.", "%(n)s lotes dados de baja.", lotes) % {"n": lotes}
    repetida = all(o.es_repeticion for o in operaciones)
    if repetida:
        hecho = str(REPETIDA)
    if pide_fragmento(request):
        puede = all(services.puede_revertir(o, request.user) for o in operaciones)
        return avisar(hecho, "alertas", [_como_deshacer(o) for o in reversed(operaciones)] if puede else [])
    if len(operaciones) == 1:
        return registrada(request, operaciones[0])
    messages.add_message(request, messages.INFO if repetida else messages.SUCCESS, hecho)
    return redirect("movimientos:operaciones")


def _como_deshacer(operacion: Operacion) -> dict[str, str]:
    return {"url": reverse("movimientos:revertir", args=[operacion.pk]), "nota": _("Deshecho enseguida.")}
