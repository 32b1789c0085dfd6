"""Products, their packs and categories: requests and answers."""

from rest_framework import serializers

from inventario.api.campos import PeticionDeModelo
from inventario.api.respuestas import RespuestaDeModelo

from .models import Categoria, Empaque, Producto


class CategoriaPeticion(PeticionDeModelo):
    """A category; `dias_aviso` are the days before an expiry at which its products warn."""

    class Meta:
        model = Categoria
        fields = ["nombre", "dias_aviso"]


class CategoriaRespuesta(RespuestaDeModelo):
    """A category."""

    class Meta:
        model = Categoria
        fields = ["id", "nombre", "dias_aviso"]
        read_only_fields = fields


class ProductoPeticion(PeticionDeModelo):
    """A product. PUT replaces: what is left out takes its default."""

    class Meta:
        model = Producto
        fields = [
            "sku",
            "nombre",
            "descripcion",
            "categoria",
            "unidad",
            "gtin",
            "stock_minimo",
            "stock_maximo",
            "dias_aviso",
            "vida_minima_despacho",
            "controla_caducidad",
            "activo",
        ]


class ProductoRespuesta(RespuestaDeModelo):
    """`fisico` is all the stock, `disponible` what may be dispatched today; both in base units."""

    fisico = serializers.IntegerField(read_only=True)
    disponible = serializers.IntegerField(read_only=True)

    class Meta:
        model = Producto
        fields = ["id", *ProductoPeticion.Meta.fields, "fisico", "disponible", "creado_en", "actualizado_en"]
        read_only_fields = fields


class EmpaquePeticion(PeticionDeModelo):
    """So many units of a product together. `gtin` is its own: no product and no other pack has it."""

    class Meta:
        model = Empaque
        fields = ["producto", "nombre", "gtin", "unidades"]


class EmpaqueRespuesta(RespuestaDeModelo):
    """A pack. Once something was recorded in it (`usado`), `producto` and `unidades` no longer change."""

    class Meta:
        model = Empaque
        fields = ["id", *EmpaquePeticion.Meta.fields, "usado"]
        read_only_fields = fields
