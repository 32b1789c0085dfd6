"""Open a session, close it, change it, give it up. Each checks the permission first; a repeated key gets its first answer."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Value, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from inventario.cuentas.models import Usuario
from inventario.dominio.exceptions import CambioImposible, ClaveReutilizada, DatosInvalidos
from inventario.dominio.permisos import autorizar
from inventario.dominio.texto import componer
from inventario.dominio.transacciones import atomica
from lotes.models import Almacen

from ..exceptions import ConteoCerrado
from .alcance import Alcance, existencias
from .models import Conteo, LineaDelConteo


@dataclass(frozen=True, slots=True, kw_only=True)
class Apertura:
    """What to count and how. A threshold left out is that of the settings."""

    almacen: int | None = None
    alcance: Alcance = field(default_factory=Alcance)
    a_ciegas: bool = True
    umbral_unidades: int | None = None
    umbral_valor: Decimal | None = None
    desempate: str = Conteo.Desempate.TERCERO
    nota: str = ""
    clave: str | None = None
    resumen: str = ""


@atomica
def abrir(p: Apertura, *, usuario: Usuario, hoy: date | None = None) -> Conteo:
    """Open a session with a line for each lot to count, in one statement. Raises DatosInvalidos (nothing to count)."""
    autorizar(usuario, "movimientos.contar")
    if p.clave and (previo := Conteo.objects.filter(abierto_por=usuario, clave_idempotencia=p.clave).first()):
        if previo.resumen != p.resumen:
            raise ClaveReutilizada
        previo.es_repeticion = True
        return previo
    hoy = hoy or timezone.localdate()
    elegidos = (
        Almacen.objects.filter(predeterminado=True) if p.almacen is None else Almacen.objects.filter(pk=p.almacen)
    )
    almacen = elegidos.first()
    if almacen is None:
        raise DatosInvalidos({"almacen": [_("No existe.")]})
    unidades = settings.CONTEO_UMBRAL_UNIDADES if p.umbral_unidades is None else p.umbral_unidades
    valor = Decimal(settings.CONTEO_UMBRAL_VALOR) if p.umbral_valor is None else p.umbral_valor
    mas_laxo = unidades > settings.CONTEO_UMBRAL_UNIDADES or valor > settings.CONTEO_UMBRAL_VALOR
    if (
        mas_laxo or p.desempate != Conteo.Desempate.TERCERO
    ):  # as to change it: who counts does not loosen what watches it
        autorizar(usuario, "movimientos.ajustar")
    conteo = Conteo.objects.create(
        almacen=almacen,
        alcance=p.alcance.datos(),
        a_ciegas=p.a_ciegas,
        umbral_unidades=unidades,
        umbral_valor=valor,
        desempate=p.desempate,
        nota=componer(p.nota),
        abierto_por=usuario,
        abierto_en=timezone.now(),
        clave_idempotencia=p.clave or None,
        resumen=p.resumen,
    )
    conteo.num_lineas = _listar(conteo, p.alcance, hoy)
    Conteo.objects.filter(pk=conteo.pk).update(num_lineas=conteo.num_lineas)
    if not conteo.num_lineas and p.alcance.datos():
        raise DatosInvalidos({"alcance": [_("No hay nada que contar con esas condiciones.")]})
    return conteo


def _listar(conteo: Conteo, alcance: Alcance, hoy: date) -> int:
    """Insert the lines of `conteo`, in the order of its sheets. The ORM cannot insert what it selects."""
    columnas = {
        "conteo_id": Value(conteo.pk),
        "orden": Window(RowNumber(), order_by=["producto__sku", "lote__codigo", "pk"]),
        "hallada": Value(False),
        "estado": Value("sin_contar"),
        "personas": Value(0),
        "es_grande": Value(False),
    }
    filas = existencias(alcance, conteo.almacen_id, hoy).order_by()
    filas = filas.annotate(**{f"x_{c}": valor for c, valor in columnas.items()})
    consulta = filas.values_list("lote_id", "producto_id", "lote__costo_unitario", *(f"x_{c}" for c in columnas)).query
    try:
        sql, parametros = consulta.sql_with_params()
    except EmptyResultSet:
        return 0
    destino = ", ".join(("lote_id", "producto_id", "costo_unitario", *columnas))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {LineaDelConteo._meta.db_table} ({destino}) {sql}", parametros)
        return cursor.rowcount


def _pasar(conteo: Conteo, a: str, *, desde: Collection[str], nota: str, **campos: Any) -> Conteo:
    """Change the state of `conteo`, which is locked, and its note where one is said. Raises ConteoCerrado."""
    if conteo.estado not in desde:
        raise ConteoCerrado(conteo_estado=conteo.estado)
    conteo.estado = a
    campos |= {"nota": componer(nota)} if nota else {}
    for campo, valor in campos.items():
        setattr(conteo, campo, valor)
    conteo.save(update_fields=["estado", *campos])
    return conteo


@atomica
def cerrar(conteo: Conteo, *, usuario: Usuario, nota: str = "") -> Conteo:
    """Nothing more is counted, but what must be counted again. What nobody counted stays as it is: it is not zero."""
    autorizar(usuario, "movimientos.contar")
    conteo = Conteo.objects.bloqueado(conteo.pk)
    if conteo.estado == Conteo.Estado.CERRADO:
        return conteo
    return _pasar(conteo, "cerrado", desde=["abierto"], nota=nota, cerrado_por=usuario, cerrado_en=timezone.now())


@atomica
def reabrir(conteo: Conteo, *, usuario: Usuario, nota: str = "") -> Conteo:
    """Go on counting."""
    autorizar(usuario, "movimientos.ajustar")
    conteo = Conteo.objects.bloqueado(conteo.pk)
    if conteo.estado == Conteo.Estado.ABIERTO:
        return conteo
    return _pasar(conteo, "abierto", desde=["cerrado"], nota=nota, cerrado_por=None, cerrado_en=None)


@atomica
def cancelar(conteo: Conteo, *, usuario: Usuario, nota: str = "") -> Conteo:
    """Give it up. Its numbers are kept, and post nothing. Raises ConteoCerrado also when part of it was posted."""
    autorizar(usuario, "movimientos.ajustar")
    conteo = Conteo.objects.bloqueado(conteo.pk)
    if conteo.estado == Conteo.Estado.CANCELADO:
        return conteo
    if conteo.lineas.filter(operacion__isnull=False).exists():
        raise ConteoCerrado(conteo_estado=conteo.estado)
    return _pasar(conteo, "cancelado", desde=["abierto", "cerrado"], nota=nota)


@atomica
def cambiar(conteo: Conteo, *, usuario: Usuario, **campos: Any) -> Conteo:
    """Change the note, or, before anybody counted, how it is counted (`a_ciegas`, thresholds, `desempate`)."""
    autorizar(usuario, "movimientos.ajustar")
    conteo = Conteo.objects.bloqueado(conteo.pk)
    if not conteo.sigue:
        raise ConteoCerrado(conteo_estado=conteo.estado)
    if campos.keys() - {"nota"} and conteo.lineas.contadas().exists():
        raise CambioImposible(_("Ya se contó con esas reglas."), campo=min(campos.keys() - {"nota"}))
    for campo, valor in campos.items():
        setattr(conteo, campo, componer(valor) if campo == "nota" else valor)
    conteo.save(update_fields=list(campos))
    return conteo
