"""Operations and the ledger over HTTP: read the body, call the service, answer."""

from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.api import idempotencia
from inventario.api.paginacion import Cursor
from inventario.api.vistas import Catalogo, Lectura, Vista, validar
from inventario.dominio.campos import normalizar_codigo
from inventario.dominio.exceptions import DatosInvalidos
from lotes.models import Existencia, Lote
from productos.models import Producto

from . import peticiones, serializers, services
from .filters import MotivoFilter, MovimientoFilter, OperacionFilter
from .models import Motivo, Movimiento, Operacion


class MotivoViewSet(Catalogo):
    queryset = Motivo.objects.all()
    serializer_class = serializers.MotivoRespuesta
    peticion_class = serializers.MotivoPeticion
    filterset_class = MotivoFilter


def _por_id(lineas: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines that name a product by sku, with its id. Raises DatosInvalidos naming those that do not exist."""
    skus = {normalizar_codigo(x["sku"]) for x in lineas if "sku" in x}
    if not skus:
        return lineas
    ids = dict(Producto.objects.filter(sku__in=skus).values_list("sku", "pk"))
    errores = {}
    for i, x in enumerate(lineas):
        if (sku := x.pop("sku", None)) is not None:
            x["producto"] = ids.get(normalizar_codigo(sku))
            if x["producto"] is None:
                errores[f"lineas.{i}.sku"] = [_("No existe.")]
    if errores:
        raise DatosInvalidos(errores)
    return lineas


class OperacionNueva(Vista):
    """Base of the paths that only take a POST: each names its body, its request, its line, its service and its permission."""

    queryset = Operacion.objects.none()
    operaciones = ("create",)
    clase: Any = None
    linea: Any = None
    servicio: Any = None

    def peticion(self, clave: str | None = None) -> Any:
        datos = validar(self.entrada_class, self.request)
        lineas = [self.linea(**x) for x in _por_id(datos.pop("lineas"))]
        return self.clase(lineas=lineas, clave=clave, **datos)

    def create(self, request: Request) -> Response:
        p = self.peticion(idempotencia.clave(request))
        operacion = type(self).servicio(p, usuario=request.user)
        cuerpo = serializers.operacion(operacion, operacion.lineas)
        return idempotencia.responder(cuerpo, repetida=operacion.es_repeticion)


def _creacion(entrada: type) -> Any:
    return extend_schema(request=entrada, responses={201: serializers.OperacionSalida})


@_creacion(serializers.EntradaEntrada)
class EntradaViewSet(OperacionNueva):
    entrada_class = serializers.EntradaEntrada
    clase, linea, servicio = peticiones.Entrada, peticiones.LineaEntrada, services.registrar_entrada
    permisos = {"create": "movimientos.registrar_entrada"}


@_creacion(serializers.SalidaEntrada)
class SalidaViewSet(OperacionNueva):
    entrada_class = serializers.SalidaEntrada
    clase, linea, servicio = peticiones.Salida, peticiones.LineaDeLote, services.registrar_salida
    permisos = {"create": "movimientos.registrar_salida"}


@_creacion(serializers.AjusteEntrada)
class AjusteViewSet(OperacionNueva):
    entrada_class = serializers.AjusteEntrada
    clase, linea, servicio = peticiones.Conteo, peticiones.LineaConteo, services.ajustar
    permisos = {"create": "movimientos.ajustar"}


@_creacion(serializers.TrasladoEntrada)
class TrasladoViewSet(OperacionNueva):
    entrada_class = serializers.TrasladoEntrada
    clase, linea, servicio = peticiones.Traslado, peticiones.LineaDeLote, services.trasladar
    permisos = {"create": "movimientos.trasladar"}


class DespachoViewSet(OperacionNueva):
    entrada_class = serializers.DespachoEntrada
    clase, linea, servicio = peticiones.Despacho, peticiones.LineaPedida, services.despachar
    permisos = {"create": "movimientos.despachar", "plan": "lotes.view_existencia"}

    @_creacion(serializers.DespachoEntrada)
    def create(self, request: Request) -> Response:
        return super().create(request)

    @extend_schema(request=serializers.DespachoEntrada, responses=serializers.PlanSalida)
    @action(detail=False, methods=["post"])
    def plan(self, request: Request) -> Response:
        """What a dispatch with this body would take, now. Writes nothing."""
        plan = services.planificar(self.peticion())
        return Response(plan.datos())


class OperacionViewSet(Lectura):
    queryset = Operacion.objects.select_related("motivo", "usuario")
    serializer_class = serializers.OperacionDeLista
    filterset_class = OperacionFilter
    pagination_class = Cursor
    operaciones = ("revertir",)
    permisos = {"revertir": "movimientos.revertir"}

    def get_queryset(self) -> Any:
        return self.queryset.annotate(reverso=F("revertida_por__pk"))

    @extend_schema(responses=serializers.OperacionSalida)
    def retrieve(self, request: Request, pk: str) -> Response:
        operacion = self.get_object()
        lineas = operacion.movimientos.annotate(lote_codigo=F("lote__codigo")).order_by("pk")
        return Response(serializers.operacion(operacion, lineas, revertida_por=operacion.reverso))

    @_creacion(serializers.NotaEntrada)
    @action(detail=True, methods=["post"])
    def revertir(self, request: Request, pk: str) -> Response:
        clave = idempotencia.clave(request)
        nota = validar(serializers.NotaEntrada, request)["nota"]
        reverso = services.revertir(
            peticiones.Reverso(operacion=self.get_object(), nota=nota, clave=clave), usuario=request.user
        )
        cuerpo = serializers.operacion(reverso, reverso.lineas)
        return idempotencia.responder(cuerpo, repetida=reverso.es_repeticion)


class MovimientoViewSet(Vista, ListModelMixin):
    """The ledger, line by line. It is only ever added to."""

    queryset = Movimiento.objects.select_related("lote").only(
        *(f.name for f in Movimiento._meta.concrete_fields if f.name != "huella"), "lote__codigo"
    )
    serializer_class = serializers.MovimientoDeLista
    filterset_class = MovimientoFilter
    pagination_class = Cursor


class TrazabilidadViewSet(Vista):
    """Where a lot came from, where every unit went, what is left and where."""

    queryset = Lote.objects.select_related("producto")
    serializer_class = serializers.TrazabilidadSalida
    permisos = {"trazabilidad": "movimientos.view_movimiento"}
    de_uno = ("trazabilidad",)

    def trazabilidad(self, request: Request, pk: str) -> Response:
        lote = self.get_object()
        lineas = Movimiento.objects.filter(lote=lote).select_related("operacion__motivo", "operacion__usuario")
        pasos = [serializers.paso(m) for m in lineas.order_by("pk")]
        hay = Existencia.objects.con_stock().filter(lote=lote).order_by("almacen_id")
        existencias = list(hay.values("almacen", "cantidad", almacen_codigo=F("almacen__codigo")))
        cuerpo = {
            "lote": {
                "id": lote.pk,
                "producto": lote.producto_id,
                "producto_sku": lote.producto.sku,
                "codigo": lote.codigo,
                "fecha_caducidad": lote.fecha_caducidad,
                "estado": lote.estado,
            },
            "entradas": [p for p in pasos if p["cantidad"] > 0],
            "salidas": [p for p in pasos if p["cantidad"] < 0],
            "existencias": existencias,
            "quedan": sum(e["cantidad"] for e in existencias),
        }
        return Response(cuerpo)
