"""Codes normalised, GTINs checked, invisible text refused, in one place for every door."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from inventario.dominio import campos
from productos.models import Producto
from pruebas.factories import ProductoFactory


@pytest.mark.parametrize(("texto", "numero"), [("0", 0), ("007", 7), ("500", 500), ("9" * 18, 10**18 - 1)])
def test_a_number_is_read_from_ascii_digits(texto, numero):
    assert campos.entero_ascii(texto) == numero


@pytest.mark.parametrize(
    "texto", ["", " ", "٥", "²", " 5", "5\n", "+5", "-5", "1_0", "1.0", "0x5", "9" * 19, "9" * 5000]
)
def test_what_is_not_ascii_digits_or_is_too_long_is_no_number(texto):
    assert campos.entero_ascii(texto) is None


def test_a_number_over_its_limit_is_none():
    assert (campos.entero_ascii("500", 500), campos.entero_ascii("501", 500)) == (500, None)


@pytest.mark.parametrize(
    ("escrito", "guardado"),
    [(" amox500 ", "AMOX500"), ("a\t b  c", "A B C"), ("ñandú-1", "ÑANDÚ-1")],
)
@pytest.mark.django_db
def test_a_code_has_one_spelling_whatever_door_it_came_by(escrito, guardado):
    producto = ProductoFactory(sku=escrito)

    assert producto.sku == guardado
    assert Producto.objects.get(sku=escrito.lower()) == producto
    with pytest.raises(IntegrityError), transaction.atomic():
        Producto.objects.bulk_create([Producto(sku=escrito.upper(), nombre="otro")])


@pytest.mark.django_db
def test_a_barcode_is_found_with_or_without_its_leading_zeros():
    producto = ProductoFactory(gtin="7501234567893")

    assert producto.gtin == "07501234567893"
    assert list(Producto.objects.buscar("7501234567893")) == [producto]
    assert list(Producto.objects.filter(gtin="07501234567893")) == [producto]


@pytest.mark.parametrize("gtin", ["00000096385074"[6:], "036000291452", "4006381333931", "10614141000415"])
def test_gtins_of_the_four_lengths_are_accepted(gtin):
    campos.validar_gtin(gtin)


@pytest.mark.parametrize("gtin", ["4006381333932", "123", "400638133393A", "٤٠٠٦٣٨١٣٣٣٩٣١", "4006381333931 "])
def test_a_wrong_gtin_is_refused(gtin):
    with pytest.raises(ValidationError):
        campos.validar_gtin(gtin)


def test_every_single_wrong_digit_of_a_gtin_is_noticed():
    bueno = "4006381333931"
    for i, cifra in enumerate(bueno):
        for otra in "0123456789".replace(cifra, ""):
            with pytest.raises(ValidationError):
                campos.validar_gtin(bueno[:i] + otra + bueno[i + 1 :])


@pytest.mark.parametrize("texto", ["a\x00b", "a\u200bb", "a\u202eb", "a\nb", "\ud800", "a\x7f"])
def test_what_cannot_be_seen_is_refused(texto):
    with pytest.raises(ValidationError):
        campos.validar_texto(texto)


def test_lines_may_break_only_where_there_are_lines():
    campos.validar_texto_largo("uno\ndos\ttres")
    with pytest.raises(ValidationError):
        campos.validar_texto_largo("uno\x00")
