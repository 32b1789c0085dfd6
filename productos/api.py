from typing import Any

from django.db.models import ProtectedError
from django.utils import timezone

from inventario.api.vistas import Catalogo

from .exceptions import ProductoConLotes
from .filters import CategoriaFilter, ProductoFilter
from .models import Categoria, Producto
from .serializers import CategoriaEntrada, CategoriaSalida, ProductoEntrada, ProductoSalida


class CategoriaViewSet(Catalogo):
    queryset = Categoria.objects.all()
    serializer_class = CategoriaSalida
    entrada_class = CategoriaEntrada
    filterset_class = CategoriaFilter


class ProductoViewSet(Catalogo):
    queryset = Producto.objects.all()
    serializer_class = ProductoSalida
    entrada_class = ProductoEntrada
    filterset_class = ProductoFilter

    def get_queryset(self) -> Any:
        return Producto.objects.con_existencias(timezone.localdate())

    def eliminar(self) -> None:
        try:
            super().eliminar()
        except ProtectedError as error:
            raise ProductoConLotes(producto=int(self.kwargs["pk"])) from error
