"""What the views share. They fetch, check, call a service and answer; the rules live below them."""

import hashlib
import json
import threading
from typing import Any, cast

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import parse_etags
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_filters import FilterSet
from rest_framework.exceptions import ParseError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.viewsets import GenericViewSet, ModelViewSet, ReadOnlyModelViewSet

from inventario.cuentas.models import Usuario
from inventario.dominio.transacciones import atomica, bloquear

from .errores import Precondicion
from .filtros import FiltroEstricto
from .paginacion import Paginas


class _Moldes(threading.local):
    """A serializer of each class and language: to make one copies every field, its own and those of its lines, and what it
    refuses is worded once, in the language of whoever was first told.
    """

    def __init__(self) -> None:
        self.por_clase: dict[tuple[type[BaseSerializer], str | None], BaseSerializer] = {}


_de_este_hilo = _Moldes()


def validar(peticion: type[BaseSerializer], request: Request) -> dict[str, Any]:
    """The body as `peticion` understands it. Raises ValidationError (400)."""
    clave = peticion, get_language()
    serializador = _de_este_hilo.por_clase.get(clave)
    if serializador is None:
        serializador = _de_este_hilo.por_clase[clave] = peticion(data=None)
    vars(serializador)["initial_data"] = request.data
    vars(serializador).pop("_validated_data", None)
    serializador.is_valid(raise_exception=True)
    return serializador.validated_data


def etag(cuerpo: Any) -> str:
    texto = json.dumps(cuerpo, cls=JSONEncoder, ensure_ascii=False, separators=(",", ":"))
    return f'"{hashlib.sha256(texto.encode()).hexdigest()[:32]}"'


def _fuertes(cabecera: str) -> list[str]:
    """The tags of an If-Match. Whatever compresses an answer makes its tag weak; it names the same copy."""
    return [x.removeprefix("W/") for x in parse_etags(cabecera)]


class Vista(GenericViewSet):
    """Base of every view set. The actions in `de_uno` tell of one thing, and carry its ETag."""

    http_method_names = ["get", "post", "put", "patch", "delete", "head"]
    lookup_value_regex = "[0-9]+"
    filter_backends = [FiltroEstricto]
    filterset_class: type[FilterSet] | None = None
    pagination_class: type[BasePagination] | None = Paginas
    de_uno: tuple[str, ...] = ("retrieve", "update", "partial_update")

    @property
    def usuario(self) -> Usuario:
        """Who asks: `PermisoPorAccion` lets in nobody without a name."""
        return cast(Usuario, self.request.user)

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Only lists are filtered: DRF would judge the query string of a detail too."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def finalize_response(  # type: ignore[override]  # a 304 is Django's
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        if self.action in self.de_uno and response.status_code == 200:
            response = self._con_etag(request, response)
        return super().finalize_response(request, response, *args, **kwargs)

    def exigir_la_vista(self, fila: Any) -> None:
        """Raise Precondicion (412) unless `fila` still is as `If-Match` says."""
        cabecera = self.request.META.get("HTTP_IF_MATCH", "*").strip()
        if cabecera != "*" and etag(self.get_serializer(fila).data) not in _fuertes(cabecera):
            raise Precondicion

    def _con_etag(self, request: Request, respuesta: Response) -> HttpResponseBase:
        """`respuesta` with its ETag, or 304 when a reader has it already. (Django's 412 is for who writes, and comes
        too late here: `Catalogo.get_object`.)
        """
        respuesta["ETag"] = etag(respuesta.data)
        respuesta["Cache-Control"] = "private, no-cache"
        if request.method in ("GET", "HEAD"):
            condicional = get_conditional_response(request, etag=respuesta["ETag"], response=respuesta)
            if condicional is not None and condicional.status_code == 304:
                return condicional
        return respuesta


class Lectura(Vista, ReadOnlyModelViewSet):
    """List and detail."""


class Catalogo(Vista, ModelViewSet):
    """Create, read, replace, change and delete the rows of `queryset`'s model."""

    peticion_class: type[BaseSerializer]

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change what the body says. Without a body there is nothing to change, and 200 would say that it was done."""
        if not request.body:
            raise ParseError(_("Falta el cuerpo."), "json_invalido")
        return super().partial_update(request, *args, **kwargs)

    # Each is one transaction, repeated whole when the database asks for it.
    create = atomica(ModelViewSet.create)
    update = atomica(ModelViewSet.update)
    destroy = atomica(ModelViewSet.destroy)

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer:
        """A body has a class of its own: `peticion_class`, whose answer is again a `serializer_class`."""
        if "data" in kwargs:
            return self.peticion_class(*args, context=self.get_serializer_context(), **kwargs)
        return super().get_serializer(*args, **kwargs)

    def get_object(self) -> Any:
        """The row; one that is going to change or go, locked before it is read, and before it is compared with `If-Match`
        (412), so that of two editors one is told. A decorator like Django's `condition` would compare before the lock.
        """
        fila = super().get_object()
        if self.action in ("update", "partial_update", "destroy"):
            bloquear(type(fila), [fila.pk])
            fila = super().get_object()
        if self.action in ("update", "partial_update"):
            self.exigir_la_vista(fila)
        return fila

    def perform_create(self, serializer: BaseSerializer) -> None:
        """Answer the row as a reader gets it, with what `get_queryset` adds to it."""
        fila = serializer.save()
        serializer.instance = self.get_queryset().get(pk=fila.pk)

    perform_update = perform_create
