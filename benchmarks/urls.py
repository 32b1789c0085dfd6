"""The application's own paths and one more, which exists only while measuring."""

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from inventario.api.vistas import validar
from inventario.urls import handler400, handler403, handler404, handler500, urlpatterns  # noqa: F401
from movimientos.api import Registro


class Nada(Registro):
    """What any authenticated API view costs: the token, the permission, the same body validated. Reads and writes no stock."""

    def create(self, request: Request) -> Response:
        return Response(validar(self.peticion_class, request), status=201)


urlpatterns = [path("api/v1/nada/", Nada.as_view({"post": "create"})), *urlpatterns]
