from django.db.models import QuerySet
from django.utils import timezone

from inventario.api.vistas import Catalogo

from .filters import CategoriaFilter, EmpaqueFilter, ProductoFilter
from .models import Categoria, Empaque, Producto
from .serializers import (
    CategoriaPeticion,
    CategoriaRespuesta,
    EmpaquePeticion,
    EmpaqueRespuesta,
    ProductoPeticion,
    ProductoRespuesta,
)


class CategoriaViewSet(Catalogo):
    """Categories of products."""

    queryset = Categoria.objects.all()
    serializer_class = CategoriaRespuesta
    peticion_class = CategoriaPeticion
    filterset_class = CategoriaFilter


class ProductoViewSet(Catalogo):
    """Products, with their stock."""

    queryset = Producto.objects.all()
    serializer_class = ProductoRespuesta
    peticion_class = ProductoPeticion
    filterset_class = ProductoFilter

    def get_queryset(self) -> QuerySet[Producto]:
        return Producto.objects.con_existencias(timezone.localdate())


class EmpaqueViewSet(Catalogo):
    """Packs of products."""

    queryset = Empaque.objects.all()
    serializer_class = EmpaqueRespuesta
    peticion_class = EmpaquePeticion
    filterset_class = EmpaqueFilter
