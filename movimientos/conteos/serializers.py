"""Count sessions: requests and answers."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from inventario.api.campos import Booleano, Cantidad, Dinero, Entero, Id, Peticion, TextoLargo
from lotes.models import Almacen
from lotes.serializers import Escaneado
from productos.models import Categoria

from ..serializers import OperacionRespuesta
from .alcance import CLASES
from .models import Conteo, LineaDelConteo
from .numeros import HACE_MAXIMO

ENTERO_DE_BASE = 2**31 - 1
ELEGIDOS_MAXIMOS = 1000


def _ids() -> Any:
    return serializers.ListField(child=Id(), required=False, allow_empty=True, max_length=ELEGIDOS_MAXIMOS)


class ConteoCambioPeticion(Peticion):
    """What may change of a session: its note, and, before anybody counted, how it is counted."""

    nota = TextoLargo(max_length=500, required=False, allow_blank=True)
    a_ciegas = Booleano(required=False)
    umbral_unidades = Entero(min_value=0, max_value=ENTERO_DE_BASE, required=False)
    umbral_valor = Dinero(required=False)
    desempate = serializers.ChoiceField(choices=Conteo.Desempate.choices, required=False)


class AperturaPeticion(ConteoCambioPeticion):
    """What to count: all that the warehouse holds, but for what is said. A threshold left out is that of the settings."""

    almacen = Id(required=False, allow_null=True)
    categoria = serializers.PrimaryKeyRelatedField(
        queryset=Categoria.objects.all(), required=False, allow_null=True, pk_field=Id()
    )
    productos = _ids()
    lotes = _ids()
    clases = serializers.ListField(
        child=serializers.ChoiceField(choices=CLASES), required=False, max_length=len(CLASES)
    )
    sin_contar = Entero(
        min_value=0, max_value=3650, required=False, allow_null=True, help_text="Not counted for so many days."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.keys() & {"almacen", "categoria", "productos", "lotes", "clases", "sin_contar"}:
            raise serializers.ValidationError({"almacen": [_("Diga qué se cuenta.")]})
        return attrs


class EstadoPeticion(Peticion):
    """What there is to say of it; left out, the note stays as it is."""

    nota = TextoLargo(max_length=500, required=False, allow_blank=True)


class AprobarPeticion(EstadoPeticion):
    """Why it is approved."""


class ContadoPeticion(Peticion):
    """What was counted of a lot, named by its id or by a code; and when: at a `secuencia`, `hace` so many seconds, or now."""

    lote = Id(required=False)
    codigo = Escaneado(required=False, help_text="Instead of `lote`: what a scanner sent.")
    almacen = serializers.PrimaryKeyRelatedField(
        queryset=Almacen.objects.all(), required=False, allow_null=True, pk_field=Id()
    )
    cantidad = Cantidad(min_value=0, help_text="What was counted.")
    secuencia = Entero(min_value=0, max_value=ENTERO_DE_BASE, required=False, allow_null=True)
    hace = Entero(min_value=0, max_value=HACE_MAXIMO, required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("lote" in attrs) == ("codigo" in attrs):
            raise serializers.ValidationError({"lote": [serializers.Field.default_error_messages["required"]]})
        return attrs


class TraerPeticion(Peticion):
    """The line with too many, and the warehouse that has them in the books."""

    linea = Id()
    almacen = Id()


class AlcanceRespuesta(serializers.Serializer):
    """What a session was asked to count; nothing of it: all that its warehouse held."""

    categoria = serializers.IntegerField(allow_null=True, default=None)
    productos = serializers.ListField(child=serializers.IntegerField(), default=list)
    lotes = serializers.ListField(child=serializers.IntegerField(), default=list)
    clases = serializers.ListField(child=serializers.ChoiceField(choices=CLASES), default=list)
    sin_contar = serializers.IntegerField(allow_null=True, default=None)


class ConteoRespuesta(serializers.ModelSerializer):
    """A count session. `contadas` of its `lineas` have a number; `alcance` is what it was asked to count."""

    almacen = serializers.IntegerField(source="almacen_id")
    umbral_valor = Dinero()
    alcance = AlcanceRespuesta()
    lineas = serializers.IntegerField(source="num_lineas")
    contadas = serializers.IntegerField(source="num_contadas")
    abierto_por = serializers.CharField(source="abierto_por.username")
    cerrado_por = serializers.CharField(source="cerrado_por.username", allow_null=True, default=None)
    aprobado_por = serializers.CharField(source="aprobado_por.username", allow_null=True, default=None)

    class Meta:
        model = Conteo
        fields = [
            "id",
            "almacen",
            "estado",
            "alcance",
            "a_ciegas",
            "umbral_unidades",
            "umbral_valor",
            "desempate",
            "nota",
            "lineas",
            "contadas",
            "abierto_por",
            "abierto_en",
            "cerrado_por",
            "cerrado_en",
            "aprobado_por",
            "aprobado_en",
        ]
        read_only_fields = fields


class NumeroRespuesta(serializers.Serializer):
    """What somebody counted, and at which sequence of the lot."""

    usuario = serializers.CharField(source="usuario.username")
    cantidad = serializers.IntegerField()
    secuencia = serializers.IntegerField()
    en = serializers.DateTimeField(source="contado_en")


class LineaRespuesta(serializers.Serializer):
    """A lot to count. `saldo` is what the books said when it was counted, or say now; `movido`, what moved since. While the count
    is blind and open they are null, and `conteos` tells your own numbers only.
    """

    id = serializers.IntegerField(source="linea.pk")
    lote = serializers.IntegerField(source="linea.lote_id")
    lote_codigo = serializers.CharField(source="linea.lote.codigo")
    fecha_caducidad = serializers.DateField(source="linea.lote.fecha_caducidad", allow_null=True)
    producto = serializers.IntegerField(source="linea.producto_id")
    producto_sku = serializers.CharField(source="linea.producto.sku")
    producto_nombre = serializers.CharField(source="linea.producto.nombre")
    estado = serializers.ChoiceField(choices=LineaDelConteo.Estado.choices)
    hallada = serializers.BooleanField(source="linea.hallada")
    saldo = serializers.IntegerField(allow_null=True)
    secuencia = serializers.IntegerField(help_text="Of the lot's last line here.")
    conteos = NumeroRespuesta(source="numeros", many=True)
    diferencia = serializers.IntegerField(allow_null=True)
    movido = serializers.IntegerField(allow_null=True)
    operacion = serializers.IntegerField(source="linea.operacion_id", allow_null=True)


class AprobacionRespuesta(OperacionRespuesta):
    """The first operation of the count, and the ids of all: one for each thousand lines that differ."""

    conteo = serializers.IntegerField()
    operaciones = serializers.ListField(child=serializers.IntegerField())


class HallazgoRespuesta(serializers.Serializer):
    """A line with too many, a warehouse that has its lot in the books, and how many could be brought from there."""

    linea = serializers.IntegerField(source="linea.pk")
    lote = serializers.IntegerField(source="linea.lote_id")
    lote_codigo = serializers.CharField(source="linea.lote.codigo")
    almacen = serializers.IntegerField(source="existencia.almacen_id")
    cantidad = serializers.IntegerField()
