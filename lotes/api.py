from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.api.campos import Peticion
from inventario.api.vistas import Catalogo, Lectura, Vista, validar

from . import services
from .cambios import CAMBIOS, POR_CODIGO
from .codigos import identificar
from .filters import AlmacenFilter, LoteFilter
from .models import Almacen, Existencia, Lote
from .serializers import (
    AlmacenPeticion,
    AlmacenRespuesta,
    CambioPeticion,
    CodigoPeticion,
    CodigoRespuesta,
    CorreccionPeticion,
    LoteRespuesta,
)

CON_STOCK = Prefetch(
    "existencias", Existencia.objects.con_stock().select_related("almacen").order_by("almacen_id"), to_attr="con_stock"
)


class AlmacenViewSet(Catalogo):
    """Warehouses."""

    queryset = Almacen.objects.all()
    serializer_class = AlmacenRespuesta
    peticion_class = AlmacenPeticion
    filterset_class = AlmacenFilter


class LoteViewSet(Lectura):
    """Lots, with what each warehouse holds of them."""

    queryset = Lote.objects.select_related("producto").prefetch_related(CON_STOCK)
    serializer_class = LoteRespuesta
    filterset_class = LoteFilter
    permisos = {c.codigo: c.permiso for c in CAMBIOS}

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "hoy": timezone.localdate()}

    def _cambiar(self, codigo: str, request: Request, peticion: type[Peticion] = CambioPeticion) -> Response:
        lote = self.get_object()
        services.cambiar(POR_CODIGO[codigo], lote=lote, usuario=self.usuario, **validar(peticion, request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=CambioPeticion)
    @action(detail=True, methods=["post"])
    def retener(self, request: Request, pk: str) -> Response:
        """Hold a lot: it cannot be dispatched until it is released."""
        return self._cambiar("retener", request)

    @extend_schema(request=CambioPeticion)
    @action(detail=True, methods=["post"])
    def liberar(self, request: Request, pk: str) -> Response:
        """Release a lot that was held."""
        return self._cambiar("liberar", request)

    @extend_schema(request=CambioPeticion)
    @action(detail=True, methods=["post"])
    def retirar(self, request: Request, pk: str) -> Response:
        """Recall a lot, for good."""
        return self._cambiar("retirar", request)

    @extend_schema(request=CorreccionPeticion)
    @action(detail=True, methods=["post"])
    def corregir_caducidad(self, request: Request, pk: str) -> Response:
        """Correct the expiry of a lot."""
        return self._cambiar("corregir_caducidad", request, CorreccionPeticion)


class CodigoViewSet(Vista):
    """Scanned codes."""

    queryset = Lote.objects.none()
    serializer_class = CodigoRespuesta
    permisos = {"leer": "lotes.view_lote"}

    @extend_schema(request=CodigoPeticion, responses=CodigoRespuesta)
    @action(detail=False, methods=["post"])
    def leer(self, request: Request) -> Response:
        """What a scanned code says, and the product and lot that it names. 200 also when it cannot be read."""
        datos = validar(CodigoPeticion, request)
        visto = identificar(datos["codigo"], timezone.localdate(), datos.get("almacen"))
        return Response(CodigoRespuesta(visto).data)
