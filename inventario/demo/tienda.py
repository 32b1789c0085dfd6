"""The state of the demo's pharmacy before its first day: people, warehouses, categories and products."""

import random
from decimal import Decimal
from typing import NamedTuple

from django.contrib.auth.hashers import make_password

from inventario.cuentas.models import RolSembrado, Usuario
from inventario.dominio.campos import digito_de_control
from lotes.models import Almacen
from productos.models import Categoria, Producto

from .catalogo import Articulo, articulos
from .personas import ALMACENES, CLAVE, PERSONAS

SEMANAS_MINIMO = 3
SEMANAS_MAXIMO = 26


class Renglon(NamedTuple):
    """A product and what the simulation knows of it. `semanal` is its average demand, already scaled."""

    producto: Producto
    articulo: Articulo
    costo: Decimal
    semanal: float


class Tienda(NamedTuple):
    renglones: list[Renglon]
    usuarios: dict[str, Usuario]
    principal: Almacen
    norte: Almacen
    urgencias: Almacen


def crear_usuarios() -> dict[str, Usuario]:
    """One user per role and a superuser, all with the same public password; those that exist stay as they are."""
    grupos = {r.codigo: r.grupo for r in RolSembrado.objects.select_related("grupo") if r.grupo}
    clave = make_password(CLAVE)
    usuarios = {}
    for p in PERSONAS:
        usuario, _nuevo = Usuario.objects.get_or_create(
            username=p.usuario,
            defaults={
                "first_name": p.nombre,
                "last_name": p.apellidos,
                "email": f"{p.usuario}@farmacia.example",
                "password": clave,
                "is_staff": p.grupo in ("", "administrador"),
                "is_superuser": not p.grupo,
            },
        )
        if p.grupo in grupos:
            usuario.groups.add(grupos[p.grupo])
        usuarios[p.usuario] = usuario
    return usuarios


def gtin(numero: int) -> str:
    """GTIN-13 number `numero` under a prefix that GS1 keeps for use inside a company (20 to 29)."""
    cuerpo = f"{2_950_000_000_00 + numero:012d}"
    return cuerpo + digito_de_control(cuerpo)


def abrir(escala: float, azar: random.Random) -> Tienda:
    """Create it, with `escala` × 209 products (at least 10), spread over the catalogue."""
    todos = articulos()
    cuantos = max(10, round(len(todos) * min(escala, 1)))
    elegidos = [todos[i * len(todos) // cuantos] for i in range(cuantos)]
    categorias = {a.categoria: Categoria(nombre=a.categoria, dias_aviso=a.dias_aviso) for a in elegidos}
    Categoria.objects.bulk_create(categorias.values())
    productos = [_producto(i, a, categorias[a.categoria], azar) for i, a in enumerate(elegidos)]
    Producto.objects.bulk_create(productos)
    for codigo, nombre in ALMACENES.items():
        Almacen.objects.get_or_create(codigo=codigo, defaults={"nombre": nombre})
    return Tienda(
        [Renglon(p, a, Decimal(a.costo), a.semanal) for p, a in zip(productos, elegidos, strict=True)],
        crear_usuarios(),
        Almacen.objects.predeterminado(),
        Almacen.objects.get(codigo="NORTE"),
        Almacen.objects.get(codigo="URGENCIAS"),
    )


def _producto(i: int, a: Articulo, categoria: Categoria, azar: random.Random) -> Producto:
    minimo = _redondo(a.semanal * SEMANAS_MINIMO)
    return Producto(
        sku=a.sku,
        nombre=a.nombre,
        categoria=categoria,
        unidad="pieza" if a.categoria in ("Material de curación", "Higiene y cuidado") else "caja",
        # A few articles of every real catalogue have no barcode.
        gtin=None if azar.random() < 0.06 else gtin(i + 1),
        stock_minimo=minimo,
        stock_maximo=max(_redondo(a.semanal * SEMANAS_MAXIMO), minimo * 3),
        vida_minima_despacho=15 if a.categoria in ("Cardiovascular", "Diabetes y endocrino") else 0,
        controla_caducidad=a.vida > 0,
    )


def _redondo(cantidad: float) -> int:
    """Round to the nearest 5, never to 0, as a person would."""
    return max(5, round(cantidad / 5) * 5)
