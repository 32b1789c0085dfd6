"""Minimal valid rows for tests. Stock is made by the services, never by a factory."""

import factory

from inventario.cuentas.models import Usuario
from lotes.models import Almacen
from productos.models import Categoria, Empaque, Producto


class UsuarioFactory(factory.django.DjangoModelFactory[Usuario]):
    class Meta:
        model = Usuario

    username = factory.Sequence(lambda n: f"usuario{n}")


class CategoriaFactory(factory.django.DjangoModelFactory[Categoria]):
    class Meta:
        model = Categoria

    nombre = factory.Sequence(lambda n: f"Categoría {n}")


class ProductoFactory(factory.django.DjangoModelFactory[Producto]):
    class Meta:
        model = Producto

    sku = factory.Sequence(lambda n: f"SKU{n}")
    nombre = factory.Sequence(lambda n: f"Producto {n}")


class AlmacenFactory(factory.django.DjangoModelFactory[Almacen]):
    class Meta:
        model = Almacen

    codigo = factory.Sequence(lambda n: f"ALM{n}")
    nombre = factory.Sequence(lambda n: f"Almacén {n}")


class EmpaqueFactory(factory.django.DjangoModelFactory[Empaque]):
    class Meta:
        model = Empaque

    producto = factory.SubFactory(ProductoFactory)
    nombre = factory.Sequence(lambda n: f"Caja {n}")
    unidades = 100
