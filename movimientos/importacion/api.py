"""Imports over HTTP."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ParseError
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.api.analizador import JSONEstricto
from inventario.api.vistas import Lectura, Vista, validar
from inventario.paginas.filtros import ListaFilterSet, Orden, OrdenFilter
from inventario.plataforma.archivos import recibe_archivo

from . import plantillas, services
from .limites import BYTES
from .models import Importacion, ProblemaDeFila
from .serializers import (
    ConfirmarPeticion,
    ImportacionCambioPeticion,
    ImportacionPeticion,
    ImportacionRespuesta,
    ProblemaRespuesta,
)

SEGUNDOS = 20.0  # of posting in one request
VER = "movimientos.view_importacion"


class ImportacionFilter(ListaFilterSet):
    tipo = django_filters.ChoiceFilter(choices=Importacion.Tipo.choices, label=gettext_lazy("Tipo"))
    orden = OrdenFilter(
        {"-id": Orden(gettext_lazy("Más recientes"), []), "id": Orden(gettext_lazy("Más antiguos"), [])}
    )

    class Meta:
        model = Importacion
        fields: list[str] = []


class ProblemaFilter(ListaFilterSet):
    clase = django_filters.ChoiceFilter(choices=ProblemaDeFila.Clase.choices, label=gettext_lazy("Clase"))
    formato = django_filters.ChoiceFilter(
        choices=[("json", "JSON"), ("csv", "CSV")], method="como_esta", label=gettext_lazy("Formato")
    )
    orden = OrdenFilter({"fila": Orden(gettext_lazy("Fila"), ["fila"])})

    class Meta:
        model = ProblemaDeFila
        fields: list[str] = []

    def como_esta(self, filas: QuerySet, nombre: str, valor: str) -> QuerySet:
        return filas


class ImportacionViewSet(Lectura):
    """Files on their way in: products, or opening stock with its lots."""

    queryset = Importacion.objects.select_related("usuario").defer("contenido")
    serializer_class = ImportacionRespuesta
    filterset_class = ImportacionFilter
    parser_classes = [JSONEstricto, MultiPartParser]
    permisos = {
        "list": VER,
        "retrieve": VER,
        "create": services.PERMISO,
        "partial_update": services.PERMISO,
        "confirmar": services.PERMISO,
    }

    def _respuesta(self, importacion: Importacion, estado: int = 200) -> Response:
        return Response(ImportacionRespuesta(importacion).data, status=estado)

    @extend_schema(request={"multipart/form-data": ImportacionPeticion}, responses={201: ImportacionRespuesta})
    @recibe_archivo(maximo=BYTES, tipos=("csv", "xlsx"))
    def create(self, request: Request) -> Response:
        """Send a file. It is tried at once, and posts nothing."""
        datos = validar(ImportacionPeticion, request)
        archivo = datos["archivo"]
        importacion = services.crear(
            usuario=self.usuario,
            tipo=datos["tipo"],
            nombre=archivo.name,
            contenido=archivo.read(),
            almacen=datos.get("almacen"),
        )
        return self._respuesta(importacion, 201)

    @extend_schema(request={"application/json": ImportacionCambioPeticion}, responses=ImportacionRespuesta)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Correct what was understood, decide what waits, and try again."""
        if not request.body:
            raise ParseError(_("Falta el cuerpo."), "json_invalido")
        datos = validar(ImportacionCambioPeticion, request)
        importacion = self.get_object()
        self.exigir_la_vista(importacion)
        return self._respuesta(services.cambiar(importacion, usuario=self.usuario, **datos))

    @extend_schema(request={"application/json": ConfirmarPeticion}, responses=ImportacionRespuesta)
    @action(detail=True, methods=["post"])
    def confirmar(self, request: Request, pk: str) -> Response:
        """Post what is ready, for some seconds: while `estado` is `publicando`, ask again. So does an interrupted one go on."""
        segundos = validar(ConfirmarPeticion, request).get("segundos", SEGUNDOS)
        importacion = services.confirmar(self.get_object(), usuario=self.usuario, segundos=segundos)
        return self._respuesta(importacion)


class ErroresViewSet(Vista, ListModelMixin):
    """What there is to say of the rows of an import: refused, left out, remarked on."""

    queryset = ProblemaDeFila.objects.all()
    serializer_class = ProblemaRespuesta
    filterset_class = ProblemaFilter
    permisos = {"list": VER}

    def get_queryset(self) -> QuerySet[ProblemaDeFila]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset.none()
        return self.queryset.filter(importacion=self._importacion())

    def _importacion(self) -> Importacion:
        return get_object_or_404(Importacion.objects.defer("contenido"), pk=self.kwargs["pk"])

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        if request.query_params.get("formato") != "csv":
            return super().list(request, *args, **kwargs)
        return plantillas.descarga(self._importacion(), self.filter_queryset(self.get_queryset()))
