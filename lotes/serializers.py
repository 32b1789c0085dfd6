"""Warehouses and lots: requests and answers."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inventario.api.campos import Dinero, Fecha, Peticion, PeticionDeModelo, TextoLargo

from .models import Almacen, Existencia, Lote


class AlmacenPeticion(PeticionDeModelo):
    class Meta:
        model = Almacen
        fields = ["codigo", "nombre", "activo", "predeterminado"]


class AlmacenRespuesta(serializers.ModelSerializer):
    class Meta:
        model = Almacen
        fields = ["id", "codigo", "nombre", "activo", "predeterminado"]
        read_only_fields = fields


class ExistenciaRespuesta(serializers.ModelSerializer):
    almacen = serializers.IntegerField(source="almacen_id")
    almacen_codigo = serializers.CharField(source="almacen.codigo")

    class Meta:
        model = Existencia
        fields = ["almacen", "almacen_codigo", "cantidad"]


class LoteRespuesta(serializers.ModelSerializer):
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
    nota = TextoLargo(max_length=500)


class CorreccionPeticion(CambioPeticion):
    fecha_caducidad = Fecha()
