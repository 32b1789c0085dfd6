"""A token's primary key is its hash, longer than any id of the audit."""

import pytest

from inventario.cuentas import tokens
from inventario.cuentas.models import Auditoria


@pytest.mark.django_db
def test_making_a_token_is_audited_on_both_engines(operador):
    token, _llave = tokens.crear(usuario=operador, nombre="Caja")

    assert Auditoria.objects.filter(objeto="inventario.token", objeto_id=token.pk[:40]).count() == 1
