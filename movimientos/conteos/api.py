"""Count sessions over HTTP."""

import json
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.api import idempotencia
from inventario.api.vistas import Lectura, Vista, validar
from inventario.dominio.exceptions import DatosInvalidos

from .. import respuestas
from ..serializers import OperacionRespuesta
from . import aprobacion, hallazgos, lectura, numeros, serializers, services
from .alcance import Alcance
from .escaneo import lote_de
from .filters import ConteoFilter, LineaFilter
from .models import Conteo, LineaDelConteo, NumeroContado

CONTEOS = Conteo.objects.select_related("almacen", "abierto_por", "cerrado_por", "aprobado_por")


class ConteoViewSet(Lectura):
    """Count sessions, the last first."""

    queryset = CONTEOS
    serializer_class = serializers.ConteoRespuesta
    filterset_class = ConteoFilter
    operaciones = ("create", "aprobar", "trasladar")
    permisos = {
        "create": "movimientos.contar",
        "partial_update": "movimientos.ajustar",
        "cerrar": "movimientos.contar",
        "reabrir": "movimientos.ajustar",
        "cancelar": "movimientos.ajustar",
        "aprobar": "movimientos.ajustar",
        "hallazgos": "movimientos.ajustar",
        "trasladar": "movimientos.ajustar",
    }

    def _decir(self, conteo: Conteo) -> Response:
        return Response(self.get_serializer(self.queryset.get(pk=conteo.pk)).data)

    def _pasar(self, servicio: Callable[..., Conteo], request: Request) -> Response:
        datos = validar(serializers.EstadoPeticion, request)
        return self._decir(servicio(self.get_object(), usuario=self.usuario, **datos))

    @extend_schema(request=serializers.AperturaPeticion, responses={201: serializers.ConteoRespuesta})
    def create(self, request: Request) -> Response:
        """Open a session with a line for each lot to count."""
        sello = idempotencia.sello(request)
        datos = validar(serializers.AperturaPeticion, request)
        dicho = {c: datos.pop(c) for c in ("productos", "lotes", "clases", "sin_contar") if c in datos}
        categoria = datos.pop("categoria", None)
        alcance = Alcance(categoria=categoria and categoria.pk, **dicho)
        apertura = services.Apertura(alcance=alcance, **sello, **datos)
        conteo = services.abrir(apertura, usuario=self.usuario)
        return idempotencia.responder(self._decir(conteo).data, repetida=conteo.es_repeticion)

    @extend_schema(request=serializers.ConteoCambioPeticion)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change its note, or, before anybody counted, how it is counted."""
        datos = validar(serializers.ConteoCambioPeticion, request)
        conteo = self.get_object()
        self.exigir_la_vista(conteo)
        return self._decir(services.cambiar(conteo, usuario=self.usuario, **datos))

    @extend_schema(request=serializers.EstadoPeticion)
    @action(detail=True, methods=["post"])
    def cerrar(self, request: Request, pk: str) -> Response:
        """Nothing more is counted, but what must be counted again. What nobody counted is not zero: it stays as it is."""
        return self._pasar(services.cerrar, request)

    @extend_schema(request=serializers.EstadoPeticion)
    @action(detail=True, methods=["post"])
    def reabrir(self, request: Request, pk: str) -> Response:
        """Go on counting."""
        return self._pasar(services.reabrir, request)

    @extend_schema(request=serializers.EstadoPeticion)
    @action(detail=True, methods=["post"])
    def cancelar(self, request: Request, pk: str) -> Response:
        """Give it up: its numbers are kept, and post nothing."""
        return self._pasar(services.cancelar, request)

    @extend_schema(request=serializers.AprobarPeticion, responses={201: serializers.AprobacionRespuesta})
    @action(detail=True, methods=["post"])
    def aprobar(self, request: Request, pk: str) -> Response:
        """Post what it found: by somebody who counted nothing that is over a threshold."""
        conteo = self.get_object()
        sello = idempotencia.sello(request)
        datos = validar(serializers.AprobarPeticion, request)
        hechas = aprobacion.aprobar(conteo, usuario=self.usuario, **sello, **datos)
        primera, todas = hechas[0], aprobacion.operaciones(conteo)
        cuerpo = respuestas.operacion(primera, primera.movimientos.order_by("pk"))
        cuerpo |= {"conteo": conteo.pk, "operaciones": [o.pk for o in todas]}
        return idempotencia.responder(cuerpo, repetida=primera.es_repeticion)

    @extend_schema(responses=serializers.HallazgoRespuesta(many=True), filters=False)
    @action(detail=True, pagination_class=None, filterset_class=None)
    def hallazgos(self, request: Request, pk: str) -> Response:
        """What it found too many of and another warehouse has in the books: at most 200."""
        return Response(serializers.HallazgoRespuesta(hallazgos.propuestas(self.get_object()), many=True).data)

    @extend_schema(request=serializers.TraerPeticion, responses={201: OperacionRespuesta})
    @hallazgos.mapping.post
    def trasladar(self, request: Request, pk: str) -> Response:
        """Bring in the books what was found here and another warehouse has."""
        conteo = self.get_object()
        sello = idempotencia.sello(request)
        datos = validar(serializers.TraerPeticion, request)
        linea = conteo.lineas.filter(pk=datos["linea"]).first()
        if linea is None:
            raise DatosInvalidos({"linea": [_("No existe.")]})
        operacion = hallazgos.trasladar(linea, desde=datos["almacen"], usuario=self.usuario, **sello)
        return idempotencia.responder(
            respuestas.operacion(operacion, operacion.lineas), repetida=operacion.es_repeticion
        )


class LineaDelConteoViewSet(Vista, ListModelMixin):
    """The lines of a session, in the order of its sheet."""

    queryset = LineaDelConteo.objects.all()
    serializer_class = serializers.LineaRespuesta
    filterset_class = LineaFilter
    operaciones = ("create",)
    permisos = {"list": "movimientos.view_conteo", "create": "movimientos.contar"}

    @property
    def conteo(self) -> Conteo:
        return get_object_or_404(CONTEOS, pk=self.kwargs["pk"])

    def get_queryset(self) -> QuerySet[LineaDelConteo]:
        return lectura.lineas(Conteo(pk=self.kwargs.get("pk")))

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        conteo = request._request.conteo = self.conteo  # type: ignore[attr-defined]  # for its filter
        pagina = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        vistas = lectura.ver(conteo, pagina, self.usuario)
        return self.get_paginated_response(self.get_serializer(vistas, many=True).data)

    @extend_schema(request=serializers.ContadoPeticion, responses={201: serializers.LineaRespuesta})
    def create(self, request: Request, pk: str) -> Response:
        """Say what you counted of a lot. A lot that is not on the list joins it."""
        conteo, dicho = self.conteo, request.data
        if isinstance(dicho, dict):
            dicho = {k: v for k, v in dicho.items() if k != "hace"}  # its age grows while it waits to be sent
        cuerpo = json.dumps(dicho, sort_keys=True, default=str).encode()
        resumen = idempotencia.resumir("POST", request.path, cuerpo)
        sello = idempotencia.Sello(clave=idempotencia.clave(request), resumen=resumen)
        numero = numeros.ya_apuntado(usuario=self.usuario, **sello) or self._contar(request, conteo, sello)
        [vista] = lectura.ver(conteo, self.get_queryset().filter(pk=numero.linea_id), self.usuario)
        return idempotencia.responder(self.get_serializer(vista).data, repetida=numero.es_repeticion)

    def _contar(self, request: Request, conteo: Conteo, sello: idempotencia.Sello) -> NumeroContado:
        datos = validar(serializers.ContadoPeticion, request)
        if datos.pop("almacen", None) not in (None, conteo.almacen):
            raise DatosInvalidos({"almacen": [_("El conteo es de otro almacén.")]})
        if codigo := datos.pop("codigo", None):
            datos["lote"] = lote_de(conteo, codigo, timezone.localdate()).pk
        [numero] = numeros.contar(conteo, [numeros.Contado(**datos, **sello)], usuario=self.usuario)
        return numero


rutas = [
    path(
        "conteos/<int:pk>/lineas/",
        LineaDelConteoViewSet.as_view({"get": "list", "post": "create"}),
        name="api-conteos-lineas",
    )
]
