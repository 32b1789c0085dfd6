"""Where a lot came from and went: who kept how much of it, for the API and the page, and the shape of the API's answer, which is
built in `respuestas`.
"""

from typing import Any

from django.db.models import F, Q, Sum, Value
from django.db.models.functions import Coalesce
from rest_framework import serializers

from lotes.models import Lote

from .models import Movimiento, Tipo

SALEN = (Tipo.SALIDA, Tipo.DESPACHO)
# Lines that only move units from one of our warehouses to another, or back.
INTERNOS = Q(tipo=Tipo.TRASLADO) | Q(tipo=Tipo.REVERSO, operacion__revierte__tipo=Tipo.TRASLADO)


def destinatarios(lote: Lote) -> list[dict[str, Any]]:
    """Who received units of `lote`: how many went out, how many a reversal brought back, and how many are still there."""
    de_salidas = Q(tipo__in=SALEN) | Q(tipo=Tipo.REVERSO, operacion__revierte__tipo__in=SALEN)
    salio = Coalesce(Sum(-F("cantidad"), filter=Q(cantidad__lt=0)), Value(0))
    volvio = Coalesce(Sum("cantidad", filter=Q(cantidad__gt=0)), Value(0))
    de_cada_uno = Movimiento.objects.filter(de_salidas, lote=lote).order_by().values("operacion__contraparte")
    filas = de_cada_uno.annotate(salio=salio, volvio=volvio).order_by("operacion__contraparte")
    return [
        {
            "contraparte": f["operacion__contraparte"],
            "salio": int(f["salio"]),  # PostgreSQL sums integers as decimals
            "volvio": int(f["volvio"]),
            "cantidad": int(f["salio"] - f["volvio"]),
        }
        for f in filas
    ]


class LoteTrazado(serializers.Serializer):
    """The lot that is traced."""

    id = serializers.IntegerField()
    producto = serializers.IntegerField()
    producto_sku = serializers.CharField()
    codigo = serializers.CharField()
    fecha_caducidad = serializers.DateField(allow_null=True)
    estado = serializers.ChoiceField(choices=Lote.Estado.choices)


class PasoRespuesta(serializers.Serializer):
    """A line of the ledger of the lot, with its operation."""

    movimiento = serializers.IntegerField()
    operacion = serializers.IntegerField()
    tipo = serializers.ChoiceField(choices=Tipo.choices)
    motivo = serializers.CharField()
    contraparte = serializers.CharField()
    documento = serializers.CharField()
    almacen = serializers.IntegerField()
    cantidad = serializers.IntegerField()
    fecha_efectiva = serializers.DateField()
    registrada_en = serializers.DateTimeField()
    usuario = serializers.CharField()
    revierte = serializers.IntegerField(allow_null=True)
    revertida_por = serializers.IntegerField(allow_null=True)


class DestinatarioTrazado(serializers.Serializer):
    """Who received units of the lot: what went out, what a reversal brought back, and what is left of that (`cantidad`)."""

    contraparte = serializers.CharField()
    salio = serializers.IntegerField()
    volvio = serializers.IntegerField()
    cantidad = serializers.IntegerField()


class ExistenciaTrazada(serializers.Serializer):
    """What a warehouse holds of the lot."""

    almacen = serializers.IntegerField()
    almacen_codigo = serializers.CharField()
    cantidad = serializers.IntegerField()


class TrazabilidadRespuesta(serializers.Serializer):
    """`entradas` are the ledger lines that brought units in, `salidas` those that took them out; `cantidad` signed. Those of an
    operation that was reversed say so (`revertida_por`), as do those of its reversal (`revierte`).
    """

    lote = LoteTrazado()
    entradas = PasoRespuesta(many=True)
    salidas = PasoRespuesta(many=True)
    destinatarios = DestinatarioTrazado(many=True)
    existencias = ExistenciaTrazada(many=True)
    quedan = serializers.IntegerField()
