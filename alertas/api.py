from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.api.vistas import ListaMixin, Vista, validar

from . import cache, ciclo
from .filters import AlertaFilter
from .models import Alerta
from .serializers import AlertaSalida, NotaOpcional, PosponerEntrada, ResumenSalida


class AlertaViewSet(ListaMixin, Vista):
    queryset = Alerta.objects.select_related("producto", "lote", "reconocida_por")
    serializer_class = AlertaSalida
    filterset_class = AlertaFilter
    permisos = {
        "resumen": "alertas.view_alerta",
        "reconocer": "alertas.atender_alerta",
        "posponer": "alertas.atender_alerta",
    }

    def get_queryset(self) -> Any:
        return self.queryset.con_derivados(timezone.localdate())

    @extend_schema(responses=ResumenSalida)
    @action(detail=False)
    def resumen(self, request: Request) -> Response:
        hoy = timezone.localdate()
        return Response(cache.recordar("resumen", hoy, lambda: Alerta.objects.conteos(hoy)))

    def _atender(self, servicio: Any, request: Request, entrada: Any) -> Response:
        alerta = self.get_object()
        servicio(alertas=[alerta.pk], usuario=request.user, **validar(entrada, request))
        return Response(self.representar(self.get_object()))

    @extend_schema(request=NotaOpcional)
    @action(detail=True, methods=["post"])
    def reconocer(self, request: Request, pk: str) -> Response:
        return self._atender(ciclo.reconocer, request, NotaOpcional)

    @extend_schema(request=PosponerEntrada)
    @action(detail=True, methods=["post"])
    def posponer(self, request: Request, pk: str) -> Response:
        return self._atender(ciclo.posponer, request, PosponerEntrada)
