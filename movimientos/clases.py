"""The kinds of operation that people register, each described once: its page, its path in the API and its place in the menu come
from here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import forms, peticiones, serializers, services
from .models import Operacion

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Clase:
    """`ruta`: of the page, and its name; `recurso`: its path in the API; `tecla` opens it after "g"; `permiso` is that which
    `servicio` demands; `cuerpo`: the body that the API takes; `contraparte`: what the other side is called.
    """

    ruta: str
    recurso: str
    titulo: Promise
    explicacion: Promise
    boton: Promise
    otra: Promise
    icono: str
    tecla: str
    permiso: str
    peticion: type[peticiones.ConLineas]
    servicio: Callable[..., Operacion]
    linea: type[forms.LineaForm]
    cuerpo: type[serializers.OperacionPeticion]
    contraparte: "StrOrPromise"
    cabecera: type[forms.CabeceraForm] = forms.CabeceraForm
    plantilla: str = "movimientos/hoja.html"


DESPACHO = Clase(
    ruta="despacho",
    recurso="despachos",
    titulo=_("Despacho"),
    explicacion=_("Diga qué y cuánto: sale primero lo que caduca antes."),
    boton=_("Confirmar el despacho"),
    otra=_("Otro despacho"),
    icono="package-check",
    tecla="d",
    permiso="movimientos.despachar",
    peticion=peticiones.Despacho,
    servicio=services.despachar,
    linea=forms.LineaPedidaForm,
    cuerpo=serializers.DespachoPeticion,
    contraparte=_("Destinatario"),
    cabecera=forms.DespachoForm,
    plantilla="movimientos/despacho.html",
)
CLASES = (
    DESPACHO,
    Clase(
        ruta="entrada",
        recurso="entradas",
        titulo=_("Entrada"),
        explicacion=_("Lo que llega: cada lote con su caducidad. Si el lote ya existe, se suma a él."),
        boton=_("Registrar la entrada"),
        otra=_("Otra entrada"),
        icono="package-plus",
        tecla="e",
        permiso="movimientos.registrar_entrada",
        peticion=peticiones.Entrada,
        servicio=services.registrar_entrada,
        linea=forms.LineaEntradaForm,
        cuerpo=serializers.EntradaPeticion,
        contraparte=_("Proveedor"),
    ),
    Clase(
        ruta="salida",
        recurso="salidas",
        titulo=_("Salida de lote"),
        explicacion=_(
            "Lo que sale de un lote elegido, con su motivo. Lo caducado o retenido solo sale por merma, baja, destrucción o "
            "devolución."
        ),
        boton=_("Registrar la salida"),
        otra=_("Otra salida"),
        icono="package-minus",
        tecla="s",
        permiso="movimientos.registrar_salida",
        peticion=peticiones.Salida,
        servicio=services.registrar_salida,
        linea=forms.LineaLoteForm,
        cuerpo=serializers.SalidaPeticion,
        contraparte=_("Destinatario"),
    ),
    Clase(
        ruta="traslado",
        recurso="traslados",
        titulo=_("Traslado"),
        explicacion=_("De un almacén a otro, lote por lote. También lo caducado y lo retenido."),
        boton=_("Trasladar"),
        otra=_("Otro traslado"),
        icono="arrow-left-right",
        tecla="t",
        permiso="movimientos.trasladar",
        peticion=peticiones.Traslado,
        servicio=services.trasladar,
        linea=forms.LineaLoteForm,
        cuerpo=serializers.TrasladoPeticion,
        contraparte=_("Quién lo lleva"),
        cabecera=forms.TrasladoForm,
    ),
    Clase(
        ruta="ajuste",
        recurso="ajustes",
        titulo=_("Conteo"),
        explicacion=_("Escriba lo contado: el saldo queda en esa cantidad. Lo que ya era correcto no deja movimiento."),
        boton=_("Registrar el conteo"),
        otra=_("Otro conteo"),
        icono="clipboard-check",
        tecla="c",
        permiso="movimientos.ajustar",
        peticion=peticiones.Conteo,
        servicio=services.ajustar,
        linea=forms.LineaConteoForm,
        cuerpo=serializers.ConteoPeticion,
        contraparte=_("Quién contó"),
    ),
)
DE_TIPO = {c.peticion.TIPO.value: c for c in CLASES}
