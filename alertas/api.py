from collections.abc import Callable, Sequence

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.api.campos import Peticion
from inventario.api.vistas import Vista, validar

from . import cache, ciclo
from .filters import AlertaFilter
from .models import Alerta
from .serializers import AlertaRespuesta, PosponerPeticion, ReconocerPeticion, ResumenRespuesta


class AlertaViewSet(Vista, ListModelMixin):
    """What needs attention today, and what was done about it."""

    queryset = Alerta.objects.select_related("producto", "lote", "reconocida_por")
    serializer_class = AlertaRespuesta
    filterset_class = AlertaFilter
    permisos = {
        "resumen": "alertas.view_alerta",
        "reconocer": "alertas.atender_alerta",
        "posponer": "alertas.atender_alerta",
        "reabrir": "alertas.atender_alerta",
    }

    def get_queryset(self) -> QuerySet[Alerta]:
        return self.queryset.con_derivados(timezone.localdate())

    @extend_schema(responses=ResumenRespuesta)
    @action(detail=False)
    def resumen(self, request: Request) -> Response:
        """How many alerts are open, by type, severity and state."""
        hoy = timezone.localdate()
        return Response(cache.recordar("resumen", hoy, lambda: Alerta.objects.conteos(hoy)))

    def _atender(
        self, servicio: Callable[..., Sequence[Alerta]], request: Request, peticion: type[Peticion]
    ) -> Response:
        alerta = self.get_object()
        servicio(alertas=[alerta.pk], usuario=self.usuario, **validar(peticion, request))
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=ReconocerPeticion)
    @action(detail=True, methods=["post"])
    def reconocer(self, request: Request, pk: str) -> Response:
        """Say that somebody sees to it."""
        return self._atender(ciclo.reconocer, request, ReconocerPeticion)

    @extend_schema(request=PosponerPeticion)
    @action(detail=True, methods=["post"])
    def posponer(self, request: Request, pk: str) -> Response:
        """Hide it until a day."""
        return self._atender(ciclo.posponer, request, PosponerPeticion)

    @extend_schema(request=ReconocerPeticion)
    @action(detail=True, methods=["post"])
    def reabrir(self, request: Request, pk: str) -> Response:
        """Take back that it was acknowledged or put off."""
        return self._atender(ciclo.reabrir, request, ReconocerPeticion)
