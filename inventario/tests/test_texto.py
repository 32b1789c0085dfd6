"""One spelling of codes and names: what looks the same is the same, and what cannot be seen does not come in."""

import logging
import unicodedata
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import example, given
from hypothesis import strategies as st

from inventario.dominio import texto
from inventario.plataforma.unificar import unificar
from lotes.models import Lote
from movimientos.models import Motivo
from movimientos.peticiones import Entrada, LineaEntrada
from movimientos.services import registrar_entrada
from productos.models import Producto
from pruebas.ayudas import hoy_mas
from pruebas.factories import ProductoFactory

PERSA, HINDI, HEBREO = "می\u200cخواهم", "क्\u200dष", "שָׁלוֹם\u200f 5"
FAMILIA, INGLATERRA, TECLA = (
    "👨\u200d👩\u200d👧",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "1\ufe0f\u20e3",
)
INVISIBLES = (
    "\u115f\u1160\u3164\uffa0\u2800\u034f\ufe00\ufe0f\U000e0100\U000e0041\u200b\u200c\u200d\u200e\u202e\u2060\u2028\u2029"
    "\u00ad\ufeff\ud800\ue000\u0378\x00\x1f\x7f\x85"
)
PARES = [
    ("AÑO-É1", unicodedata.normalize("NFD", "AÑO-É1")),
    ("ＡＢ１２", "AB12"),
    ("straße", "STRASSE"),
    ("ısı", "ISI"),
    ("ﬁno", "FINO"),
    ("a\u00a0 b\u3000c", "A B C"),
    ("Ω", "ω"),
    ("ǆ", "DŽ"),
]


@given(st.text())
@example("ǰ\u0345")
@example("ẞ")
def test_a_spelling_is_its_own_spelling(escrito):
    for normalizar in (texto.normalizar_codigo, texto.normalizar_clave, texto.normalizar_texto, texto.plegar):
        assert normalizar(normalizar(escrito)) == normalizar(escrito)


@given(st.text())
def test_a_code_is_compared_without_case_or_composition(escrito):
    codigo = texto.normalizar_codigo(escrito)
    for otro in (escrito.upper(), escrito.lower(), escrito.casefold(), f" {escrito}\u00a0"):
        assert texto.normalizar_codigo(otro) == codigo
    for forma in ("NFC", "NFD", "NFKC", "NFKD"):
        assert texto.normalizar_codigo(unicodedata.normalize(forma, escrito)) == codigo


@given(st.text())
def test_what_is_let_in_as_a_code_can_be_seen(escrito):
    codigo = texto.normalizar_codigo(escrito)
    try:
        texto.validar_codigo(codigo)
    except ValidationError:
        return
    assert texto.con_tinta(codigo) == codigo
    assert not {unicodedata.category(c) for c in codigo} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.mark.parametrize("c", INVISIBLES, ids=lambda c: f"U+{ord(c):04X}")
def test_no_code_has_what_cannot_be_seen(c):
    for codigo in (f"A{c}B", f"{c}A", f"A{c}"):
        with pytest.raises(ValidationError):
            texto.validar_codigo(texto.normalizar_codigo(codigo))


@pytest.mark.parametrize("c", INVISIBLES, ids=lambda c: f"U+{ord(c):04X}")
def test_no_plain_name_has_it_either_and_none_is_only_that(c):
    for nombre in (f"Gasa {c}estéril", c, f" {c} "):
        with pytest.raises(ValidationError):
            texto.validar_texto(nombre)


@pytest.mark.parametrize(
    "nombre", [PERSA, HINDI, HEBREO, FAMILIA, INGLATERRA, TECLA, "❤\ufe0f\u200d🔥", "葛\U000e0100", "كتاب"]
)
def test_a_name_keeps_what_its_language_needs(nombre):
    texto.validar_texto(nombre)
    assert texto.normalizar_texto(f"  {nombre}\u00a0 x ") == f"{unicodedata.normalize('NFC', nombre)} x"


@pytest.mark.parametrize(
    "nombre", ["\u200d", "\u200d\u200d", "\u0301", "\u2800", "\u3164 \u3164", "ñ\u200dñ", "\u200f"]
)
def test_what_nobody_can_read_is_no_name(nombre):
    with pytest.raises(ValidationError):
        texto.validar_texto(nombre)


@pytest.mark.django_db
@pytest.mark.parametrize(("uno", "otro"), PARES)
def test_two_codes_that_look_the_same_are_one_row(uno, otro):
    producto = ProductoFactory(sku=uno)
    lote = Lote.objects.create(producto=producto, codigo=otro)

    assert Producto.objects.get(sku=otro) == Producto.objects.get(sku=uno) == producto
    assert Lote.objects.get(codigo=uno) == lote
    with pytest.raises(IntegrityError), transaction.atomic():
        Producto.objects.bulk_create([Producto(sku=otro, nombre="otro")])
    with pytest.raises(ValidationError):
        Producto(sku=otro, nombre="otro").full_clean()


@pytest.mark.django_db
@pytest.mark.parametrize(("uno", "otro"), PARES)
def test_an_entry_finds_the_lot_however_its_code_is_written(uno, otro, supervisor):
    producto = ProductoFactory()
    for codigo in (uno, otro):
        linea = LineaEntrada(producto.pk, 5, codigo, hoy_mas(100))
        registrar_entrada(
            Entrada(lineas=[linea], contraparte=" Farmacia \u00a0 Ñandú ", motivo="COMPRA"), usuario=supervisor
        )

    assert Lote.objects.get(producto=producto).existencias.get().cantidad == 10
    assert Motivo.objects.get(codigo="Compra").operaciones.first().contraparte == "Farmacia Ñandú"


@pytest.mark.django_db
def test_a_reason_is_named_in_whatever_case(client, supervisor):
    client.force_login(supervisor)

    assert client.get("/operaciones/?motivo=MERMA").status_code == 200
    assert Motivo(codigo="Merma", nombre="x", tipo="salida").codigo not in Motivo.objects.values_list(
        "codigo", flat=True
    )
    with pytest.raises(ValidationError):
        Motivo(codigo="Merma", nombre="x", tipo="salida").full_clean()


@pytest.mark.django_db
def test_what_was_stored_gets_its_spelling_and_nothing_is_merged(caplog):
    producto, otro = ProductoFactory(), ProductoFactory()
    lotes = [Lote.objects.create(producto=producto, codigo=f"X{i}") for i in range(5)] + [
        Lote.objects.create(producto=otro, codigo="Y")
    ]
    viejos = ["ＡＢ１２", "AB12", "ab\ufe0f12", "año", "\u200b", "ＡＢ１２"]
    with connection.cursor() as cursor:
        for lote, codigo in zip(lotes, viejos, strict=True):
            cursor.execute("UPDATE lotes_lote SET codigo = %s WHERE id = %s", [codigo, lote.pk])

    migracion = unificar(
        "lotes.Lote", "codigo", lambda t: texto.normalizar_codigo(texto.con_tinta(t)), unico_con=("producto",)
    )
    with caplog.at_level(logging.WARNING, "inventario.unificar"):
        migracion(apps, SimpleNamespace(connection=connection))

    nuevos = {x.pk: x.codigo for x in Lote.objects.all()}
    assert [nuevos[x.pk] for x in lotes] == ["AB12-2", "AB12", "AB12-3", "AÑO", "\u200b", "AB12"]
    assert [r.args[0] for r in caplog.records] == ["lotes.Lote"] * 3
