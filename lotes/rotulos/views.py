"""The page of labels: what, on which paper, how many, from where; seen, printed, or taken as ZPL."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from inventario.dominio.campos import entero_ascii
from inventario.paginas.formularios import CantidadField
from productos.models import Empaque, Producto

from ..models import Lote
from . import contenido, svg, zpl
from .contenido import Rotulo
from .papel import FORMATOS, Formato
from .plano import Plano, trazar

FILAS_MAXIMAS = 1000
ETIQUETAS_MAXIMAS = 2000
CLASES = ("lote", "producto", "estante", "empaque")
EN_SESION = "etiquetas"


class RotulosForm(forms.Form):
    formato = forms.ChoiceField(label=gettext_lazy("Papel"), choices=[(f.clave, f.nombre) for f in FORMATOS.values()])
    copias = CantidadField(label=gettext_lazy("Copias de cada una"), max_value=100, required=False)
    empezar = CantidadField(
        label=gettext_lazy("Empezar en la etiqueta"),
        max_value=30,
        required=False,
        help_text=gettext_lazy("De una hoja ya empezada: la primera que queda."),
    )
    ppp = forms.ChoiceField(
        label=gettext_lazy("Impresora Zebra"),
        choices=[("203", gettext_lazy("203 puntos por pulgada")), ("300", gettext_lazy("300 puntos por pulgada"))],
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        datos = super().clean() or {}
        formato = FORMATOS.get(datos.get("formato", ""))
        if formato and (datos.get("empezar") or 1) > formato.por_hoja:
            mensaje = _("La hoja tiene %(n)s etiquetas.") % {"n": formato.por_hoja}
            self.add_error("empezar", mensaje)
        return datos


@require_http_methods(["GET", "POST"])  # a POST is for who asks for more than fits in an address: it changes nothing
@permission_required("lotes.view_lote", raise_exception=True)
def etiquetas(request: HttpRequest) -> HttpResponse:
    datos = request.POST if request.method == "POST" else request.GET
    pedidas = [(clase, valor) for clase in CLASES for valor in datos.getlist(clase)][: FILAS_MAXIMAS + 1]
    usual = {"formato": request.session.get(EN_SESION, "a4-24"), "copias": "1", "empezar": "1", "ppp": "203"}
    formulario = RotulosForm(usual | {campo: datos[campo] for campo in usual if datos.get(campo)})
    rotulos = _rotulos(pedidas[:FILAS_MAXIMAS], request.build_absolute_uri("/"))
    contexto = {"formulario": formulario, "pedidas": pedidas, "cuantas": len(rotulos)}
    if not formulario.is_valid():
        return render(request, "lotes/etiquetas.html", contexto, status=422)
    formato = FORMATOS[formulario.cleaned_data["formato"]]
    if usual["formato"] != formato.clave:
        request.session[EN_SESION] = formato.clave
    copias = formulario.cleaned_data["copias"] or 1
    planos = [plano for r in rotulos for plano in [trazar(r, formato.ancho, formato.alto)] * copias]
    if len(planos) > ETIQUETAS_MAXIMAS or len(pedidas) > FILAS_MAXIMAS:
        formulario.add_error(None, _("Son demasiadas: imprímalas en varias veces."))
        return render(request, "lotes/etiquetas.html", contexto, status=422)
    if "zpl" in datos:
        return _zpl(planos, int(formulario.cleaned_data["ppp"] or 203))
    contexto |= _hojas(planos, formato, (formulario.cleaned_data["empezar"] or 1) - 1)
    return render(request, "lotes/etiquetas.html", contexto)


def _hojas(planos: list[Plano], formato: Formato, empezar: int) -> dict[str, Any]:
    return {"hojas": list(svg.hojas(planos, formato, empezar)) if planos else [], "formato": formato}


def _zpl(planos: list[Plano], ppp: int) -> HttpResponse:
    cabeceras = {"Content-Disposition": 'attachment; filename="etiquetas.zpl"'}
    return HttpResponse(zpl.etiquetas(planos, ppp), content_type="application/zpl; charset=utf-8", headers=cabeceras)


def _rotulos(pedidas: list[tuple[str, str]], base: str) -> list[Rotulo]:
    """The labels asked for, in that order; what does not exist is left out. A query a class."""
    hoy = timezone.localdate()
    de: dict[str, Callable[[Any], Rotulo]] = {
        "lote": lambda fila: contenido.de_lote(fila, hoy, base),
        "producto": lambda fila: contenido.de_producto(fila, hoy, base),
        "estante": lambda fila: contenido.de_estante(fila, hoy, base),
        "empaque": lambda fila: contenido.de_producto(fila.producto, hoy, base, fila),
    }
    conjuntos: dict[str, Any] = {
        "lote": Lote.objects.select_related("producto"),
        "producto": Producto.objects.all(),
        "estante": Producto.objects.all(),
        "empaque": Empaque.objects.select_related("producto"),
    }
    ids = {clase: {pk for c, v in pedidas if c == clase and (pk := entero_ascii(v))} for clase in CLASES}
    filas = {clase: conjuntos[clase].in_bulk(ids[clase]) for clase in CLASES if ids[clase]}
    pares = ((clase, filas.get(clase, {}).get(entero_ascii(valor))) for clase, valor in pedidas)
    return [de[clase](fila) for clase, fila in pares if fila is not None]
