"""What the API answers of where a lot came from and went. It is built in `respuestas`; the classes here say its shape."""

from rest_framework import serializers

from lotes.models import Lote

from .models import Tipo


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


class ExistenciaTrazada(serializers.Serializer):
    """What a warehouse holds of the lot."""

    almacen = serializers.IntegerField()
    almacen_codigo = serializers.CharField()
    cantidad = serializers.IntegerField()


class TrazabilidadRespuesta(serializers.Serializer):
    """`entradas` are the ledger lines that brought units in, `salidas` those that took them out; `cantidad` signed."""

    lote = LoteTrazado()
    entradas = PasoRespuesta(many=True)
    salidas = PasoRespuesta(many=True)
    existencias = ExistenciaTrazada(many=True)
    quedan = serializers.IntegerField()
