"""Alerts: requests and answers."""

from rest_framework import serializers

from inventario.api.campos import Dinero, Fecha, Peticion, TextoLargo
from inventario.api.respuestas import RespuestaDeModelo

from .models import Alerta, Estado, Severidad, Tipo


class ReconocerPeticion(Peticion):
    """A note of who sees to it."""

    nota = TextoLargo(max_length=500, required=False, allow_blank=True)


class PosponerPeticion(ReconocerPeticion):
    """Until when it is hidden, and why."""

    hasta = Fecha()


class AlertaRespuesta(RespuestaDeModelo):
    """`tipo`, `severidad` and `estado` are those of today; `cantidad` in base units."""

    tipo = serializers.ChoiceField(source="tipo_hoy", choices=Tipo.choices)
    severidad = serializers.ChoiceField(choices=Severidad.choices)
    estado = serializers.ChoiceField(choices=Estado.choices)
    producto = serializers.IntegerField(source="producto_id")
    producto_sku = serializers.CharField(source="producto.sku")
    producto_nombre = serializers.CharField(source="producto.nombre")
    lote = serializers.IntegerField(source="lote_id", allow_null=True)
    lote_codigo = serializers.CharField(source="lote.codigo", allow_null=True, default=None)
    valor = Dinero(allow_null=True)
    reconocida_por = serializers.CharField(source="reconocida_por.username", allow_null=True, default=None)

    class Meta:
        model = Alerta
        fields = [
            "id",
            "tipo",
            "severidad",
            "estado",
            "producto",
            "producto_sku",
            "producto_nombre",
            "lote",
            "lote_codigo",
            "activa_desde",
            "vence",
            "cantidad",
            "valor",
            "creada_en",
            "reconocida_en",
            "reconocida_por",
            "pospuesta_hasta",
            "nota",
            "resuelta_en",
        ]


class ResumenRespuesta(serializers.Serializer):
    """Open alerts of today, counted. Those put off and those acknowledged are counted apart, in `por_estado`."""

    total = serializers.IntegerField()
    por_tipo = serializers.DictField(child=serializers.IntegerField())
    por_severidad = serializers.DictField(child=serializers.IntegerField())
    por_estado = serializers.DictField(child=serializers.IntegerField())
