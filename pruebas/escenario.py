"""A small history that uses every operation, for the tests of what reads it."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from inventario.cuentas.models import Usuario
from lotes import services as lotes
from lotes.models import Lote
from movimientos.peticiones import LineaEntrada
from pruebas.ayudas import contar, despachar, entrar_lineas, revertir, sacar, trasladar
from pruebas.factories import AlmacenFactory, ProductoFactory


def historia(usuario: Usuario, *, hoy: date) -> dict[str, Any]:
    """Two products, two warehouses, one operation of each kind; `usuario` must hold every permission. Lot A3 has no cost."""

    def dias(n: int) -> date:
        return hoy + timedelta(days=n)

    comun: dict[str, Any] = {"usuario": usuario, "hoy": hoy}
    a, b = ProductoFactory.create(stock_minimo=30), ProductoFactory.create(stock_maximo=5)
    otro = AlmacenFactory.create()
    Lote.objects.create(producto=b, codigo="VACIO", fecha_caducidad=dias(90))
    entrada = entrar_lineas(
        [
            LineaEntrada(a.pk, 20, "A1", dias(10), Decimal("2.5")),
            LineaEntrada(a.pk, 30, "A2", dias(60), Decimal("0.333333")),
            LineaEntrada(a.pk, 9, "A3", dias(5)),
            LineaEntrada(b.pk, 40, "B1", dias(90), Decimal(1)),
        ],
        contraparte="Laboratorio",
        documento="F-1",
        nota="primera",
        clave="k-1",
        fecha_efectiva=dias(-2),
        **comun,
    )
    a1, a2, a3, b1 = Lote.objects.exclude(codigo="VACIO").order_by("codigo")
    lotes.retener(lote=a3, usuario=usuario, nota="temperatura")
    despachar(a, 5, fecha_efectiva=dias(-1), **comun)
    despacho = despachar(a, 200, parcial=True, clave="k-2", **comun)
    despachar(b, 15, **comun)
    revertir(despacho, **comun)
    traslado = trasladar(a2, 7, otro, **comun)
    contar(a1, 18, **comun)
    sacar(a2, 3, "consumo_interno", **comun)
    sacar(a3, 4, "merma", **comun)
    lotes.corregir_caducidad(lote=a1, usuario=usuario, nota="mal leída", fecha_caducidad=dias(12))
    return {"a": a, "b": b, "a1": a1, "a2": a2, "a3": a3, "b1": b1, "entrada": entrada, "traslado": traslado}
