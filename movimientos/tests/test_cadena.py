"""The seal and the chain cover everything that is said: nothing can be other and have the same hash. No database."""

from datetime import UTC, date, datetime

import pytest

from movimientos import libro
from movimientos.models import Movimiento, Operacion

LINEA = {
    "tipo": "despacho", "producto_id": 1, "lote_id": 2, "almacen_id": 3, "fecha_efectiva": date(2026, 5, 10), "cantidad": -4,
    "saldo": 5, "secuencia": 6, "fecha_caducidad": date(2027, 1, 1), "vida_minima": 7, "excepcion_fefo": False,
}  # fmt: skip
OPERACION = {
    "tipo": "despacho", "motivo_id": 1, "almacen_id": 2, "almacen_destino_id": None, "contraparte": "Piso 3", "documento": "R-1",
    "nota": "", "usuario_id": 3, "fecha_efectiva": date(2026, 5, 10), "registrada_en": datetime(2026, 5, 10, 12, tzinfo=UTC),
    "revierte_id": None, "faltantes": None, "clave_idempotencia": None, "huella": "",
}  # fmt: skip
OTRO = {
    str: "otro",
    int: 99,
    bool: True,
    date: date(2020, 1, 1),
    datetime: datetime(2020, 1, 1, tzinfo=UTC),
    type(None): 99,
}


def test_a_line_is_chained_to_the_one_before_and_to_its_operation():
    linea = Movimiento(**LINEA)

    hashes = {libro.huella(anterior, sello, linea) for anterior in ("", "a" * 64) for sello in ("b" * 64, "c" * 64)}

    assert len(hashes) == 4


@pytest.mark.parametrize("campo", LINEA)
def test_every_field_of_a_line_is_in_its_hash(campo):
    otra = Movimiento(**{**LINEA, campo: OTRO[type(LINEA[campo])]})

    assert libro.huella("", "", otra) != libro.huella("", "", Movimiento(**LINEA))


@pytest.mark.parametrize("campo", OPERACION)
def test_every_field_of_an_operation_is_in_its_seal(campo):
    otra = Operacion(**{**OPERACION, campo: OTRO[type(OPERACION[campo])]})

    assert libro.sello(otra) != libro.sello(Operacion(**OPERACION))


def test_the_lists_above_leave_no_field_out():
    fuera = {"id", "operacion_id", "huella"}
    assert {f.attname for f in Movimiento._meta.concrete_fields} - fuera == set(LINEA)
    assert {f.attname for f in Operacion._meta.concrete_fields} - {"id", "sello"} == set(OPERACION)
