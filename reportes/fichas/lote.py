"""The page of a lot: where it is, where it came from, where every unit went, and what was decided about it."""

from django.contrib.auth.decorators import permission_required
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from lotes.caducidad import razon_no_despachable
from lotes.cambios import CAMBIOS
from lotes.etiquetas import AVISOS
from lotes.models import Almacen, Lote
from lotes.views import formulario_de
from movimientos.trazabilidad import INTERNOS, destinatarios

TRAZA_MAXIMA = 500


@require_GET
@permission_required("lotes.view_lote", raise_exception=True)
def ver(request: HttpRequest, pk: int) -> HttpResponse:
    lote = get_object_or_404(
        Lote.objects.select_related("producto").prefetch_related("producto__empaques").con_cantidad(), pk=pk
    )
    hoy = timezone.localdate()
    traza = lote.movimientos.select_related("operacion__motivo", "operacion__usuario", "almacen").order_by("-pk")
    traza = traza.annotate(reverso=F("operacion__revertida_por__pk"))
    # Between our own warehouses nothing comes from anywhere nor goes to anybody: told apart, so that it hides neither.
    movimientos, internos = (
        list(filas[: TRAZA_MAXIMA + 1]) for filas in (traza.exclude(INTERNOS), traza.filter(INTERNOS))
    )
    razon = razon_no_despachable(lote.estado, lote.fecha_caducidad, hoy)
    contexto = {
        "lote": lote,
        "hoy": hoy,
        "dias": lote.dias_restantes(hoy),
        "razon": razon,
        "aviso": razon and AVISOS.get(razon),
        "existencias": list(lote.existencias.con_stock().select_related("almacen").order_by("almacen__nombre")),
        "internos": internos,
        "entraron": [m for m in movimientos if m.cantidad > 0],
        "salieron": [m for m in movimientos if m.cantidad < 0],
        "destinatarios": [d for d in destinatarios(lote) if d["contraparte"]],
        "hay_mas": max(len(movimientos), len(internos)) > TRAZA_MAXIMA,
        "cambios": list(lote.cambios.select_related("usuario")),
        "varios_almacenes": Almacen.objects.hay_varios(),
        "acciones": [
            {"accion": c, "formulario": formulario_de(c, prefijo=c.codigo)}
            for c in CAMBIOS
            if c.ofrecido(lote, request.user)
        ],
    }
    return render(request, "reportes/fichas/lote.html", contexto)
