"""Operations and the ledger: what comes in (`*Entrada`), what goes out (`*Salida`).

What goes out is built by hand from rows already read: a dispatch must not pay for a serializer that walks relations.
The `*Salida` classes say its shape in the OpenAPI document; a test holds both together.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.timezone import localtime
from rest_framework import serializers

from inventario.api.campos import (
    Booleano,
    Cantidad,
    Dinero,
    Entero,
    Fecha,
    Id,
    PeticionDeModelo,
    Texto,
    TextoLargo,
)
from inventario.api.campos import Peticion as Entrada
from lotes.caducidad import Razon
from lotes.models import Lote

from .models import Motivo, Movimiento, Operacion, Tipo
from .peticiones import LINEAS_MAXIMAS


class MotivoPeticion(PeticionDeModelo):
    class Meta:
        model = Motivo
        fields = ["codigo", "nombre", "tipo", "es_consumo", "admite_no_disponible", "activo"]


class MotivoRespuesta(serializers.ModelSerializer):
    class Meta:
        model = Motivo
        fields = ["id", *MotivoPeticion.Meta.fields]
        read_only_fields = fields


# What comes in ---------------------------------------------------------------------------------------


class NotaEntrada(Entrada):
    nota = TextoLargo(max_length=500)


class OperacionEntrada(Entrada):
    """What every operation may say of itself; what is left out takes its default."""

    almacen = Id(required=False, allow_null=True)
    motivo = Texto(max_length=40, required=False)
    contraparte = Texto(max_length=200, required=False, allow_blank=True)
    documento = Texto(max_length=100, required=False, allow_blank=True)
    nota = TextoLargo(max_length=500, required=False, allow_blank=True)
    fecha_efectiva = Fecha(required=False, allow_null=True)


class LineaDeProducto(Entrada):
    producto = Id(required=False)
    sku = Texto(max_length=40, required=False, help_text="Instead of `producto`.")
    cantidad = Cantidad()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("producto" in attrs) == ("sku" in attrs):
            raise serializers.ValidationError({"producto": [serializers.Field.default_error_messages["required"]]})
        return attrs


class LineaDeEntrada(LineaDeProducto):
    lote = Texto(max_length=50, required=False, allow_blank=True)
    fecha_caducidad = Fecha(required=False, allow_null=True)
    fecha_fabricacion = Fecha(required=False, allow_null=True)
    costo_unitario = Dinero(required=False, allow_null=True)


class LineaDeDespacho(LineaDeProducto):
    vida_minima = Entero(min_value=0, max_value=3650, required=False, allow_null=True)


class LineaDeLote(Entrada):
    lote = Id()
    cantidad = Cantidad()


class LineaDeAjuste(Entrada):
    lote = Id()
    almacen = Id(required=False, allow_null=True)
    cantidad = Cantidad(min_value=0, help_text="What was counted.")


def _lineas(linea: type[Entrada]) -> Any:
    return linea(many=True, allow_empty=False, max_length=LINEAS_MAXIMAS)


class EntradaEntrada(OperacionEntrada):
    lineas = _lineas(LineaDeEntrada)


class SalidaEntrada(OperacionEntrada):
    motivo = Texto(max_length=40)
    lineas = _lineas(LineaDeLote)


class DespachoEntrada(OperacionEntrada):
    parcial = Booleano(required=False, default=False)
    lineas = _lineas(LineaDeDespacho)


class AjusteEntrada(OperacionEntrada):
    lineas = _lineas(LineaDeAjuste)


class TrasladoEntrada(OperacionEntrada):
    almacen_destino = Id()
    lineas = _lineas(LineaDeLote)


# What goes out ---------------------------------------------------------------------------------------


class MovimientoSalida(serializers.Serializer):
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


class MovimientoDeLista(MovimientoSalida):
    operacion = serializers.IntegerField()
    tipo = serializers.ChoiceField(choices=Tipo.choices)
    fecha_efectiva = serializers.DateField()

    def to_representation(self, instance: Movimiento) -> dict[str, Any]:
        return linea_de_lista(instance)


class FaltanteSalida(serializers.Serializer):
    producto = serializers.IntegerField()
    pedido = serializers.IntegerField()
    despachado = serializers.IntegerField()
    falta = serializers.IntegerField()


class OperacionDeLista(serializers.Serializer):
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
        return encabezado(instance, revertida_por=instance.reverso)


class OperacionSalida(OperacionDeLista):
    movimientos = MovimientoSalida(many=True)
    faltantes = FaltanteSalida(many=True)


class TomaSalida(serializers.Serializer):
    lote = serializers.IntegerField()
    lote_codigo = serializers.CharField()
    almacen = serializers.IntegerField()
    fecha_caducidad = serializers.DateField(allow_null=True)
    cantidad = serializers.IntegerField()
    quedan = serializers.IntegerField()


class OmitidoSalida(serializers.Serializer):
    lote = serializers.IntegerField()
    lote_codigo = serializers.CharField()
    almacen = serializers.IntegerField()
    fecha_caducidad = serializers.DateField(allow_null=True)
    cantidad = serializers.IntegerField()
    razon = serializers.ChoiceField(choices=[(str(r), str(r)) for r in Razon])


class LineaPlanSalida(serializers.Serializer):
    producto = serializers.IntegerField()
    pedido = serializers.IntegerField()
    asignado = serializers.IntegerField()
    falta = serializers.IntegerField()
    lotes = TomaSalida(many=True)
    omitidos = OmitidoSalida(many=True)


class PlanSalida(serializers.Serializer):
    completo = serializers.BooleanField()
    lineas = LineaPlanSalida(many=True)


class LoteTrazado(serializers.Serializer):
    id = serializers.IntegerField()
    producto = serializers.IntegerField()
    producto_sku = serializers.CharField()
    codigo = serializers.CharField()
    fecha_caducidad = serializers.DateField(allow_null=True)
    estado = serializers.ChoiceField(choices=Lote.Estado.choices)


class PasoSalida(serializers.Serializer):
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
    almacen = serializers.IntegerField()
    almacen_codigo = serializers.CharField()
    cantidad = serializers.IntegerField()


class TrazabilidadSalida(serializers.Serializer):
    """`entradas` are the ledger lines that brought units in, `salidas` those that took them out; `cantidad` signed."""

    lote = LoteTrazado()
    entradas = PasoSalida(many=True)
    salidas = PasoSalida(many=True)
    existencias = ExistenciaTrazada(many=True)
    quedan = serializers.IntegerField()


def linea(m: Movimiento, codigo: str) -> dict[str, Any]:
    return {
        "id": m.pk,
        "producto": m.producto_id,
        "lote": m.lote_id,
        "lote_codigo": codigo,
        "fecha_caducidad": m.fecha_caducidad,
        "almacen": m.almacen_id,
        "cantidad": m.cantidad,
        "saldo": m.saldo,
        "secuencia": m.secuencia,
        "excepcion_fefo": m.excepcion_fefo,
    }


def linea_de_lista(m: Movimiento) -> dict[str, Any]:
    return {
        **linea(m, m.lote.codigo),
        "operacion": m.operacion_id,
        "tipo": m.tipo,
        "fecha_efectiva": m.fecha_efectiva,
    }


def encabezado(o: Operacion, *, revertida_por: int | None) -> dict[str, Any]:
    return {
        "id": o.pk,
        "tipo": str(o.tipo),
        "motivo": o.motivo.codigo,
        "almacen": o.almacen_id,
        "almacen_destino": o.almacen_destino_id,
        "contraparte": o.contraparte,
        "documento": o.documento,
        "nota": o.nota,
        "usuario": o.usuario.get_username(),
        "fecha_efectiva": o.fecha_efectiva,
        "registrada_en": localtime(o.registrada_en),
        "revierte": o.revierte_id,
        "revertida_por": revertida_por,
    }


def operacion(o: Operacion, movimientos: Iterable[Movimiento], *, revertida_por: int | None = None) -> dict[str, Any]:
    """The body of an operation. A repeat of its request must give what the first answer gave, so there
    `revertida_por` stays null.
    """
    movimientos = list(movimientos)
    codigos = {m.lote_id: m.lote_codigo for m in movimientos if hasattr(m, "lote_codigo")}
    if faltan := {m.lote_id for m in movimientos} - set(codigos):
        codigos |= dict(Lote.objects.filter(pk__in=faltan).values_list("pk", "codigo"))
    return {
        **encabezado(o, revertida_por=revertida_por),
        "movimientos": [linea(m, codigos[m.lote_id]) for m in movimientos],
        "faltantes": o.faltantes or [],
    }


def paso(m: Movimiento) -> dict[str, Any]:
    o = m.operacion
    return {
        "movimiento": m.pk,
        "operacion": o.pk,
        "tipo": m.tipo,
        "motivo": o.motivo.codigo,
        "contraparte": o.contraparte,
        "documento": o.documento,
        "almacen": m.almacen_id,
        "cantidad": m.cantidad,
        "fecha_efectiva": m.fecha_efectiva,
        "registrada_en": localtime(o.registrada_en),
        "usuario": o.usuario.get_username(),
    }
