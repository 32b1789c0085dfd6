"""Units and reasons in words: singular and plural, in both languages, wherever a quantity is told."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import translation

from alertas.models import Alerta
from inventario.dominio import unidades
from movimientos.models import Motivo
from movimientos.motivos import MOTIVOS
from pruebas.ayudas import entrar
from pruebas.factories import ProductoFactory, UsuarioFactory

CUENTAS = [
    (1, "caja", "1 caja", "1 box"),
    (53, "caja", "53 cajas", "53 boxes"),
    (0, "caja", "0 cajas", "0 boxes"),
    (-1, "unidad", "-1 unidad", "-1 unit"),
    (2000, "tableta", "2,000 tabletas", "2,000 tablets"),
    (2, "Cajas", "2 Cajas", "2 Boxes"),
    (1, "CAJAS", "1 CAJA", "1 BOX"),
    (3, "capsula", "3 cápsulas", "3 capsules"),
    (2, "galón", "2 galones", "2 gallons"),
    (2, "kg", "2 kg", "2 kg"),
    (2, "ml", "2 ml", "2 ml"),
    (2, "m²", "2 m²", "2 m²"),
    (2, "costal", "2 costales", "2 costales"),
    (2, "camión", "2 camiones", "2 camiones"),
    (2, "Lápiz", "2 Lápices", "2 Lápices"),
    (2, "dosis", "2 dosis", "2 dosis"),
    (2, "kit", "2 kits", "2 kits"),
    (2, "caja de 12", "2 cajas de 12", "2 cajas de 12"),
    (1, "caja de 12", "1 caja de 12", "1 caja de 12"),
    (2, "箱", "2 箱", "2 箱"),
    (2, "", "2", "2"),
]


@pytest.mark.parametrize(("n", "unidad", "es", "en"), CUENTAS)
def test_a_quantity_is_told_in_singular_or_plural_in_both_languages(n, unidad, es, en):
    for idioma, dicho in (("es", es), ("en", en)):
        with translation.override(idioma):
            assert unidades.contar(n, unidad).replace("\u00a0", ",") == dicho


def test_every_unit_of_the_table_is_translated():
    for una in unidades.UNIDADES:
        with translation.override("en"):
            assert unidades.nombre(una, 1) != una or una in ("kilo", "vial")
            assert unidades.nombre(una, 2) == unidades.nombre(unidades.plural(una), 2) != unidades.nombre(una, 1)


@pytest.mark.django_db
def test_reasons_speak_the_language_until_the_customer_renames_them():
    with translation.override("en"):
        for motivo in Motivo.objects.filter(codigo__in=MOTIVOS):
            assert str(motivo) != MOTIVOS[motivo.codigo][0], motivo.codigo
        merma = Motivo.objects.get(codigo="merma")
        assert str(merma) == merma.get_nombre_display() == "Shrinkage"
        merma.nombre = "Rotura en bodega"
        assert str(merma) == "Rotura en bodega"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("idioma", "palabras", "ajenas"),
    [("es", ["53 cajas", "Merma"], ["53 caja ", "boxes"]), ("en", ["53 boxes", "Shrinkage"], ["53 caja", "Merma"])],
)
def test_pages_reports_and_exports_say_them(client, idioma, palabras, ajenas):
    producto = ProductoFactory(unidad="caja", stock_minimo=100)
    entrar(producto, cantidad=54)
    jefe = UsuarioFactory(is_superuser=True, is_staff=True, idioma=idioma)
    client.force_login(jefe)
    lote = producto.lotes.get()
    lineas = {"lineas-TOTAL_FORMS": "1", "lineas-INITIAL_FORMS": "0", "lineas-0-producto": producto.sku}
    lineas |= {"lineas-0-lote": "A", "lineas-0-cantidad": "1", "motivo": "merma", "clave": "una-clave"}
    assert client.post("/salida/", lineas).status_code == 302

    rutas = [
        "/productos/",
        f"/productos/{producto.pk}/",
        "/lotes/",
        f"/lotes/{lote.pk}/",
        "/operaciones/",
        "/alertas/",
        "/",
    ]
    rutas += [f"/lotes/sugerencias/?producto={producto.sku}", "/motivos/", "/salida/", "/admin/movimientos/operacion/"]
    rutas += [f"/reportes/movimientos/?agrupar={g}&formato={f}" for g in ("linea", "motivo") for f in ("", "csv")]
    textos = {}
    for ruta in rutas:
        respuesta = client.get(ruta)
        cuerpo = respuesta.getvalue() if respuesta.streaming else respuesta.content
        textos[ruta] = " ".join(re.sub("<[^>]+>", " ", cuerpo.decode()).split())
    for ruta, texto in textos.items():
        assert not [x for x in ajenas if x in texto], ruta
    for palabra in palabras:
        assert sum(palabra in texto for texto in textos.values()) >= 5, palabra


@pytest.mark.django_db
def test_the_daily_mail_says_them():
    entrar(ProductoFactory(unidad="caja", stock_minimo=100), cantidad=53)
    assert Alerta.objects.exists()
    for idioma in ("es", "en"):
        UsuarioFactory(is_superuser=True, email=f"{idioma}@a.mx", recibe_resumen=True, idioma=idioma)

    call_command("enviar_resumen", verbosity=0)

    for correo, dicho in zip(mail.outbox, ("53 cajas", "53 boxes"), strict=True):
        assert f"({dicho})" in correo.body
        assert dicho in correo.alternatives[0].content
