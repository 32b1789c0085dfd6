"""The changes of a lot: the service, the page, the admin and the API agree on who may make them and when."""

from datetime import date
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from lotes import services
from lotes.api import LoteViewSet
from lotes.caducidad import fabricado_antes
from lotes.cambios import CAMBIOS, POR_CODIGO
from lotes.exceptions import CambioImposible
from lotes.models import CambioDeLote, Lote
from pruebas.factories import ProductoFactory

pytestmark = pytest.mark.django_db
FECHAS = [None, date(2026, 5, 9), date(2026, 5, 10), date(2026, 5, 11)]


@pytest.fixture
def lote():
    return Lote.objects.create(producto=ProductoFactory(), codigo="A", fecha_caducidad=date(2030, 1, 1))


def test_each_change_is_recorded_served_and_guarded_under_its_own_name():
    codigos = [c.codigo for c in CAMBIOS]

    # The back office corrects a cost: no page or address does.
    assert [*codigos, "corregir_costo"] == CambioDeLote.Tipo.values
    assert [c.permiso for c in CAMBIOS] == [f"lotes.{codigo}" for codigo, _nombre in Lote._meta.permissions]
    assert all(callable(getattr(services, codigo)) and hasattr(LoteViewSet, codigo) for codigo in codigos)
    assert LoteViewSet.permisos == {c.codigo: c.permiso for c in CAMBIOS}


@pytest.mark.parametrize("codigo", POR_CODIGO)
@pytest.mark.parametrize("estado", Lote.Estado.values)
def test_the_page_offers_exactly_what_the_service_accepts(client, supervisor, lote, codigo, estado):
    Lote.objects.update(estado=estado)
    client.force_login(supervisor)
    ofrecidos = [a["accion"].codigo for a in client.get(f"/lotes/{lote.pk}/").context["acciones"]]
    nuevo = {} if POR_CODIGO[codigo].a else {"fecha_caducidad": date(2031, 1, 1)}

    try:
        services.cambiar(POR_CODIGO[codigo], lote=lote, usuario=supervisor, nota="x", **nuevo)
        aceptado = True
    except CambioImposible:
        aceptado = False

    lote.refresh_from_db()
    assert aceptado == (codigo in ofrecidos)
    assert lote.estado == (POR_CODIGO[codigo].a or estado if aceptado else estado)


@pytest.mark.parametrize(("rol", "suyas"), [("administrador", ["retener", "liberar", "retirar"]), ("operador", [])])
def test_the_admin_lists_the_changes_that_its_user_may_make(rf, request, rol, suyas):
    from django.contrib import admin

    peticion = rf.get(reverse("admin:lotes_lote_changelist"))
    peticion.user = request.getfixturevalue(rol)

    acciones = admin.site.get_model_admin(Lote).get_actions(peticion)

    assert [a for a in acciones if a in POR_CODIGO] == suyas


def test_a_lot_made_after_it_expires_is_refused_by_rule_and_constraint_alike():
    producto = ProductoFactory()
    for n, (fabricacion, caduca) in enumerate(product(FECHAS, FECHAS)):
        try:
            with transaction.atomic():
                Lote.objects.create(
                    producto=producto, codigo=f"L{n}", fecha_fabricacion=fabricacion, fecha_caducidad=caduca
                )
            cabe = True
        except IntegrityError:
            cabe = False
        assert cabe == fabricado_antes(fabricacion, caduca), (fabricacion, caduca)


def test_an_expiry_is_not_corrected_to_a_day_before_the_lot_was_made(lote, supervisor):
    Lote.objects.update(fecha_fabricacion=timezone.localdate())

    with pytest.raises(services.DatosInvalidos) as rechazo:
        services.corregir_caducidad(lote=lote, usuario=supervisor, nota="x", fecha_caducidad=date(2020, 1, 1))

    assert list(rechazo.value.errores) == ["fecha_caducidad"]
    assert not CambioDeLote.objects.exists()
