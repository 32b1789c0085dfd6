"""Every path of the API, version 1."""

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from alertas.api import AlertaViewSet
from lotes.api import AlmacenViewSet, CodigoViewSet, LoteViewSet
from movimientos.api import (
    MotivoViewSet,
    MovimientoViewSet,
    OperacionViewSet,
    TrazabilidadViewSet,
)
from movimientos.api import rutas as operaciones
from movimientos.conteos.api import ConteoViewSet
from movimientos.conteos.api import rutas as conteos
from movimientos.importacion.api import ErroresViewSet, ImportacionViewSet
from productos.api import CategoriaViewSet, EmpaqueViewSet, ProductoViewSet
from reportes.api import rutas as reportes

rutas = SimpleRouter()
for nombre, vista in {
    "productos": ProductoViewSet,
    "categorias": CategoriaViewSet,
    "empaques": EmpaqueViewSet,
    "almacenes": AlmacenViewSet,
    "motivos": MotivoViewSet,
    "lotes": LoteViewSet,
    "codigos": CodigoViewSet,
    "operaciones": OperacionViewSet,
    "movimientos": MovimientoViewSet,
    "importaciones": ImportacionViewSet,
    "alertas": AlertaViewSet,
    "conteos": ConteoViewSet,
}.items():
    rutas.register(nombre, vista, basename=f"api-{nombre}")

urlpatterns = [
    re_path("^lotes/(?P<pk>[0-9]+)/trazabilidad/$", TrazabilidadViewSet.as_view({"get": "trazabilidad"})),
    re_path("^importaciones/(?P<pk>[0-9]+)/errores/$", ErroresViewSet.as_view({"get": "list"})),
    *operaciones,
    *conteos,
    *reportes,
    path("", include(rutas.urls)),
]
