"""Whoever made a mistake a moment ago undoes it alone; whoever may not is told whom to ask."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from lotes.models import Existencia
from movimientos import services
from movimientos.models import Operacion
from pruebas.ayudas import entrar, revertir

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(producto, operador):
    return entrar(producto, "A-1", 12, usuario=operador)


def envejecer(monkeypatch, minutos):
    ahora = timezone.now() + timedelta(minutes=minutos)
    monkeypatch.setattr("movimientos.services.reverso.timezone.now", lambda: ahora)


def test_who_registered_it_undoes_it_within_the_minutes_of_the_setting(mia, operador, monkeypatch, settings):
    settings.MINUTOS_PARA_REVERTIR = 5
    envejecer(monkeypatch, 4)

    reverso = revertir(mia, usuario=operador, clave="una")
    envejecer(monkeypatch, 60)
    otra_vez = revertir(mia, usuario=operador, clave="una")

    assert reverso.revierte == mia
    assert (otra_vez.pk, otra_vez.es_repeticion) == (reverso.pk, True)
    assert Existencia.objects.get().cantidad == 0


@pytest.mark.parametrize(("minutos", "limite"), [(6, 5), (0.1, 0)])
def test_when_the_minutes_are_over_it_is_a_supervisors_business(
    mia, operador, supervisor, monkeypatch, settings, minutos, limite
):
    settings.MINUTOS_PARA_REVERTIR = limite
    envejecer(monkeypatch, minutos)

    with pytest.raises(PermissionDenied):
        revertir(mia, usuario=operador)

    assert revertir(mia, usuario=supervisor).revierte == mia


def test_only_the_last_one_and_only_ones_own(mia, producto, operador, supervisor):
    ajena = entrar(producto, "A-2", 3, usuario=supervisor)
    ultima = entrar(producto, "A-3", 4, usuario=operador)

    for operacion in (mia, ajena):
        with pytest.raises(PermissionDenied):
            revertir(operacion, usuario=operador)
    assert not services.puede_revertir(mia, operador)

    reverso = revertir(ultima, usuario=operador)
    with pytest.raises(PermissionDenied):
        revertir(reverso, usuario=operador)
    assert not services.puede_revertir(mia, operador)  # one after another would be the whole day


def test_who_may_no_longer_register_its_like_may_not_undo_it(mia, operador):
    operador.groups.clear()
    assert not services.puede_revertir(mia, type(operador).objects.get(pk=operador.pk))


def test_the_page_offers_it_or_says_whom_to_ask(puerta, mia, producto, supervisor):
    supervisor.first_name = "Elena"
    supervisor.save()
    ajena = entrar(producto, "A-2", 3, usuario=supervisor)

    assertContains(puerta.get(f"/operaciones/{mia.pk}/"), "dialogo-revertir")
    de_otro = puerta.get(f"/operaciones/{ajena.pk}/")
    assertNotContains(de_otro, "dialogo-revertir")
    assertContains(de_otro, "La puede revertir: Elena")
    assert puerta.post(f"/operaciones/{ajena.pk}/revertir/", {"nota": "x"}).status_code == 403
    hecho = puerta.post(f"/operaciones/{mia.pk}/revertir/", {"nota": "me equivoqué"})

    assertRedirects(hecho, f"/operaciones/{Operacion.objects.get(revierte=mia).pk}/")


def test_the_api_asks_the_same(client, mia, producto, operador, supervisor):
    ajena = entrar(producto, "A-2", 3, usuario=supervisor)
    client.force_login(operador)

    def pedir(operacion):
        return client.post(
            f"/api/v1/operaciones/{operacion.pk}/revertir/", {"nota": "x"}, content_type="application/json"
        ).status_code

    assert (pedir(ajena), pedir(mia)) == (403, 201)
