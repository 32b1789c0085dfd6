"""A shop as unkind as a real one, for the tests that walk through every page: several warehouses, history that was backdated
and reversed, lists of more than a page, quantities and costs over a thousand with decimals, names that need escaping.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group

from alertas import ciclo
from alertas.models import Alerta
from inventario.cuentas import tokens
from inventario.cuentas.models import Usuario
from inventario.empresa.models import Empresa
from lotes.models import Almacen, Lote
from movimientos.conteos import services
from movimientos.conteos.models import Conteo
from movimientos.models import Motivo, Operacion, Tipo
from movimientos.peticiones import LineaEntrada
from productos.models import Categoria, Empaque, Producto
from pruebas import conteos
from pruebas.ayudas import contar, despachar, entrar_lineas, revertir, sacar, trasladar
from pruebas.escenario import historia
from pruebas.factories import AlmacenFactory, CategoriaFactory, EmpaqueFactory, ProductoFactory, UsuarioFactory

# Quantities that are no id and no year: where one is written for people, its thousands are apart.
MUCHO, MAS, MINIMO = 77_123, 5_654_321, 88_456
COSTO = Decimal("1234.5678")


@dataclass(frozen=True)
class Ciudad:
    usuario: Usuario
    producto: Producto
    lote: Lote
    operacion: Operacion
    categoria: Categoria
    empaque: Empaque
    almacen: Almacen
    motivo: Motivo
    conteo: Conteo
    hoy: date

    @property
    def lugares(self) -> Mapping[str, Any]:
        """The rows that `pruebas.accesos.lugares` asks for."""
        return {
            "productos": self.producto,
            "categorias": self.categoria,
            "empaques": self.empaque,
            "almacenes": self.almacen,
            "motivos": self.motivo,
            "conteos": self.conteo,
            "lote": self.lote,
            "operacion": self.operacion,
        }


def fundar(*, hoy: date) -> Ciudad:
    usuario = UsuarioFactory.create(username="alcalde", is_superuser=True, is_staff=True, email="a@example.com")
    usuario.recibe_resumen = True
    usuario.save()
    usuario.groups.add(Group.objects.get(name="administrador"))
    tokens.crear(usuario=usuario, nombre="Báscula & <caja>")
    historia(usuario, hoy=hoy)
    categoria = CategoriaFactory.create(nombre="Jarabes & <gotas>", dias_aviso=1200)
    grande = ProductoFactory.create(
        sku="GRANDE", nombre="Suero 'oral' & <sal>", categoria=categoria, stock_minimo=MINIMO, stock_maximo=MAS,
        dias_aviso=1100, vida_minima_despacho=2,
    )  # fmt: skip
    empaque = EmpaqueFactory.create(producto=grande, nombre='Caja "grande" & <alta>', unidades=MINIMO)
    otro = AlmacenFactory.create(nombre='Bodega "2" & <norte>')
    operacion = _abastecer(grande, usuario, hoy)
    lotes = {x.codigo: x for x in grande.lotes.all()}
    _mover(grande, lotes, otro, usuario, hoy)
    Empresa.objects.create(nombre="Botica & <hijos>", logo=b"\x89PNG", logo_tipo="png")
    motivo = Motivo.objects.create(codigo="donativo", nombre="Donativo", tipo=Tipo.SALIDA)
    _atender(usuario, hoy)
    conteo = _contar(lotes, otro, usuario)
    return Ciudad(usuario, grande, lotes["LEJOS"], operacion, categoria, empaque, otro, motivo, conteo, hoy)


def _contar(lotes: Mapping[str, Lote], otro: Almacen, usuario: Usuario) -> Conteo:
    """A count in review, with large differences and lots that the books have elsewhere; and one of more than a page, open."""
    conteos.abrir(usuario, nota="pasillo & <3>")
    conteo = conteos.abrir(usuario, almacen=otro.pk, nota='los "de arriba"')
    for codigo, cantidad in (("LEJOS", MUCHO), ("AYER", 1_234), ("MES", MINIMO)):
        conteos.contar(conteo, lotes[codigo], cantidad, usuario)
    return services.cerrar(conteo, usuario=usuario)


def _abastecer(grande: Producto, usuario: Usuario, hoy: date) -> Operacion:
    """An entry of yesterday of more than a page of lines: lots at every threshold of severity, many products."""
    dias = {"AYER": -1, "HOY": 0, "SEMANA": 7, "OCHO": 8, "MES": 30, "MES1": 31, "TRES": 90, "TRES1": 91, "LEJOS": 1500}
    lineas = [LineaEntrada(grande.pk, MUCHO, c, hoy + timedelta(days=n), COSTO) for c, n in dias.items()]
    for n in range(55):
        producto = ProductoFactory.create(stock_minimo=2000 + n, categoria=CategoriaFactory.create())
        lineas.append(LineaEntrada(producto.pk, 1999 - n, f"L-{n}", hoy + timedelta(days=n - 3), COSTO + n))
    comun: dict[str, Any] = {"usuario": usuario, "hoy": hoy, "fecha_efectiva": hoy - timedelta(days=1)}
    return entrar_lineas(lineas, documento="F & <1>", nota="llegó\nasí", contraparte="Laboratorio 'X'", **comun)


def _mover(grande: Producto, lotes: Mapping[str, Lote], otro: Almacen, usuario: Usuario, hoy: date) -> None:
    comun: dict[str, Any] = {"usuario": usuario, "hoy": hoy}
    ayer = {"fecha_efectiva": hoy - timedelta(days=1), **comun}
    revertir(despachar(grande, 1500, **ayer), **ayer)
    for n in range(52):  # more than a page of operations
        despachar(grande, 1000 + n, **(comun if n % 2 else ayer))
    revertir(despachar(grande, MUCHO * 2, clave="grande", **comun), **comun)
    trasladar(lotes["LEJOS"], 12_345, otro, **comun)
    trasladar(lotes["AYER"], 1_234, otro, **comun)
    contar(lotes["TRES"], 70_001, **comun)
    sacar(lotes["AYER"], 2_222, "merma", **comun)


def _atender(usuario: Usuario, hoy: date) -> None:
    abiertas = [a.pk for a in Alerta.objects.abiertas(hoy).order_by("pk")]
    ciclo.reconocer(alertas=abiertas[:3], usuario=usuario, nota="ya se pidió", hoy=hoy)
    ciclo.posponer(alertas=abiertas[3:6], usuario=usuario, hasta=hoy + timedelta(days=3), hoy=hoy)


def en_idioma(usuario: Usuario, idioma: str) -> Usuario:
    """`usuario`, who now reads `idioma`."""
    assert idioma in dict(settings.LANGUAGES)
    Usuario.objects.filter(pk=usuario.pk).update(idioma=idioma)
    usuario.idioma = idioma
    return usuario
