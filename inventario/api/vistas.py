"""What the views share. They fetch, check, call a service and answer; the rules live below them."""

from typing import Any

from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from inventario.dominio.transacciones import atomica

from . import condicional
from .campos import ID_MAXIMO
from .filtros import FiltroEstricto
from .paginacion import Paginas

METODOS = ["get", "post", "put", "patch", "delete", "head"]


def validar(entrada: type, request: Request, *args: Any, **kwargs: Any) -> dict[str, Any]:
    """The body as `entrada` understands it. Raises ValidationError (400)."""
    serializador = entrada(*args, data=request.data, **kwargs)
    serializador.is_valid(raise_exception=True)
    return serializador.validated_data


class Vista(GenericViewSet):
    """Base of every view set: `serializer_class` is what goes out, `entrada_class` what comes in."""

    http_method_names = METODOS
    lookup_value_regex = "[0-9]+"
    entrada_class: Any = None
    filter_backends: Any = [FiltroEstricto]
    filterset_class: Any = None
    pagination_class: Any = Paginas

    def get_object(self) -> Any:
        pk = self.kwargs["pk"]
        if len(pk) > 19 or int(pk) > ID_MAXIMO:
            raise Http404
        try:
            return self.get_queryset().get(pk=int(pk))
        except self.queryset.model.DoesNotExist:
            raise Http404 from None


class ListaMixin:
    def list(self: Any, request: Request) -> Response:
        filas = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.representar(filas, many=True))

    def representar(self: Any, filas: Any, *, many: bool = False) -> Any:
        return self.get_serializer(filas, many=many).data


class DetalleMixin:
    def retrieve(self: Any, request: Request, pk: str) -> Response:
        return condicional.responder(request, self.representar(self.get_object()))


class Lectura(ListaMixin, DetalleMixin, Vista):
    """List and detail."""


class Catalogo(Lectura):
    """Create, read, replace, change and delete the rows of `queryset`'s model."""

    def create(self, request: Request) -> Response:
        fila = self._guardar(request, None, partial=False)
        return Response(self.representar(self.get_queryset().get(pk=fila.pk)), status=201)

    def update(self, request: Request, pk: str, *, partial: bool = False) -> Response:
        return condicional.responder(request, self._cambiar(request, partial=partial))

    def partial_update(self, request: Request, pk: str) -> Response:
        return self.update(request, pk, partial=True)

    def destroy(self, request: Request, pk: str) -> Response:
        self.eliminar()
        return Response(status=204)

    @atomica
    def eliminar(self) -> None:
        self.get_object().delete()

    @atomica
    def _cambiar(self, request: Request, *, partial: bool) -> Any:
        """Lock the row, then judge the precondition and write, so that of two editors one is told."""
        fila = self.get_object()
        list(self.queryset.model.objects.select_for_update(no_key=True).filter(pk=fila.pk).values_list("pk"))
        fila = self.get_object()
        condicional.exigir(request, self.representar(fila))
        self._guardar(request, fila, partial=partial)
        return self.representar(self.get_object())

    @atomica
    def _guardar(self, request: Request, fila: Any, *, partial: bool) -> Any:
        serializador = self.entrada_class(fila, data=request.data, partial=partial)
        serializador.is_valid(raise_exception=True)
        return serializador.save()
