"""A small shop in which hypothesis plays."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from hypothesis import event
from hypothesis import strategies as st

from inventario.dominio.exceptions import DatosInvalidos, ErrorDeDominio
from lotes import services as lotes
from lotes.models import Almacen, Lote
from movimientos.models import Operacion
from pruebas.ayudas import contar, dar_de_baja, despachar, entrar, revertir, sacar, trasladar
from pruebas.factories import AlmacenFactory, CategoriaFactory, ProductoFactory, UsuarioFactory

INICIO = date(2026, 3, 1)
CODIGOS = {"A": 4, "B": 12, "C": 40, "D": 200}  # lot code: days after INICIO on which it expires
SALIDAS = ("merma", "caducado", "consumo_interno", "destruccion")

chico = st.integers(0, 3)
paso = st.one_of(
    st.tuples(st.just("entrada"), chico, st.sampled_from(sorted(CODIGOS)), st.integers(1, 30), chico),
    st.tuples(st.just("despacho"), chico, chico, st.integers(1, 20), chico),
    st.tuples(st.just("salida"), chico, st.sampled_from(SALIDAS), st.integers(1, 15), chico),
    st.tuples(st.just("conteo"), chico, chico, st.integers(0, 25), chico),
    st.tuples(st.just("traslado"), chico, chico, st.integers(1, 10), chico),
    st.tuples(st.just("revertir"), st.integers(0, 40), chico, chico, chico),
    st.tuples(st.just("baja"), chico, chico, chico, chico),
    st.tuples(st.just("retener"), chico, chico, chico, chico),
    st.tuples(st.just("dia"), st.integers(1, 6), chico, chico, chico),
)


class Mundo:
    """`jugar` does one step of a history; what the domain refuses is part of it."""

    def __init__(self) -> None:
        self.hoy = INICIO
        self.usuario = UsuarioFactory.create(is_superuser=True)
        self.productos = [
            ProductoFactory.create(sku="P0", categoria=CategoriaFactory.create(nombre="Una"), controla_caducidad=False),
            ProductoFactory.create(sku="P1"),
        ]
        self.almacenes = [Almacen.objects.predeterminado(), AlmacenFactory.create(codigo="OTRO")]
        for i, codigo in enumerate("ABCACD"):  # something to play with: three lots each, in both warehouses
            self.entrada(i // 3, codigo, 40 + i, 0)

    def jugar(self, accion: str, a: int, b: int | str, c: int, d: int) -> None:
        if accion == "dia":
            self.hoy += timedelta(days=a)
            return
        try:
            with transaction.atomic():
                getattr(self, accion)(a, b, c, d)
            event(accion)
        except (ErrorDeDominio, DatosInvalidos) as refusal:
            event(f"{accion} refused: {type(refusal).__name__}")

    def _comun(self, atras: int = 0) -> dict:
        fecha = {"fecha_efectiva": self.hoy - timedelta(days=atras)} if atras else {}
        return {"usuario": self.usuario, "hoy": self.hoy, **fecha}

    def _lote(self, n: int) -> Lote:
        lotes = list(Lote.objects.order_by("pk"))
        return lotes[n % len(lotes)]

    def entrada(self, n: int, codigo: str, cantidad: int, atras: int) -> None:
        producto = self.productos[n % 2]
        caduca = None if codigo == "D" and producto.sku == "P0" else INICIO + timedelta(days=CODIGOS[codigo])
        costo = Decimal(cantidad) / 4 if codigo != "B" else None
        datos = {"nota": "nota", "almacen": self.almacenes[cantidad % 2], **self._comun(atras)}
        entrar(producto, codigo, cantidad, caduca, costo=costo, **datos)

    def despacho(self, producto: int, almacen: int, cantidad: int, atras: int) -> None:
        datos = {"almacen": self.almacenes[almacen % 2], **self._comun(atras)}
        despachar(self.productos[producto % 2], cantidad, parcial=True, **datos)

    def salida(self, lote: int, motivo: str, cantidad: int, atras: int) -> None:
        datos = {"almacen": self.almacenes[cantidad % 2], **self._comun(atras)}
        sacar(self._lote(lote), cantidad, motivo, **datos)

    def conteo(self, lote: int, almacen: int, cantidad: int, _d: int) -> None:
        contar(self._lote(lote), cantidad, donde=self.almacenes[almacen % 2], **self._comun())

    def traslado(self, lote: int, almacen: int, cantidad: int, atras: int) -> None:
        datos = {"almacen": self.almacenes[almacen % 2], **self._comun(atras)}
        trasladar(self._lote(lote), cantidad, self.almacenes[(almacen + 1) % 2], **datos)

    def revertir(self, n: int, _b: int, _c: int, _d: int) -> None:
        operaciones = list(Operacion.objects.order_by("pk"))
        if operaciones:
            revertir(operaciones[n % len(operaciones)], **self._comun())

    def baja(self, almacen: int, _b: int, _c: int, _d: int) -> None:
        dar_de_baja(almacen=self.almacenes[almacen % 2], **self._comun())

    def retener(self, lote: int, _b: int, _c: int, _d: int) -> None:
        lotes.retener(lote=self._lote(lote), usuario=self.usuario, nota="revisar")
