"""Identifiers above 999: a template groups the digits of any number, and an address or a form must not carry that."""

import re

import pytest
from django.db.models import F
from django.urls import reverse

from alertas.models import Alerta
from lotes.models import Lote
from pruebas.ayudas import entrar, hoy_mas
from pruebas.factories import AlmacenFactory, ProductoFactory, UsuarioFactory

pytestmark = pytest.mark.django_db
MUCHOS = 1_234_567


@pytest.fixture
def caducado():
    """An expired lot in stock, whose own identifier and those of its product, warehouse and alert are large."""
    producto = ProductoFactory(pk=MUCHOS, stock_minimo=50)
    lote = Lote.objects.create(pk=MUCHOS + 1, producto=producto, codigo="A", fecha_caducidad=hoy_mas(-1))
    entrar(producto, "A", caduca=-1, nota="llegó así", almacen=AlmacenFactory(pk=MUCHOS + 2))
    Alerta.objects.update(id=F("id") + MUCHOS)
    return lote


def valores(html: str) -> set[str]:
    """What the links of a page ask, and what its fields send."""
    return {v.rpartition("=")[2] for v in re.findall(r'(?:href="[^"]*\?|\bvalue=")([^"]*)"', html)}


def test_links_and_fields_carry_identifiers_as_they_are(client, caducado):
    client.force_login(UsuarioFactory(is_superuser=True, is_staff=True))
    producto, lote = caducado.producto_id, caducado.pk
    alertas = {str(pk) for pk in Alerta.objects.values_list("pk", flat=True)}
    saldo = caducado.existencias.get().pk
    accion = {"action": "retener", "_selected_action": [lote]}

    def pagina(nombre, *args, **consulta):
        return valores(client.get(reverse(nombre, args=args), consulta).content.decode())

    assert str(producto) in pagina("productos:detalle", producto)
    assert str(lote) in pagina("lotes:detalle", lote)
    # A row may tell of several.
    assert alertas < {pk for valor in pagina("alertas:lista") for pk in valor.split("-")}
    assert {str(saldo), str(MUCHOS + 2)} < pagina("movimientos:baja", almacen=MUCHOS + 2)
    assert str(lote) in valores(client.post(reverse("admin:lotes_lote_changelist"), accion).content.decode())
