"""Where on a sheet a refusal belongs: the line, and the field of it, that it speaks of."""

from collections.abc import Iterator
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inventario.dominio import unidades
from inventario.dominio.exceptions import DatosInvalidos, ErrorDeDominio
from inventario.dominio.texto import normalizar_codigo
from lotes.caducidad import Razon
from lotes.etiquetas import RAZONES

from .exceptions import CaducidadDistinta, FabricacionDistinta, LoteNoDespachable

_DE_FECHA = {
    CaducidadDistinta: (
        "fecha_caducidad",
        gettext_lazy("El lote está registrado con caducidad %(registrada)s, no %(recibida)s."),
    ),
    FabricacionDistinta: (
        "fecha_fabricacion",
        gettext_lazy("El lote está registrado como fabricado el %(registrada)s, no el %(recibida)s."),
    ),
}
DE_CABECERA = {
    "retroactivo_imposible": "fecha_efectiva",
    "motivo_incompatible": "motivo",
    "almacen_inactivo": "almacen",
}


def anotar_rechazo(hoja: Any, error: DatosInvalidos | ErrorDeDominio) -> None:
    if isinstance(error, DatosInvalidos):
        for ruta, mensajes in error.errores.items():
            _anotar_dato(hoja, ruta, mensajes)
        return
    anotado = False
    for formulario, campo, mensaje in _en_lineas(hoja, error):
        _poner(formulario, campo, mensaje)
        anotado = True
    if not anotado:
        _poner(hoja.cabecera, DE_CABECERA.get(error.codigo), str(error))


def _anotar_dato(hoja: Any, ruta: str, mensajes: list[Any]) -> None:
    partes = ruta.split(".")
    if len(partes) == 3 and partes[0] == "lineas" and int(partes[1]) < len(hoja.llenas):
        _poner(hoja.llenas[int(partes[1])], partes[2], mensajes)
    else:
        _poner(hoja.cabecera, ruta, mensajes)


def _poner(formulario: Any, campo: str | None, mensajes: Any) -> None:
    formulario.add_error(campo if campo in formulario.fields else None, mensajes)


def _en_lineas(hoja: Any, error: ErrorDeDominio) -> Iterator[tuple[Any, str, str]]:
    datos = error.datos
    for corta in datos.get("lineas", []):
        for f in _lineas_de(hoja, corta):
            f.falta = True
            yield (
                f,
                "cantidad",
                ngettext(
                    "Pide %(pedido)s y hay %(disponible)s: falta %(falta)s.",
                    "Pide %(pedido)s y hay %(disponible)s: faltan %(falta)s.",
                    corta["falta"],
                )
                % {
                    "pedido": unidades.contar(corta["pedido"], f.fila.unidad),
                    **{k: number_format(corta[k], force_grouping=True) for k in ("disponible", "falta")},
                },
            )
            break
    for contada in datos.get("contadas", []):
        yield from ((f, "cantidad", str(error)) for f in _lineas_de(hoja, contada))
    if isinstance(error, CaducidadDistinta | FabricacionDistinta):
        campo, texto = _DE_FECHA[type(error)]
        fechas = {k: _fecha(datos[k]) for k in ("registrada", "recibida")}
        for f in _lineas_de(hoja, {"lote_codigo": datos["lote_codigo"], campo: datos["recibida"]}):
            yield f, campo, str(texto % fechas)
    elif isinstance(error, LoteNoDespachable):
        razon = RAZONES[Razon(datos["razon"])]
        for f in _lineas_de(hoja, datos):
            yield f, "lote", _("No puede salir por este motivo: %(razon)s.") % {"razon": str(razon).lower()}
    elif "lineas" not in datos and "producto" in datos:
        for f in _lineas_de(hoja, datos):
            yield f, "producto", str(error)


def _lineas_de(hoja: Any, datos: dict[str, Any]) -> list[Any]:
    """The lines that a refusal names: by lot if it says one, else by lot code, else by product."""
    if "lote" in datos:
        return [f for f in hoja.llenas if getattr(f, "fila_lote", None) and f.fila_lote.pk == datos["lote"]]
    if "lote_codigo" in datos:
        return [
            f
            for f in hoja.llenas
            if normalizar_codigo(f.cleaned_data.get("lote", "")) == datos["lote_codigo"]
            and all(f.cleaned_data.get(campo) == datos[campo] for campo, _t in _DE_FECHA.values() if campo in datos)
        ]
    return [f for f in hoja.llenas if f.fila and f.fila.pk == datos.get("producto")]


def _fecha(valor: Any) -> str:
    dia = parse_date(valor) if isinstance(valor, str) else valor
    return date_format(dia, "SHORT_DATE_FORMAT") if dia else _("sin caducidad")
