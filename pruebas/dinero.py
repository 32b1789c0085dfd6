"""What the tests of money ask: what `verificar` finds, what a report says, what an alert is worth."""

from decimal import Decimal
from io import StringIO
from typing import Any

from django.core.management import CommandError, call_command
from django.utils import timezone

from alertas.models import Alerta
from pruebas.ayudas import hoy_mas
from reportes.filtros import Filtro
from reportes.informes import REPORTES


def verificar() -> str:
    salida = StringIO()
    try:
        call_command("verificar", stdout=salida)
    except CommandError:
        return salida.getvalue()
    return ""


def reporte(nombre: str, **filtro: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The totals of a report, and its rows."""
    hoy = timezone.localdate()
    de = REPORTES[nombre]
    agrupar = filtro.pop("agrupar", next(iter(de.agrupaciones)))
    consulta = de.consulta(Filtro(hoy=hoy, agrupar=agrupar, **{"desde": hoy_mas(-30), "hasta": hoy, **filtro}))
    filas = [dict(zip(consulta.columnas, fila, strict=True)) for bloque in consulta.bloques() for fila in bloque]
    return consulta.totales(), filas


def valor(**filtro: Any) -> Decimal:
    return reporte("existencias", **filtro)[0]["valor"]


def alerta() -> Decimal | None:
    return Alerta.objects.get(lote__isnull=False, resuelta_en=None).valor
