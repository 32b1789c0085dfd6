"""The pages of categories and packs, and those of products that write."""

from dataclasses import replace

from django.forms import modelform_factory
from django.utils.translation import gettext_lazy as _

from inventario.paginas.catalogo import Catalogo
from inventario.paginas.formularios import CantidadField

from .filters import CategoriaFilter, EmpaqueFilter
from .forms import EmpaqueForm, ProductoForm, ProductoRapidoForm
from .models import Categoria, Empaque, Producto

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
EMPAQUE = Catalogo(
    modelo=Empaque,
    formulario=EmpaqueForm,
    ruta="empaques",
    icono="package",
    nuevo=_("Nuevo empaque"),
    en_uso=_("Otros registros dependen de este empaque."),
    ficha="productos:detalle",
    de="producto",
    filtro=EmpaqueFilter,
    columnas=("nombre", "producto", "unidades", "gtin"),
    explicacion=_("Cajas, blísteres o tarimas: cuántas unidades trae cada uno, y con qué código de barras."),
)
RAPIDO = replace(PRODUCTO, formulario=ProductoRapidoForm)  # what a sheet asks of a product that it meets first
