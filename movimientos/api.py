"""Operations and the ledger over HTTP: read the body, call the service, answer."""

from collections.abc import Callable, Collection
from typing import Any, cast

from django.db.models import F, QuerySet
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.api import idempotencia
from inventario.api.paginacion import Cursor
from inventario.api.vistas import Catalogo, Lectura, Vista, validar
from inventario.cuentas.models import Usuario
from inventario.dominio.exceptions import DatosInvalidos
from lotes.models import Existencia, Lote

from . import peticiones, repeticiones, respuestas, serializers, services
from .clases import CLASES, DESPACHO, Clase
from .filters import MotivoFilter, MovimientoFilter, OperacionFilter
from .firme import solo_firme
from .lineas import Resueltas, con_empaques
from .models import Motivo, Movimiento, Operacion
from .trazabilidad import TrazabilidadRespuesta, destinatarios


class MotivoViewSet(Catalogo):
    """Reasons for stock to move."""

    queryset = Motivo.objects.all()
    serializer_class = serializers.MotivoRespuesta
    peticion_class = serializers.MotivoPeticion
    filterset_class = MotivoFilter


def _registrar(
    request: Request, usuario: Usuario, leer: Callable[..., peticiones.Peticion], servicio: Callable[..., Operacion]
) -> Response:
    """Have `servicio` do what `leer` reads in the request, once. A repetition is answered as it was the first time, whatever its
    body would be judged to say now: the service looks for the key before anything else, and so does this when the body
    makes no request any more.
    """
    sello = idempotencia.sello(request)
    try:
        peticion = leer(**sello)
    except (APIException, DatosInvalidos):
        operacion = repeticiones.ya_registrada(usuario=usuario, **sello)
        if operacion is None:
            raise
    else:
        operacion = servicio(peticion, usuario=usuario)
    cuerpo = respuestas.operacion(operacion, operacion.lineas)
    return idempotencia.responder(cuerpo, repetida=operacion.es_repeticion)


class Registro(Vista):
    """The paths that only take a POST, one for each kind of operation: `as_view` gives it its `clase`."""

    queryset = Operacion.objects.none()
    serializer_class = serializers.OperacionRespuesta
    operaciones = ("create",)
    clase: Clase = DESPACHO
    empaques: Collection[int] = ()  # that the lines name for the first time

    @property
    def permisos(self) -> dict[str, str]:
        return {"create": self.clase.permiso, "plan": "lotes.view_existencia"}

    @property
    def peticion_class(self) -> type[serializers.OperacionPeticion]:
        return self.clase.cuerpo

    def peticion(self, **sello: Any) -> peticiones.ConLineas:
        datos = validar(self.peticion_class, self.request)
        linea = self.clase.peticion.LINEA
        resueltas = Resueltas(datos.pop("lineas"), linea, timezone.localdate())
        self.empaques = resueltas.empaques
        lineas = [linea(**x) for x in resueltas.lineas]
        return self.clase.peticion(lineas=lineas, **sello, **datos)

    @extend_schema(responses={201: serializers.OperacionRespuesta})
    def create(self, request: Request) -> Response:
        return _registrar(request, self.usuario, self.peticion, self._servicio)

    def _servicio(self, peticion: peticiones.Peticion, *, usuario: Usuario) -> Operacion:
        return con_empaques(self.clase.servicio, peticion, usuario=usuario, empaques=self.empaques)

    @extend_schema(responses=serializers.PlanRespuesta)
    def plan(self, request: Request) -> Response:
        """What a dispatch with this body would take, now. Writes nothing."""
        return Response(services.planificar(cast(peticiones.Despacho, self.peticion())).datos())


rutas = [
    *(path(f"{c.recurso}/", Registro.as_view({"post": "create"}, clase=c), name=f"api-{c.recurso}") for c in CLASES),
    path("despachos/plan/", Registro.as_view({"post": "plan"}), name="api-plan"),
]


class OperacionViewSet(Lectura):
    """Operations, the last first."""

    queryset = Operacion.objects.select_related("motivo", "usuario")
    serializer_class = serializers.OperacionDeLista
    filterset_class = OperacionFilter
    pagination_class = Cursor
    operaciones = ("revertir",)
    permisos = {"revertir": "movimientos.view_operacion"}  # the service says who may

    def get_queryset(self) -> QuerySet[Operacion]:
        return self.queryset.annotate(reverso=F("revertida_por__pk"))

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        filas = super().filter_queryset(queryset)
        return solo_firme(filas) if self.action == "list" else filas

    @extend_schema(responses=serializers.OperacionRespuesta)
    def retrieve(self, request: Request, pk: str) -> Response:
        """An operation with its lines."""
        operacion = self.get_object()
        lineas = operacion.movimientos.annotate(lote_codigo=F("lote__codigo")).order_by("pk")
        return Response(respuestas.operacion(operacion, lineas, revertida_por=operacion.reverso))

    @extend_schema(request=serializers.ReversoPeticion, responses={201: serializers.OperacionRespuesta})
    @action(detail=True, methods=["post"])
    def revertir(self, request: Request, pk: str) -> Response:
        """Undo an operation with its exact opposite, once.

        Any, with the permission to reverse; without it, for some minutes, the last that one registered.
        """
        if not services.puede_revertir_alguna(self.usuario):
            raise PermissionDenied
        operacion = self.get_object()

        def leer(**sello: Any) -> peticiones.Reverso:
            return peticiones.Reverso(operacion=operacion, **validar(serializers.ReversoPeticion, request), **sello)

        return _registrar(request, self.usuario, leer, services.revertir)


class MovimientoViewSet(Vista, ListModelMixin):
    """The ledger, line by line. It is only ever added to."""

    queryset = Movimiento.objects.select_related("lote").only(
        *(f.name for f in Movimiento._meta.concrete_fields if f.name != "huella"), "lote__codigo"
    )
    serializer_class = serializers.MovimientoDeLista
    filterset_class = MovimientoFilter
    pagination_class = Cursor

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        return solo_firme(super().filter_queryset(queryset))


class TrazabilidadViewSet(Vista):
    """Where a lot came from, where every unit went, what is left and where."""

    queryset = Lote.objects.select_related("producto")
    serializer_class = TrazabilidadRespuesta
    permisos = {"trazabilidad": "movimientos.view_movimiento"}
    de_uno = ("trazabilidad",)

    def trazabilidad(self, request: Request, pk: str) -> Response:
        lote = self.get_object()
        lineas = Movimiento.objects.filter(lote=lote).select_related("operacion__motivo", "operacion__usuario")
        lineas = lineas.annotate(reverso=F("operacion__revertida_por__pk")).order_by("pk")
        pasos = [respuestas.paso(m, revertida_por=m.reverso) for m in lineas]
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
            "destinatarios": destinatarios(lote),
            "existencias": existencias,
            "quedan": sum(e["cantidad"] for e in existencias),
        }
        return Response(cuerpo)
