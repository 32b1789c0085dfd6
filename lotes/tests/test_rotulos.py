"""Labels: every symbol drawn is printed at its size, decoded as a scanner would, and read back as what it stands for."""

import re
from datetime import date
from pathlib import Path

import pytest
import zxingcpp
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from inventario.dominio import lector
from inventario.dominio.campos import digito_de_control
from inventario.dominio.texto import normalizar_codigo
from lotes.codigos import identificar
from lotes.models import Lote
from lotes.rotulos import contenido, svg, zpl
from lotes.rotulos.papel import FORMATOS
from lotes.rotulos.plano import ancho_de, trazar
from productos.models import Empaque, Producto
from pruebas.ayudas import hoy_mas, nuevo_lote
from pruebas.factories import EmpaqueFactory, ProductoFactory

HOY = date(2026, 11, 27)
BASE = "https://inventario.farmacia.example/"
GTIN = "07501234567893"
PPP = (203, 300)


def imprimir(plano, ppp):
    """The symbol of the SVG as dots of a printer, dark ones 0: `bytes`, width and height."""
    dibujo = str(svg.simbolo(plano))
    lado_mm = float(re.search(r' width="([\d.]+)"', dibujo)[1])
    modulos = int(re.search(r'viewBox="0 0 (\d+) ', dibujo)[1])
    oscuros = {
        (int(x) + i, int(y)) for x, y, largo in re.findall(r"M(\d+) (\d+)h(\d+)", dibujo) for i in range(int(largo))
    }
    puntos = round(lado_mm * ppp / 25.4)
    de = [min(modulos - 1, i * modulos // puntos) for i in range(puntos)]
    return bytes(0 if (x, y) in oscuros else 255 for y in de for x in de), puntos, puntos


def descodificar(imagen, ancho, alto):
    leidos = zxingcpp.read_barcodes(memoryview(imagen).cast("B", (alto, ancho)))
    assert len(leidos) == 1
    return leidos[0].symbology_identifier + leidos[0].bytes.decode()


def vuelve(rotulo, formato, ppp):
    return lector.leer(descodificar(*imprimir(trazar(rotulo, formato.ancho, formato.alto), ppp)), HOY)


def lote_de(codigo="A-2291", caduca=date(2028, 3, 31), gtin=GTIN, **producto):
    datos = {"sku": "AMOX500", "nombre": "Amoxicilina 500 mg"} | producto
    return Lote(pk=1021759, codigo=codigo, fecha_caducidad=caduca, producto=Producto(pk=1021, gtin=gtin, **datos))


@pytest.mark.parametrize("ppp", PPP)
@pytest.mark.parametrize("formato", FORMATOS.values(), ids=FORMATOS)
def test_both_symbols_are_read_back_at_the_size_of_every_paper(formato, ppp):
    en_gs1 = vuelve(contenido.de_lote(lote_de(), HOY, BASE), formato, ppp)
    en_qr = vuelve(contenido.de_lote(lote_de(gtin=None), HOY, BASE), formato, ppp)

    assert (en_gs1.tipo, en_gs1.gtin, en_gs1.lote, en_gs1.caduca) == ("gs1", GTIN, "A-2291", date(2028, 3, 31))
    assert en_qr.texto.startswith(f"{BASE}lotes/1021759/?c=")


GTINES = st.integers(0, 10**13 - 1).map(lambda n: f"{n:013}").map(lambda c: c + digito_de_control(c))
CODIGOS = (
    st.text(
        st.characters(codec="ascii", categories=["L", "N", "P", "S", "Zs"]) | st.sampled_from("ÑÁß漢#() "),
        min_size=1,
        max_size=50,
    )
    .map(normalizar_codigo)
    .filter(bool)
)
FECHAS = st.none() | st.dates(date(2000, 1, 1), date(2100, 12, 31))


@settings(max_examples=150)
@given(
    gtin=st.none() | GTINES,
    codigo=CODIGOS,
    caduca=FECHAS,
    formato=st.sampled_from([*FORMATOS.values()]),
    ppp=st.sampled_from(PPP),
)
def test_any_lot_is_drawn_printed_and_read_back(gtin, codigo, caduca, formato, ppp):
    _ida_y_vuelta(gtin, codigo[:50], caduca, formato, ppp)


def _ida_y_vuelta(gtin, codigo, caduca, formato, ppp):
    lote = lote_de(codigo, caduca, gtin)
    rotulo = contenido.de_lote(lote, HOY, BASE)

    leido = vuelve(rotulo, formato, ppp)

    if rotulo.simbolo.startswith("("):
        assert (leido.ok, leido.gtin, leido.lote, leido.caduca) == (True, gtin, codigo, caduca)
        assert leido.propuestas == []
    else:
        assert leido.texto == rotulo.simbolo
    plano = trazar(rotulo, formato.ancho, formato.alto)
    assert [t.texto for t in plano.textos if codigo in t.texto]
    for t in plano.textos:
        assert t.x >= MARGEN
        assert t.x + min(t.ancho, ancho_de(t.texto, t.cuerpo, t.negrita)) <= formato.ancho
        assert t.y <= formato.alto


MARGEN = 2


@pytest.mark.parametrize(
    ("cambio", "gs1"),
    [
        ({}, True),
        ({"caduca": None}, True),
        ({"codigo": "A/B.1_%"}, True),
        ({"codigo": "A B"}, False),
        ({"codigo": "A#1"}, False),
        ({"codigo": "A(1)"}, False),
        ({"codigo": "Ñ1"}, False),
        ({"codigo": "X" * 20}, True),
        ({"codigo": "X" * 21}, False),
        ({"gtin": None}, False),
        ({"caduca": date(2090, 1, 31)}, False),
    ],
)
def test_what_gs1_has_no_room_for_goes_by_address(cambio, gs1):
    simbolo = contenido.de_lote(lote_de(**cambio), HOY, BASE).simbolo

    assert simbolo.startswith("(01)" if gs1 else BASE)


@pytest.mark.parametrize("ppp", PPP)
@pytest.mark.parametrize("clave", ["rollo-50x25", "rollo-102x152"])
def test_the_picture_in_zpl_is_read_back_and_its_words_are_escaped(clave, ppp):
    formato = FORMATOS[clave]
    rotulo = contenido.de_lote(lote_de("A_1^~", nombre="Jarabe ^XA ñandú", gtin=None), HOY, BASE)

    texto = zpl.etiquetas([trazar(rotulo, formato.ancho, formato.alto)] * 2, ppp)

    total, por_fila, hexa = re.search(r"\^GFA,(\d+),\d+,(\d+),([0-9A-F]+)\^FS", texto).groups()
    alto = int(total) // int(por_fila)
    bits = "".join(f"{int(c, 16):04b}" for c in hexa)
    ancho = int(por_fila) * 8
    filas = [bits[i * ancho : (i + 1) * ancho] for i in range(alto)]
    borde = 40  # the paper around it
    imagen = bytes(
        0 if borde <= y < borde + alto and borde <= x < borde + ancho and filas[y - borde][x - borde] == "1" else 255
        for y in range(alto + 2 * borde)
        for x in range(ancho + 2 * borde)
    )
    assert descodificar(imagen, ancho + 2 * borde, alto + 2 * borde).endswith(rotulo.simbolo)
    assert texto.count("^XA") == texto.count("^XZ") == 2
    assert "A_5F1_5E_7E" in texto
    assert "_5EXA" in texto
    assert "ñandú" in texto


@pytest.mark.django_db
def test_every_label_names_here_what_it_was_printed_for():
    hoy = timezone.localdate()
    lote = nuevo_lote(ProductoFactory(gtin=GTIN), "A-1", 5, 90)
    raro = nuevo_lote(ProductoFactory(gtin=None), "A Ñ (2)", 5, 90)
    caja = EmpaqueFactory(producto=raro.producto, gtin="17501234567890", unidades=12)
    formato = FORMATOS["rollo-50x25"]

    def leer(rotulo):
        plano = trazar(rotulo, formato.ancho, formato.alto)
        return identificar(descodificar(*imprimir(plano, 203)), hoy)

    for x in (lote, raro):
        visto = leer(contenido.de_lote(x, hoy, BASE))
        assert (visto.producto, visto.lote, visto.avisos) == (x.producto, x, ())
        assert leer(contenido.de_producto(x.producto, hoy, BASE)).producto == x.producto
        assert leer(contenido.de_estante(x.producto, hoy, BASE)).producto == x.producto
    assert leer(contenido.de_producto(raro.producto, hoy, BASE, caja)).empaque == caja
    ajena = contenido.de_lote(raro, hoy, BASE).simbolo.replace(f"/{raro.pk}/", f"/{lote.pk}/")
    assert identificar(ajena, hoy).producto is None
    Empaque.objects.all().delete()


@pytest.mark.django_db
def test_the_page_prints_what_was_asked_where_the_sheet_has_room(client, consulta):
    lote = nuevo_lote(ProductoFactory(nombre="<i>Ibuprofeno</i>"), "AB-7")
    client.force_login(consulta)
    pedido = {
        "lote": [lote.pk, 999999, "x"],
        "estante": [lote.producto_id],
        "formato": "carta-10",
        "copias": "3",
        "empezar": "6",
    }

    r = client.get("/lotes/etiquetas/", pedido)
    otra = client.get("/lotes/etiquetas/", {"lote": lote.pk})
    por_post = client.post("/lotes/etiquetas/", pedido)

    assert [h.count("<g ") for h in r.context["hojas"]] == [5, 1]
    assert "&lt;i&gt;Ibuprofeno" in r.content.decode()
    assert "style=" not in "".join(r.context["hojas"])
    assert otra.context["formato"].clave == "carta-10"
    assert por_post.context["hojas"] == r.context["hojas"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "mal", [{"formato": "a5"}, {"copias": "0"}, {"copias": "101"}, {"empezar": "11"}, {"ppp": "72"}, {"copias": "٣"}]
)
def test_an_impossible_paper_is_said_and_nothing_is_drawn(client, consulta, mal):
    client.force_login(consulta)

    r = client.get("/lotes/etiquetas/", {"lote": 1, "formato": "carta-10"} | mal)

    assert r.status_code == 422
    assert list(r.context["formulario"].errors) == list(mal)
    assert "hojas" not in r.context


@pytest.mark.django_db
def test_too_many_labels_are_refused_and_zpl_is_a_file(client, consulta):
    lote = nuevo_lote(ProductoFactory(), "A", caduca=hoy_mas(30))
    client.force_login(consulta)

    muchas = client.post("/lotes/etiquetas/", {"lote": [lote.pk] * 21, "copias": "100"})
    archivo = client.post("/lotes/etiquetas/", {"lote": [lote.pk] * 2, "copias": "3", "zpl": "1", "ppp": "300"})

    assert muchas.status_code == 422
    assert archivo["Content-Disposition"] == 'attachment; filename="etiquetas.zpl"'
    assert archivo.content.decode().count("^XA") == 6
    assert "^PW827" in archivo.content.decode()


def test_each_paper_has_its_page_in_the_style_sheet():
    css = (Path(__file__).parents[2] / "static/css/rotulos.css").read_text()

    for f in FORMATOS.values():
        ancho, alto = f.pagina
        pagina = re.search(rf"\.hoja-{f.clave}\b[^{{]*{{ page: ([\w-]+)", css)[1]
        assert f"@page {pagina} {{ margin: 0; size: {ancho:g}mm {alto:g}mm; }}" in css
        x, y = f.lugar(f.por_hoja - 1)
        assert x + f.ancho <= ancho + 0.01
        assert y + f.alto <= alto + 0.01
