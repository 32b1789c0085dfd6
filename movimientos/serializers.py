"""Operations and the ledger: what comes in (`…Peticion`), what goes out (`…Respuesta`).

What goes out is built in `respuestas`; the classes here say its shape.
"""

from typing import Any

from rest_framework import serializers

from inventario.api.campos import (
    Booleano,
    Caducidad,
    Cantidad,
    Dinero,
    Entero,
    Fecha,
    Id,
    Peticion,
    PeticionDeModelo,
    Texto,
    TextoLargo,
)
from inventario.api.respuestas import RespuestaDeModelo
from lotes.caducidad import Razon
from lotes.serializers import Escaneado

from . import respuestas
from .models import Motivo, Movimiento, Tipo
from .peticiones import LINEAS_MAXIMAS

RAZONES = [(str(r), str(r)) for r in Razon]


class MotivoPeticion(PeticionDeModelo):
    """A reason for stock to move: of which kind of operation, and whether it is consumption."""

    class Meta:
        model = Motivo
        fields = ["codigo", "nombre", "tipo", "es_consumo", "admite_no_disponible", "activo"]


class MotivoRespuesta(RespuestaDeModelo):
    """A reason for stock to move."""

    class Meta:
        model = Motivo
        fields = ["id", *MotivoPeticion.Meta.fields]
        read_only_fields = fields


# What comes in ---------------------------------------------------------------------------------------


class ReversoPeticion(Peticion):
    """Why the operation is undone."""

    nota = TextoLargo(max_length=500)


class OperacionPeticion(Peticion):
    """What every operation may say of itself; what is left out takes its default."""

    almacen = Id(required=False, allow_null=True)
    motivo = Texto(max_length=40, required=False)
    contraparte = Texto(max_length=200, required=False, allow_blank=True)
    documento = Texto(max_length=100, required=False, allow_blank=True)
    nota = TextoLargo(max_length=500, required=False, allow_blank=True)
    fecha_efectiva = Fecha(required=False, allow_null=True)


def _uno_de(attrs: dict[str, Any], *campos: str) -> None:
    """Refuse a line that says not exactly one of `campos`, or no quantity where no code may say it."""
    faltan = {campos[0]} if sum(c in attrs for c in campos) != 1 else set()
    faltan |= {"cantidad"} - set(attrs) if "codigo" not in attrs else set()
    if faltan:
        porque = [serializers.Field.default_error_messages["required"]]
        raise serializers.ValidationError(dict.fromkeys(sorted(faltan), porque))


class _Escaneable(Peticion):
    """What every line takes: a scan in place of ids, and quantities in packs."""

    codigo = Escaneado(required=False, help_text="What a scanner sent, in place of ids.")
    empaque = Id(required=False, allow_null=True, help_text="`cantidad` is of this pack of the product.")
    cantidad = Cantidad(required=False, help_text="May be left out if `codigo` says it. In units, or in packs.")


class LineaDeProducto(_Escaneable):
    """A product, by `producto`, by `sku` or by `codigo`, and how much of it."""

    producto = Id(required=False)
    sku = Texto(max_length=40, required=False, help_text="Instead of `producto`.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        _uno_de(attrs, "producto", "sku", "codigo")
        return attrs


class LineaDeEntrada(LineaDeProducto):
    """Goods of one lot. `lote` is the code on the box; a lot that is new needs its expiry."""

    lote = Texto(max_length=50, required=False, allow_blank=True)
    fecha_caducidad = Caducidad(required=False, allow_null=True)
    fecha_fabricacion = Fecha(required=False, allow_null=True)
    costo_unitario = Dinero(required=False, allow_null=True, help_text="Up to 10¹², also times `cantidad`.")


class LineaDeDespacho(LineaDeProducto):
    """A product and how much of it; `vida_minima` is the days of life that what leaves must still have."""

    vida_minima = Entero(min_value=0, max_value=3650, required=False, allow_null=True)


class LineaDeLote(_Escaneable):
    """A lot, by id or by `codigo`, and how much of it."""

    lote = Id(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        _uno_de(attrs, "lote", "codigo")
        return attrs


class LineaDeConteo(LineaDeLote):
    """A lot in a warehouse and what was counted of it."""

    almacen = Id(required=False, allow_null=True)
    cantidad = Cantidad(min_value=0, help_text="What was counted, in units or in packs.")
    secuencia = Entero(
        min_value=0,
        max_value=2**31 - 1,
        required=False,
        allow_null=True,
        help_text="That of the lot's last line in the warehouse when it was counted; left out, that of now.",
    )


def _lineas(linea: type[Peticion]) -> Any:
    return linea(many=True, allow_empty=False, max_length=LINEAS_MAXIMAS)  # type: ignore[call-arg]  # `many` makes a list, which takes it


class EntradaPeticion(OperacionPeticion):
    """Goods come in. A lot is created if it is new; known with another expiry or date of manufacture, the answer
    is 409 `caducidad_distinta` or `fabricacion_distinta`.
    """

    lineas = _lineas(LineaDeEntrada)


class SalidaPeticion(OperacionPeticion):
    """Goods go out of the lots that the lines name."""

    motivo = Texto(max_length=40)
    lineas = _lineas(LineaDeLote)


class DespachoPeticion(OperacionPeticion):
    """Goods go out of the lots that expire first. All or nothing, unless `parcial`."""

    parcial = Booleano(required=False, default=False, help_text="Left out, false.")
    lineas = _lineas(LineaDeDespacho)


class ConteoPeticion(OperacionPeticion):
    """What was counted: the balance of each lot becomes that quantity."""

    lineas = _lineas(LineaDeConteo)


class TrasladoPeticion(OperacionPeticion):
    """Goods go from one warehouse to another."""

    almacen_destino = Id()
    lineas = _lineas(LineaDeLote)


# What goes out ---------------------------------------------------------------------------------------


class MovimientoRespuesta(serializers.Serializer):
    """A line of the ledger: so much of a lot, in or out (negative) of a warehouse, and the balance that it left."""

    id = serializers.IntegerField()
    producto = serializers.IntegerField()
    lote = serializers.IntegerField()
    lote_codigo = serializers.CharField()
    fecha_caducidad = serializers.DateField(allow_null=True)
    almacen = serializers.IntegerField()
    cantidad = serializers.IntegerField()
    saldo = serializers.IntegerField()
    secuencia = serializers.IntegerField()
    excepcion_fefo = serializers.BooleanField()
    movido = serializers.IntegerField(required=False, help_text="Of a line counted at a `secuencia`: what moved since.")


class MovimientoDeLista(MovimientoRespuesta):
    """A line of the ledger, with its operation."""

    operacion = serializers.IntegerField()
    tipo = serializers.ChoiceField(choices=Tipo.choices)
    fecha_efectiva = serializers.DateField()
    costo_unitario = Dinero(allow_null=True, help_text="What each unit cost then; null when none is known.")
    sin_costo = serializers.IntegerField(help_text="Units without a known cost.")

    def to_representation(self, instance: Movimiento) -> dict[str, Any]:
        return respuestas.linea_de_lista(instance)


class FaltanteRespuesta(serializers.Serializer):
    """What a partial dispatch could not give."""

    producto = serializers.IntegerField()
    pedido = serializers.IntegerField()
    despachado = serializers.IntegerField()
    falta = serializers.IntegerField()


class OperacionDeLista(serializers.Serializer):
    """An operation without its lines."""

    id = serializers.IntegerField()
    tipo = serializers.ChoiceField(choices=Tipo.choices)
    motivo = serializers.CharField()
    almacen = serializers.IntegerField()
    almacen_destino = serializers.IntegerField(allow_null=True)
    contraparte = serializers.CharField()
    documento = serializers.CharField()
    nota = serializers.CharField()
    usuario = serializers.CharField()
    fecha_efectiva = serializers.DateField()
    registrada_en = serializers.DateTimeField()
    revierte = serializers.IntegerField(allow_null=True)
    revertida_por = serializers.IntegerField(allow_null=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return respuestas.encabezado(instance, revertida_por=instance.reverso)


class ContadaRespuesta(serializers.Serializer):
    """A line counted at a `secuencia`: `habia` then, `movido` since, and the `diferencia` that was written: without what other
    counts had put right since (`corregido`).
    """

    lote = serializers.IntegerField()
    almacen = serializers.IntegerField()
    cantidad = serializers.IntegerField()
    secuencia = serializers.IntegerField()
    habia = serializers.IntegerField()
    movido = serializers.IntegerField()
    diferencia = serializers.IntegerField()
    corregido = serializers.IntegerField()


class OperacionRespuesta(OperacionDeLista):
    """An operation with its lines."""

    movimientos = MovimientoRespuesta(many=True)
    faltantes = FaltanteRespuesta(many=True)
    lineas = ContadaRespuesta(many=True, required=False)


class TomaRespuesta(serializers.Serializer):
    """What the plan takes of a lot, and what it leaves."""

    lote = serializers.IntegerField()
    lote_codigo = serializers.CharField()
    almacen = serializers.IntegerField()
    fecha_caducidad = serializers.DateField(allow_null=True)
    cantidad = serializers.IntegerField()
    quedan = serializers.IntegerField()


class OmitidoRespuesta(serializers.Serializer):
    """A lot that the plan passes over, and why."""

    lote = serializers.IntegerField()
    lote_codigo = serializers.CharField()
    almacen = serializers.IntegerField()
    fecha_caducidad = serializers.DateField(allow_null=True)
    cantidad = serializers.IntegerField()
    razon = serializers.ChoiceField(choices=RAZONES)


class LineaPlanRespuesta(serializers.Serializer):
    """What was asked of a product, the lots it would come from, and those passed over."""

    producto = serializers.IntegerField()
    pedido = serializers.IntegerField()
    asignado = serializers.IntegerField()
    falta = serializers.IntegerField()
    lotes = TomaRespuesta(many=True)
    omitidos = OmitidoRespuesta(many=True)


class PlanRespuesta(serializers.Serializer):
    """What a dispatch would take now."""

    completo = serializers.BooleanField()
    lineas = LineaPlanRespuesta(many=True)
