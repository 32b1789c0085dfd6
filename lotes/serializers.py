"""Warehouses and lots: requests and answers."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inventario.api.campos import Caducidad, Dinero, Id, Peticion, PeticionDeModelo, Texto, TextoLargo
from inventario.api.respuestas import RespuestaDeModelo
from inventario.dominio.elementos import Elemento
from inventario.dominio.lector import LARGO_MAXIMO

from .codigos import Identificado, Propuesta
from .models import Almacen, Existencia, Lote

TIPOS_DE_CODIGO = ["gs1", "hri", "digital_link", "gtin", "texto"]


class AlmacenPeticion(PeticionDeModelo):
    """A warehouse."""

    class Meta:
        model = Almacen
        fields = ["codigo", "nombre", "activo", "predeterminado"]


class AlmacenRespuesta(RespuestaDeModelo):
    """A warehouse."""

    class Meta:
        model = Almacen
        fields = ["id", "codigo", "nombre", "activo", "predeterminado"]
        read_only_fields = fields


class ExistenciaRespuesta(RespuestaDeModelo):
    """What a warehouse holds of the lot."""

    almacen = serializers.IntegerField(source="almacen_id")
    almacen_codigo = serializers.CharField(source="almacen.codigo")

    class Meta:
        model = Existencia
        fields = ["almacen", "almacen_codigo", "cantidad"]


class LoteRespuesta(RespuestaDeModelo):
    """`cantidad` is what all warehouses hold; `dias_para_caducar` is 0 on the printed date, negative afterwards."""

    producto = serializers.IntegerField(source="producto_id")
    producto_sku = serializers.CharField(source="producto.sku")
    producto_nombre = serializers.CharField(source="producto.nombre")
    costo_unitario = Dinero(allow_null=True)
    cantidad = serializers.SerializerMethodField()
    dias_para_caducar = serializers.SerializerMethodField()
    existencias = ExistenciaRespuesta(source="con_stock", many=True)

    class Meta:
        model = Lote
        fields = [
            "id",
            "producto",
            "producto_sku",
            "producto_nombre",
            "codigo",
            "fecha_caducidad",
            "fecha_fabricacion",
            "estado",
            "costo_unitario",
            "cantidad",
            "dias_para_caducar",
            "existencias",
            "creado_en",
        ]

    @extend_schema_field(int)
    def get_cantidad(self, lote: Lote) -> int:
        return sum(e.cantidad for e in lote.con_stock)  # type: ignore[attr-defined]  # set by `api.CON_STOCK`

    @extend_schema_field({"type": "integer", "nullable": True})
    def get_dias_para_caducar(self, lote: Lote) -> int | None:
        return lote.dias_restantes(self.context["hoy"])


class CambioPeticion(Peticion):
    """Why the lot changes."""

    nota = TextoLargo(max_length=500)


class CorreccionPeticion(CambioPeticion):
    """The right expiry, and why it was wrong."""

    fecha_caducidad = Caducidad()


class Escaneado(Texto):
    """Text as a scanner sends it: its control characters are separators."""

    revisar = staticmethod(lambda valor: None)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": LARGO_MAXIMO, "trim_whitespace": False} | kwargs)


class CodigoPeticion(Peticion):
    """`codigo` exactly as the scanner sent it, control characters included; `almacen` puts what it holds first."""

    codigo = Escaneado(allow_blank=True)
    almacen = serializers.PrimaryKeyRelatedField(
        queryset=Almacen.objects.all(), required=False, allow_null=True, pk_field=Id()
    )


class ElementoRespuesta(serializers.Serializer):
    """A data element of a GS1 code."""

    ai = serializers.CharField(help_text="GS1 application identifier.")
    valor = serializers.CharField()


class PropuestaRespuesta(serializers.Serializer):
    """A reading that somebody may choose, and what it names here."""

    producto = serializers.IntegerField(source="producto.pk", allow_null=True, default=None)
    producto_sku = serializers.CharField(source="producto.sku", allow_null=True, default=None)
    lote = serializers.IntegerField(source="lote.pk", allow_null=True, default=None)
    elementos = serializers.SerializerMethodField()

    @extend_schema_field(ElementoRespuesta(many=True))
    def get_elementos(self, propuesta: Propuesta) -> list[dict[str, str]]:
        return _elementos(propuesta.elementos)


class CodigoRespuesta(serializers.Serializer):
    """What a code says and what it names here. `ok` is false, and `errores` says why, when it cannot be read.

    `fecha_caducidad` and `lote_codigo` are what the code says; where it says none, those of the lot it names. `cantidad` is
    of base units, and so is `unidades`: what one of it is, more than one of an `empaque`. What may mean several things is in
    `propuestas`, and nothing is chosen.
    """

    tipo = serializers.ChoiceField(source="codigo.tipo", choices=TIPOS_DE_CODIGO)
    ok = serializers.BooleanField(source="codigo.ok")
    gtin = serializers.CharField(source="codigo.gtin", allow_null=True)
    gtin_contenido = serializers.CharField(source="codigo.gtin_contenido", allow_null=True)
    sscc = serializers.CharField(source="codigo.sscc", allow_null=True)
    serie = serializers.CharField(source="codigo.serie", allow_null=True)
    producto = serializers.IntegerField(source="producto.pk", allow_null=True, default=None)
    producto_sku = serializers.CharField(source="producto.sku", allow_null=True, default=None)
    empaque = serializers.IntegerField(source="empaque.pk", allow_null=True, default=None)
    unidades = serializers.IntegerField()
    lote = serializers.IntegerField(source="lote.pk", allow_null=True, default=None)
    lote_codigo = serializers.CharField(allow_null=True)
    fecha_caducidad = serializers.SerializerMethodField()
    consumir_antes = serializers.DateField(source="codigo.consumir_antes", allow_null=True)
    fecha_fabricacion = serializers.DateField(source="codigo.fabricado", allow_null=True)
    cantidad = serializers.IntegerField(allow_null=True)
    peso_kg = serializers.CharField(source="codigo.peso_kg", allow_null=True)
    elementos = serializers.SerializerMethodField()
    errores = serializers.ListField(child=serializers.CharField(), source="codigo.errores")
    avisos = serializers.SerializerMethodField()
    propuestas = PropuestaRespuesta(many=True)

    @extend_schema_field({"type": "string", "format": "date", "nullable": True})
    def get_fecha_caducidad(self, visto: Identificado) -> str | None:
        fecha = visto.codigo.caduca or (visto.lote.fecha_caducidad if visto.lote else None)
        return fecha.isoformat() if fecha else None

    @extend_schema_field(ElementoRespuesta(many=True))
    def get_elementos(self, visto: Identificado) -> list[dict[str, str]]:
        return _elementos(visto.codigo.elementos)

    @extend_schema_field({"type": "array", "items": {"type": "string"}})
    def get_avisos(self, visto: Identificado) -> list[str]:
        return [*visto.codigo.avisos, *visto.avisos]


def _elementos(elementos: list[Elemento]) -> list[dict[str, str]]:
    return [{"ai": ai, "valor": valor} for ai, valor in elementos]
