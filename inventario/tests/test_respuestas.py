"""The short way from a row to JSON says what the long one says."""

import pytest
from django.utils import timezone
from rest_framework.serializers import ModelSerializer

from inventario import api_urls  # noqa: F401  brings every view
from inventario.api.respuestas import RespuestaDeModelo
from inventario.api.vistas import Vista
from pruebas.escenario import historia
from pruebas.factories import CategoriaFactory

pytestmark = pytest.mark.django_db


def _vistas(clase=Vista):
    for hija in clase.__subclasses__():
        yield from _vistas(hija)
        if issubclass(hija.serializer_class or object, RespuestaDeModelo):
            yield hija


VISTAS = {v.__name__: v for v in _vistas()}


def test_every_list_of_rows_is_here():
    assert {"ProductoViewSet", "LoteViewSet", "AlertaViewSet", "AlmacenViewSet", "MotivoViewSet"} <= set(VISTAS)


@pytest.mark.parametrize("nombre", VISTAS)
def test_a_row_is_answered_as_the_library_would(nombre, administrador, rf):
    historia(administrador, hoy=timezone.localdate())
    CategoriaFactory()
    vista = VISTAS[nombre](action="list", request=rf.get("/"), format_kwarg=None, kwargs={})
    filas = vista.get_queryset()
    serializador = vista.get_serializer()

    assert [serializador.to_representation(x) for x in filas] == [
        ModelSerializer.to_representation(serializador, x) for x in filas
    ]
    assert nombre == "EmpaqueViewSet" or filas
