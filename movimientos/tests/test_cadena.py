"""The seal and the chain cover everything that is said: nothing can be other and have the same hash. No database."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from movimientos import cadena
from movimientos.models import Movimiento, Operacion, Tipo
from movimientos.peticiones import (
    Conteo,
    Despacho,
    Entrada,
    LineaConteo,
    LineaDeLote,
    LineaEntrada,
    LineaPedida,
    Reverso,
    Salida,
    Traslado,
)

LINEA = {
    "tipo": "despacho", "producto_id": 1, "lote_id": 2, "almacen_id": 3, "fecha_efectiva": date(2026, 5, 10), "cantidad": -4,
    "saldo": 5, "secuencia": 6, "fecha_caducidad": date(2027, 1, 1), "vida_minima": 7, "excepcion_fefo": False, "version": 2,
    "estado_lote": "disponible", "costo_unitario": Decimal("1.5"), "con_costo": -3, "revaluo": Decimal(0),
}  # fmt: skip
OPERACION = {
    "tipo": "despacho", "motivo_id": 1, "almacen_id": 2, "almacen_destino_id": None, "contraparte": "Piso 3", "documento": "R-1",
    "nota": "", "usuario_id": 3, "fecha_efectiva": date(2026, 5, 10), "registrada_en": datetime(2026, 5, 10, 12, tzinfo=UTC),
    "revierte_id": None, "faltantes": None, "clave_idempotencia": None, "resumen": "",
}  # fmt: skip
OTRO = {
    str: "otro",
    int: 99,
    bool: True,
    Decimal: Decimal("9.999999"),
    date: date(2020, 1, 1),
    datetime: datetime(2020, 1, 1, tzinfo=UTC),
    type(None): 99,
}


def test_a_line_is_chained_to_the_one_before_and_to_its_operation():
    linea = Movimiento(**LINEA)

    hashes = {cadena.huella(anterior, sello, linea) for anterior in ("", "a" * 64) for sello in ("b" * 64, "c" * 64)}

    assert len(hashes) == 4


@pytest.mark.parametrize("campo", LINEA)
def test_every_field_of_a_line_is_in_its_hash(campo):
    otra = Movimiento(**{**LINEA, campo: OTRO[type(LINEA[campo])]})

    assert cadena.huella("", "", otra) != cadena.huella("", "", Movimiento(**LINEA))


@pytest.mark.parametrize("campo", OPERACION)
def test_every_field_of_an_operation_is_in_its_seal(campo):
    otra = Operacion(**{**OPERACION, campo: OTRO[type(OPERACION[campo])]})

    assert cadena.sello(otra) != cadena.sello(Operacion(**OPERACION))


def test_the_lists_above_leave_no_field_out():
    fuera = {"id", "operacion_id", "huella"}
    assert {f.attname for f in Movimiento._meta.concrete_fields} - fuera == set(LINEA)
    assert {f.attname for f in Operacion._meta.concrete_fields} - {"id", "sello", "dicho"} == set(OPERACION)


# What version 1.0 wrote: a hash that comes out otherwise accuses honest books, and refuses a retry across a deploy.
UNO, VEINTE = date(2026, 1, 2), date(2026, 11, 20)
CABECERA = {"contraparte": "Piso 3", "documento": "F-1029", "nota": "urgente"}
RESUMENES = [
    (
        Entrada(
            lineas=[
                LineaEntrada(7, 200, "A-2291", date(2027, 3, 31), Decimal("0.12")),
                LineaEntrada(8, 5, fecha_fabricacion=UNO),
            ],
            fecha_efectiva=VEINTE,
            **CABECERA,
        ),
        "entrada",
        "3e5755e99149c1b49c8576118754c4b5f2365fd06b53447a97de1f6d34950c17",
    ),
    (
        Salida(motivo="merma", lineas=[LineaDeLote(31, 5), LineaDeLote(32, 6)], **CABECERA),
        "salida",
        "bd08416d9299d67499ba8b8a01ecd4cc5361fc39b31931ae2f3ec3a254eddce0",
    ),
    (
        Despacho(lineas=[LineaPedida(7, 250, 30), LineaPedida(8, 1)], fecha_efectiva=VEINTE, **CABECERA),
        "despacho",
        "679a8726c4dde98baa993f9328bc69f27490b979a7f25e84f2ac82209a3f2ad6",
    ),
    (
        Conteo(lineas=[LineaConteo(31, 198, 1), LineaConteo(32, 0)], **CABECERA),
        "ajuste",
        "ee95b3f438ab253bd16a37037b05ec7f3967edadde5ca80d507d652927dccec7",
    ),
    (
        Traslado(almacen_destino=2, lineas=[LineaDeLote(31, 50)], **CABECERA),
        "traslado",
        "69e9e6af92f65dad72b0772e5174ff25f33f2f2e26487d691e9be57740a67068",
    ),
    (
        Reverso(operacion=Operacion(pk=912), **CABECERA),
        "reverso",
        "5eeecd6b808617a7b94358ac05bae4dc9bd88adee5928ac24bc583fa5281707e",
    ),
]


@pytest.mark.parametrize(("peticion", "tipo", "esperado"), RESUMENES, ids=[tipo for _p, tipo, _r in RESUMENES])
def test_the_hash_of_a_request_stays_what_it_was(peticion, tipo, esperado):
    assert cadena.resumen(peticion, 1, 2) == esperado
    assert tipo == peticion.TIPO


def test_seal_and_chain_stay_what_they_were():
    traslado = Operacion(
        tipo=Tipo.TRASLADO, motivo_id=2, almacen_id=1, almacen_destino_id=2, contraparte="Piso 3", documento="F-1029", nota="ñ",
        usuario_id=9, fecha_efectiva=VEINTE, registrada_en=datetime(2026, 11, 27, 14, 0, 0, 123, UTC),
        clave_idempotencia="k-1", resumen="ab" * 32,
    )  # fmt: skip
    parcial = Operacion(
        tipo="despacho", motivo_id=2, almacen_id=1, usuario_id=9, fecha_efectiva=VEINTE,
        registrada_en=datetime(2026, 11, 27, 14, tzinfo=UTC),
        faltantes=[{"producto": 7, "pedido": 5, "despachado": 2, "falta": 3}],
    )  # fmt: skip
    linea = Movimiento(
        tipo="traslado", producto_id=7, lote_id=31, almacen_id=1, fecha_efectiva=VEINTE, cantidad=-50, saldo=150, secuencia=9,
        fecha_caducidad=date(2027, 3, 31), vida_minima=30, excepcion_fefo=True, version=1,
    )  # fmt: skip
    sin_fecha = Movimiento(
        **{**{c: getattr(linea, c) for c in LINEA}, "fecha_caducidad": None, "excepcion_fefo": False}
    )
    sello = cadena.sello(traslado)

    assert sello == "5e41b6c0236fe0a9b64f30a74c81c8625bf43cf1a4bd20aec07253cec8e4d9b2"
    assert cadena.sello(parcial) == "158a80fee992efa510406b6a22ef6a35845a70ad22c45c6d59e1e68fd1ae3489"
    assert cadena.huella("", sello, linea) == "2f9fae1040a8d8c44f08c5ca3fb4e5820ebefc70df69fbc009c2651ab1340e34"
    assert (
        cadena.huella("cd" * 32, sello, sin_fecha) == "ea0824210fb09fedf0f888d77fcddc3d09e077835dd9e513493aae4194649a31"
    )


# Of the three lines below.
ORO = [
    "c1716f29f6ec66d4cbf7e507b24da7b889e64051afa4d41eef198ad5e23b04ff",
    "ed0ae46d014bcf1d7a3c13a9aa1d5646325f82b34483893cd20c1434a7a0f92a",
    "159fb76403f21d9942a74af7a8c7b787cbc26595d50752f91c30148138a3046f",
]


def test_the_chain_of_version_2_stays_what_it_was():
    linea = Movimiento(**LINEA)
    sin_costo = Movimiento(
        **{**LINEA, "costo_unitario": None, "con_costo": 0, "fecha_caducidad": None, "estado_lote": "retirado"}
    )
    revaluada = Movimiento(**{**LINEA, "costo_unitario": Decimal(0), "revaluo": Decimal("-0.000001")})

    assert [cadena.huella("cd" * 32, "ef" * 32, m) for m in (linea, sin_costo, revaluada)] == ORO


def test_money_has_one_hash_however_it_was_read():
    iguales = {
        cadena.huella("", "", Movimiento(**{**LINEA, "costo_unitario": Decimal(c)}))
        for c in ("1.5", "1.500000", "15E-1")
    }

    assert len(iguales) == 1


def test_a_line_that_is_passed_off_as_older_has_another_hash():
    assert cadena.huella("", "", Movimiento(**LINEA)) != cadena.huella("", "", Movimiento(**{**LINEA, "version": 1}))
