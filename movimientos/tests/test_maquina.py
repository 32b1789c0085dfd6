"""The whole core against a model of sixty lines, over days that pass: quantities, costs, counts and alerts must never disagree.

`MAQUINA=400 pytest movimientos/tests/test_maquina.py` tries so many histories of sixty steps.
"""

import os
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from alertas.models import Alerta
from inventario.dominio.exceptions import ErrorDeDominio
from lotes import services as lotes
from lotes.models import Almacen, Existencia, Lote
from movimientos import services
from movimientos.models import Operacion
from movimientos.peticiones import Conteo, LineaConteo
from pruebas.ayudas import contar, dar_de_baja, despachar, entrar, planificar, revertir, sacar, trasladar
from pruebas.factories import AlmacenFactory, ProductoFactory
from pruebas.modelo import ModeloDelLibro

pytestmark = [pytest.mark.django_db, pytest.mark.lento]
INICIO = date(2026, 3, 1)
EJEMPLOS, PASOS = (int(os.environ["MAQUINA"]), 60) if "MAQUINA" in os.environ else (8, 25)
CODIGOS = st.sampled_from(["A", "B", "C", "D"])
CANTIDADES = st.integers(1, 20)
ORIGEN = st.sampled_from([0, 1])
COSTOS = st.sampled_from([None, Decimal("0.333333"), Decimal(1), Decimal("2.5"), Decimal(10)])
MINIMO = 15


class Maquina(ModeloDelLibro, RuleBasedStateMachine):
    usuario = None

    @initialize()
    def empezar(self):
        self.vuelta = transaction.atomic()
        self.vuelta.__enter__()
        self.hoy = INICIO
        self.reloj = None
        self._poner_reloj()
        self.almacenes = [Almacen.objects.predeterminado(), AlmacenFactory()]
        self.producto = ProductoFactory(stock_minimo=MINIMO, stock_maximo=60, dias_aviso=10)
        self.vaciar()

    def teardown(self):
        if not hasattr(self, "vuelta"):
            return
        try:
            call_command("verificar", stdout=(salida := StringIO()))
        except CommandError as error:
            raise AssertionError(salida.getvalue()) from error
        finally:
            transaction.set_rollback(True)
            self.vuelta.__exit__(None, None, None)
            self.reloj.stop()

    def _poner_reloj(self):
        if self.reloj:
            self.reloj.stop()
        self.reloj = time_machine.travel(datetime.combine(self.hoy, time(18), UTC), tick=True)
        self.reloj.start()

    def intentar(self, funcion, posible):
        """Run it; it must be refused exactly when the model says it is impossible."""
        try:
            resultado = funcion()
        except ErrorDeDominio as error:
            if posible:
                raise AssertionError("refused, and the model says it could be done") from error
            return None
        assert posible, "went through, and the model says it could not"
        return resultado

    # What happens -----------------------------------------------------------------------------------------------

    @rule(codigo=CODIGOS, almacen=ORIGEN, cantidad=CANTIDADES, dias=st.integers(-2, 25), costo=COSTOS)
    def entrada(self, codigo, almacen, cantidad, dias, costo):
        caduca = self.caduca.get(codigo, self.hoy + timedelta(days=dias))
        quien = {"usuario": self.usuario, "almacen": self.almacenes[almacen]}
        operacion = entrar(self.producto, codigo, cantidad, caduca, costo=costo, nota="x", **quien)
        if codigo not in self.caduca:
            self.caduca[codigo], self.estado[codigo] = caduca, "disponible"
            self.lote[codigo] = Lote.objects.get(producto=self.producto, codigo=codigo)
            self.nacido.append(codigo)
        self.aplicar({(codigo, almacen): cantidad}, operacion, costo=costo)

    @rule(almacen=ORIGEN, cantidad=st.integers(1, 40))
    def despacho(self, almacen, cantidad):
        tomas, falta = self.plan(almacen, cantidad, self.hoy)
        plan = planificar(self.producto, cantidad, almacen=self.almacenes[almacen])
        assert {t.saldo.lote_codigo: t.cantidad for t in plan.tomas} == tomas
        operacion = self.intentar(
            lambda: despachar(self.producto, cantidad, usuario=self.usuario, almacen=self.almacenes[almacen]),
            falta == 0,
        )
        if operacion:
            self.aplicar({(c, almacen): -q for c, q in tomas.items()}, operacion)

    @precondition(lambda self: self.nacido)
    @rule(data=st.data(), almacen=ORIGEN, cantidad=CANTIDADES, motivo=st.sampled_from(["consumo_interno", "merma"]))
    def salida(self, data, almacen, cantidad, motivo):
        c = data.draw(st.sampled_from(self.nacido))
        posible = self.hay[c, almacen] >= cantidad and (motivo == "merma" or self.usable(c, self.hoy))
        operacion = self.intentar(
            lambda: sacar(self.lote[c], cantidad, motivo, usuario=self.usuario, almacen=self.almacenes[almacen]),
            posible,
        )
        if operacion:
            self.aplicar({(c, almacen): -cantidad}, operacion)

    @precondition(lambda self: self.nacido)
    @rule(data=st.data(), almacen=ORIGEN, cantidad=CANTIDADES)
    def traslado(self, data, almacen, cantidad):
        c = data.draw(st.sampled_from(self.nacido))
        operacion = self.intentar(
            lambda: trasladar(
                self.lote[c],
                cantidad,
                self.almacenes[1 - almacen],
                usuario=self.usuario,
                almacen=self.almacenes[almacen],
            ),
            self.hay[c, almacen] >= cantidad,
        )
        if operacion:
            self.aplicar({(c, almacen): -cantidad, (c, 1 - almacen): cantidad}, operacion)

    @precondition(lambda self: self.nacido)
    @rule(data=st.data(), almacen=ORIGEN, cantidad=st.integers(0, 20))
    def conteo(self, data, almacen, cantidad):
        c = data.draw(st.sampled_from(self.nacido))
        operacion = contar(self.lote[c], cantidad, usuario=self.usuario, almacen=self.almacenes[almacen])
        diferencia = cantidad - self.hay[c, almacen]
        self.aplicar({(c, almacen): diferencia} if diferencia else {}, operacion)

    @precondition(lambda self: self.nacido)
    @rule(data=st.data(), almacen=ORIGEN, cantidad=st.integers(0, 20))
    def conteo_de_antes(self, data, almacen, cantidad):
        """What was counted at a past sequence: what moved since stays moved."""
        c = data.draw(st.sampled_from(self.nacido))
        saldos = self.saldos[c, almacen]
        secuencia = data.draw(st.integers(0, len(saldos) - 1))
        diferencia = cantidad - saldos[secuencia]
        linea = LineaConteo(
            lote=self.lote[c].pk, cantidad=cantidad, almacen=self.almacenes[almacen].pk, secuencia=secuencia
        )
        operacion = self.intentar(
            lambda: services.ajustar(Conteo(lineas=[linea]), usuario=self.usuario),
            self.hay[c, almacen] + diferencia >= 0,
        )
        if operacion:
            self.aplicar({(c, almacen): diferencia} if diferencia else {}, operacion)

    @precondition(lambda self: self.nacido)
    @rule(data=st.data(), dias=st.integers(-5, 25))
    def correccion_de_caducidad(self, data, dias):
        c = data.draw(st.sampled_from(self.nacido))
        self.caduca[c] = self.hoy + timedelta(days=dias)
        lotes.corregir_caducidad(lote=self.lote[c], usuario=self.usuario, nota="x", fecha_caducidad=self.caduca[c])

    @precondition(lambda self: self.nacido)
    @rule(data=st.data(), accion=st.sampled_from(["retener", "liberar", "retirar"]))
    def cambio_de_lote(self, data, accion):
        c = data.draw(st.sampled_from(self.nacido))
        desde, hasta = {
            "retener": (["disponible"], "cuarentena"),
            "liberar": (["cuarentena"], "disponible"),
            "retirar": (["disponible", "cuarentena"], "retirado"),
        }[accion]
        hecho = self.intentar(
            lambda: getattr(lotes, accion)(lote=self.lote[c], usuario=self.usuario, nota="x"),
            self.estado[c] in desde,
        )
        if hecho:
            self.estado[c] = hasta

    @precondition(lambda self: self.hechas)
    @rule(data=st.data())
    def reverso(self, data):
        i = data.draw(st.integers(0, len(self.hechas) - 1))
        operacion, lineas = self.hechas[i]
        hecho = self.intentar(
            lambda: revertir(operacion, usuario=self.usuario),
            all(self.hay[clave] >= x.cantidad for clave, x in lineas.items()),
        )
        if hecho:
            del self.hechas[i]
            self.deshacer(operacion, lineas)

    @rule(almacen=ORIGEN)
    def baja(self, almacen):
        caducados = {
            (c, almacen): -self.hay[c, almacen]
            for c in self.nacido
            if self.caduca[c] < self.hoy and self.hay[c, almacen]
        }
        operacion = self.intentar(
            lambda: dar_de_baja(usuario=self.usuario, almacen=self.almacenes[almacen]),
            bool(caducados),
        )
        if operacion:
            self.aplicar(caducados, operacion)

    @rule(dias=st.integers(1, 6))
    def pasan_los_dias(self, dias):
        self.hoy += timedelta(days=dias)
        self._poner_reloj()

    # What must hold ---------------------------------------------------------------------------------------------

    @invariant()
    def los_saldos_son_los_del_modelo(self):
        if not hasattr(self, "hay"):
            return
        columnas = ("lote__codigo", "almacen", "cantidad", "con_costo", "secuencia")
        indice = {a.pk: i for i, a in enumerate(self.almacenes)}
        filas = {(c, indice[a]): tuple(resto) for c, a, *resto in Existencia.objects.values_list(*columnas)}
        assert filas == {
            k: (self.hay[k], self.conocidas[k], len(saldos) - 1) for k, saldos in self.saldos.items() if len(saldos) > 1
        }
        assert dict(Lote.objects.values_list("codigo", "costo_unitario")) == {c: self.costo.get(c) for c in self.nacido}

    @invariant()
    def las_alertas_de_hoy_y_de_otro_dia_son_las_del_modelo(self):
        if not hasattr(self, "hay"):
            return
        for dia in (self.hoy, self.hoy + timedelta(days=7)):
            vigentes = Alerta.objects.vigentes(dia).con_derivados(dia)
            alertas = list(vigentes.values_list("tipo_hoy", "lote__codigo"))
            assert sorted(alertas, key=str) == sorted(self.esperadas(dia), key=str), dia

    def esperadas(self, dia):
        usable, fisico = self.disponible(dia), sum(self.hay.values())
        alertas = []
        if usable < MINIMO:
            alertas.append(("stock_bajo" if usable else "sin_stock", None))
        if fisico > 60:
            alertas.append(("sobrestock", None))
        alertas += [
            ("caducado" if self.caduca[c] < dia else "por_caducar", c)
            for c in self.nacido
            if sum(self.hay[c, a] for a in (0, 1)) and self.caduca[c] - timedelta(days=10) <= dia
        ]
        return alertas


def test_the_services_never_diverge_from_the_model(administrador):
    maquina = type("MaquinaConUsuario", (Maquina,), {"usuario": administrador})

    run_state_machine_as_test(
        maquina,
        settings=settings(
            max_examples=EJEMPLOS,
            stateful_step_count=PASOS,
            deadline=None,
            derandomize="MAQUINA" not in os.environ,
            # Shrinking a failure takes minutes: the long run does it.
            phases=list(Phase) if "MAQUINA" in os.environ else [Phase.generate],
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Operacion.objects.count() == 0  # every example was rolled back
