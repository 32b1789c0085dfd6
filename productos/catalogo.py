"""The pages of categories, and those of products that write."""

from django.forms import modelform_factory
from django.utils.translation import gettext_lazy as _

from inventario.paginas.catalogo import Catalogo
from inventario.paginas.formularios import CantidadField

from .filters import CategoriaFilter
from .forms import ProductoForm
from .models import Categoria, Producto

CATEGORIA = Catalogo(
    modelo=Categoria,
    formulario=modelform_factory(
        Categoria, fields=["nombre", "dias_aviso"], field_classes={"dias_aviso": CantidadField}
    ),
    ruta="categorias",
    icono="tags",
    nuevo=_("Nueva categoría"),
    en_uso=_("Hay productos en esta categoría: páselos antes a otra."),
    filtro=CategoriaFilter,
    columnas=("nombre", "dias_aviso"),
    explicacion=_("Agrupan productos, y dicen con cuánta antelación se avisa de que caducan."),
)
PRODUCTO = Catalogo(
    modelo=Producto,
    formulario=ProductoForm,
    ruta="productos",
    icono="pill-bottle",
    nuevo=_("Nuevo producto"),
    en_uso=_("Tiene lotes: su historia no se puede borrar. Puede desactivarlo, y dejará de admitir entradas."),
    ficha="productos:detalle",
)
