from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.api.vistas import Catalogo, Lectura, validar

from . import services
from .filters import AlmacenFilter, LoteFilter
from .models import Almacen, Existencia, Lote
from .serializers import AlmacenPeticion, AlmacenRespuesta, CambioPeticion, CorreccionPeticion, LoteRespuesta

CON_STOCK = Prefetch(
    "existencias", Existencia.objects.con_stock().select_related("almacen").order_by("almacen_id"), to_attr="con_stock"
)


class AlmacenViewSet(Catalogo):
    queryset = Almacen.objects.all()
    serializer_class = AlmacenRespuesta
    peticion_class = AlmacenPeticion
    filterset_class = AlmacenFilter


class LoteViewSet(Lectura):
    queryset = Lote.objects.select_related("producto").prefetch_related(CON_STOCK)
    serializer_class = LoteRespuesta
    filterset_class = LoteFilter
    permisos = {
        "retener": "lotes.retener_lote",
        "liberar": "lotes.liberar_lote",
        "retirar": "lotes.retirar_lote",
        "corregir_caducidad": "lotes.corregir_lote",
    }

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "hoy": timezone.localdate()}

    def _cambiar(self, servicio: Any, request: Request, peticion: Any = CambioPeticion) -> Response:
        servicio(lote=self.get_object(), usuario=request.user, **validar(peticion, request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=CambioPeticion)
    @action(detail=True, methods=["post"])
    def retener(self, request: Request, pk: str) -> Response:
        return self._cambiar(services.retener, request)

    @extend_schema(request=CambioPeticion)
    @action(detail=True, methods=["post"])
    def liberar(self, request: Request, pk: str) -> Response:
        return self._cambiar(services.liberar, request)

    @extend_schema(request=CambioPeticion)
    @action(detail=True, methods=["post"])
    def retirar(self, request: Request, pk: str) -> Response:
        return self._cambiar(services.retirar, request)

    @extend_schema(request=CorreccionPeticion)
    @action(detail=True, methods=["post"])
    def corregir_caducidad(self, request: Request, pk: str) -> Response:
        return self._cambiar(services.corregir_caducidad, request, CorreccionPeticion)
