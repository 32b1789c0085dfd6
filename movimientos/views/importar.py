"""The pages of an import: send the file, look at what was understood, confirm, and see it happen."""

import time
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventario.dominio.exceptions import DatosInvalidos, ErrorDeDominio
from inventario.paginas.formularios import poner_errores
from inventario.paginas.fragmentos import pide_fragmento
from inventario.paginas.solicitud import Solicitud
from inventario.plataforma.archivos import recibe_archivo
from lotes.models import Almacen

from ..importacion import cabecera, plantillas, publicar, services, textos
from ..importacion.limites import BYTES
from ..models import Importacion, Operacion

SEGUNDOS = 8.0  # of publishing in one request: the page asks for the next ones by itself
A_LA_VISTA = 100
RECIENTES = 10
con_permiso = permission_required(services.PERMISO, raise_exception=True)


class ArchivoForm(forms.Form):
    archivo = forms.FileField(
        label=gettext_lazy("Archivo"),
        help_text=gettext_lazy("CSV o XLSX, de hasta 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )
    tipo = forms.ChoiceField(label=gettext_lazy("Qué trae"), choices=Importacion.Tipo.choices)
    almacen = forms.ModelChoiceField(
        Almacen.objects.activos(),
        label=gettext_lazy("Almacén de lo que no diga otro"),
        required=False,
        empty_label=gettext_lazy("El predeterminado"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not Almacen.objects.hay_varios():
            del self.fields["almacen"]


@require_http_methods(["GET", "POST"])
@con_permiso
@recibe_archivo(maximo=BYTES, tipos=("csv", "xlsx"))
def nueva(request: Solicitud) -> HttpResponse:
    """Send a file. The file is tried at once."""
    formulario = ArchivoForm(request.POST or None, request.FILES or None)
    estado = 200
    if request.method == "POST":
        estado = 422
        if formulario.is_valid():
            datos = formulario.cleaned_data
            try:
                importacion = services.crear(
                    usuario=request.user,
                    tipo=datos["tipo"],
                    nombre=datos["archivo"].name,
                    contenido=datos["archivo"].read(),
                    almacen=datos.get("almacen"),
                )
            except DatosInvalidos as error:
                estado = poner_errores(formulario, error)
            else:
                return redirect("movimientos:importacion", importacion.pk)
    contexto = {
        "formulario": formulario,
        "recientes": [(i, services.estado_de(i)) for i in _importaciones()[:RECIENTES]],
        "tipos": Importacion.Tipo.choices,
    }
    return render(request, "movimientos/importar.html", contexto, status=estado)


def _importaciones() -> Any:
    return Importacion.objects.select_related("usuario").defer("contenido")


@require_http_methods(["GET", "POST"])
@con_permiso
def ver(request: Solicitud, pk: int) -> HttpResponse:
    """What was understood. POST corrects it and tries again."""
    importacion = get_object_or_404(_importaciones(), pk=pk)
    error, estado = "", 200
    if request.method == "POST":
        try:
            services.cambiar(importacion, usuario=request.user, **_pedido(request, importacion))
        except DatosInvalidos as invalido:
            error, estado = publicar.detalle(invalido), 422
            importacion.refresh_from_db()
        except ErrorDeDominio as rechazo:
            error, estado = str(rechazo), 409
            importacion.refresh_from_db()
        else:
            return redirect("movimientos:importacion", pk)
    return render(request, "movimientos/importacion.html", _contexto(importacion) | {"error": error}, status=estado)


def _pedido(request: HttpRequest, importacion: Importacion) -> dict[str, Any]:
    """What the form asks to change: only what is not so already."""
    datos = request.POST
    pedido: dict[str, Any] = {}
    if datos.get("hoja", importacion.hoja) != importacion.hoja:
        return {"hoja": datos["hoja"]}
    fila = datos.get("fila_cabecera", "")
    if fila.isascii() and fila.isdigit() and len(fila) < 7 and int(fila) != importacion.fila_cabecera:
        return {"fila_cabecera": int(fila)}
    mapa = {c.removeprefix("mapa-"): v for c, v in datos.items() if c.startswith("mapa-")}
    if mapa and {c: v for c, v in mapa.items() if v} != importacion.mapa:
        pedido["mapa"] = mapa
    decisiones: dict[str, Any] = {}
    for p in importacion.preguntas:
        elegida = datos.get(f"decision-{p['columna']}-{p['codigo']}")
        if elegida and elegida != p["elegida"]:
            clave = p["columna"] or p["codigo"]
            decisiones[clave] = [*decisiones.get(clave, []), elegida]
    return pedido | ({"decisiones": decisiones} if decisiones else {})


def _contexto(importacion: Importacion) -> dict[str, Any]:
    campos = [(c, textos.de_campo(c)) for c in cabecera.CAMPOS[importacion.tipo]]
    propios = [(c, textos.de_campo(c)) for c in importacion.mapa.values() if c.startswith(cabecera.ALMACEN)]
    letras = [cabecera.letra(i) for i in range(len(importacion.titulos))]
    preguntas = [
        p
        | {
            "texto": textos.PREGUNTAS[p["codigo"]],
            "titulo": _titulo(importacion, p["columna"]),
            "opciones": [(o, textos.OPCIONES[o]) for o in p["opciones"]],
        }
        for p in importacion.preguntas
    ]
    problemas = importacion.problemas.all()
    errores = problemas.filter(clase="error")
    return {
        "importacion": importacion,
        "migas": [(_("Importar"), reverse("movimientos:importar"))],
        "estado": services.estado_de(importacion),
        "editable": importacion.estado in ("leida", "ensayada"),
        "columnas": [
            (letra, titulo, importacion.mapa.get(letra, ""))
            for letra, titulo in zip(letras, map(_en_una, importacion.titulos), strict=True)
        ],
        "campos": [*campos, *propios],
        "preguntas": preguntas,
        "hay_decididas": any(p["sola"] for p in preguntas),
        "errores": [(p, textos.de_fila(p.codigo, p.datos)) for p in errores[:A_LA_VISTA]],
        "otros": [(p, textos.de_fila(p.codigo, p.datos)) for p in problemas.exclude(clase="error")[:A_LA_VISTA]],
        "hay_mas": problemas.count() > A_LA_VISTA,
        "operaciones": Operacion.objects.filter(pk__in=importacion.operaciones[:20]).order_by("pk"),
        "totales": importacion.totales or {},
    }


def _en_una(titulo: str) -> str:
    return titulo.replace(" | ", " ")


def _titulo(importacion: Importacion, columna: str) -> str:
    i = cabecera.indice(columna) if columna else -1
    return _en_una(importacion.titulos[i]) if 0 <= i < len(importacion.titulos) else ""


@require_POST
@con_permiso
def confirmar(request: Solicitud, pk: int) -> HttpResponse:
    """Publish for some seconds. The page that shows how far it came asks for more, until it is done."""
    importacion = get_object_or_404(_importaciones(), pk=pk)
    antes, inicio = (importacion.totales or {}).get("publicadas", 0), time.monotonic()
    try:
        services.confirmar(importacion, usuario=request.user, segundos=SEGUNDOS)
    except (DatosInvalidos, ErrorDeDominio) as error:
        messages.error(request, publicar.detalle(error))
        return _volver(request, pk)
    if not pide_fragmento(request) or importacion.estado == Importacion.Estado.HECHA:
        return _volver(request, pk)
    totales = importacion.totales or {}
    hechas = totales.get("publicadas", 0)
    ritmo = (hechas - antes) / max(time.monotonic() - inicio, 0.1)
    faltan = max(totales.get("listas", 0) - hechas, 0)
    contexto = _contexto(importacion) | {"minutos": round(faltan / ritmo / 60 + 0.5) if ritmo > 0 else None}
    return render(request, "movimientos/importacion.html#avance", contexto)


def _volver(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole page again; htmx would put it inside the part that asked."""
    if not pide_fragmento(request):
        return redirect("movimientos:importacion", pk)
    respuesta = HttpResponse(status=204)
    respuesta["HX-Refresh"] = "true"
    return respuesta


@require_GET
@con_permiso
def errores(request: HttpRequest, pk: int) -> HttpResponseBase:
    """All that there is to say of the rows, as CSV."""
    importacion = get_object_or_404(_importaciones(), pk=pk)
    return plantillas.descarga(importacion)


@require_GET
@con_permiso
def plantilla(request: HttpRequest, tipo: str) -> HttpResponse:
    """An empty file to fill in, in the language of the page."""
    if tipo not in Importacion.Tipo.values:
        raise Http404
    mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    respuesta = HttpResponse(plantillas.libro(tipo), content_type=mime)
    respuesta["Content-Disposition"] = f'attachment; filename="{tipo}.xlsx"'
    return respuesta
