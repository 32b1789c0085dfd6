"""`recalcular_alertas` and `enviar_resumen`."""

from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import translation

from alertas import ciclo, resumen
from alertas.models import Alerta
from alertas.motor.filas import CAMPOS
from pruebas.ayudas import entrar
from pruebas.factories import ProductoFactory

pytestmark = pytest.mark.django_db


def ejecutar(comando):
    salida = StringIO()
    call_command(comando, stdout=salida)
    return salida.getvalue().strip()


def abiertas():
    return list(Alerta.objects.sin_resolver().order_by("tipo").values_list("tipo", *CAMPOS))


@pytest.fixture
def suscriptor(operador):
    operador.email, operador.recibe_resumen = "op@example.com", True
    operador.save()
    return operador


def test_recalculation_mends_what_was_lost_and_changes_nothing_the_second_time():
    entrar(ProductoFactory(stock_minimo=10), "A", 5, 20)
    antes = abiertas()
    Alerta.objects.filter(tipo="stock_bajo").delete()
    Alerta.objects.sin_resolver().update(cantidad=99)

    assert ejecutar("recalcular_alertas") == "1 new, 2 changed, 0 resolved, 0 dropped"
    assert ejecutar("recalcular_alertas") == "0 new, 0 changed, 0 resolved, 0 dropped"

    assert abiertas() == antes


def test_the_digest_says_what_is_new_once(suscriptor):
    entrar(ProductoFactory(nombre="<b>Ácido</b>"), "A", 5, 20)

    assert ejecutar("enviar_resumen") == "1 sent, 0 without news, 0 failed"
    assert ejecutar("enviar_resumen") == "0 sent, 1 without news, 0 failed"

    [correo] = mail.outbox
    assert correo.to == ["op@example.com"]
    assert correo.subject == "Inventario: 1 alerta nueva"
    assert "<b>Ácido</b>" in correo.body
    assert "&lt;b&gt;Ácido&lt;/b&gt;" in correo.alternatives[0].content
    assert correo.attachments[0].mimetype == "text/csv"


def test_the_digest_speaks_again_only_when_something_is_new_or_worse(suscriptor):
    producto = ProductoFactory()
    with time_machine.travel("2026-03-02 12:00Z", tick=False):
        entrar(producto, "A", 5, 40)
        assert ejecutar("enviar_resumen").startswith("1 sent")
    with time_machine.travel("2026-03-05 12:00Z", tick=False):
        assert ejecutar("enviar_resumen").startswith("0 sent")
    with time_machine.travel("2026-03-13 12:00Z", tick=False):  # 29 days left: it became important
        assert ejecutar("enviar_resumen").startswith("1 sent")
        ciclo.reconocer(alertas=list(Alerta.objects.values_list("pk", flat=True)), usuario=suscriptor)
    with time_machine.travel("2026-04-13 12:00Z", tick=False):  # expired: worse than what was acknowledged
        assert ejecutar("enviar_resumen").startswith("1 sent")

    assert len(mail.outbox) == 3


def test_nobody_else_is_written_to(suscriptor, supervisor):
    entrar(ProductoFactory(), "A", 5, 20)
    supervisor.recibe_resumen = True  # without an address
    supervisor.save()
    suscriptor.groups.clear()  # may not see alerts any more

    assert ejecutar("enviar_resumen") == "0 sent, 0 without news, 0 failed"
    assert mail.outbox == []


def test_a_failure_does_not_stop_the_others_and_is_tried_again(suscriptor, supervisor, monkeypatch):
    supervisor.email, supervisor.recibe_resumen = "su@example.com", True
    supervisor.save()
    entrar(ProductoFactory(), "A", 5, 20)
    correo = resumen._correo

    def falla(usuario, *resto):
        if usuario == suscriptor:
            raise OSError("the mail server is away")
        return correo(usuario, *resto)

    with monkeypatch.context() as m:
        m.setattr(resumen, "_correo", falla)
        with pytest.raises(CommandError) as info:
            ejecutar("enviar_resumen")

    assert info.value.returncode == 1
    assert [c.to for c in mail.outbox] == [["su@example.com"]]
    assert ejecutar("enviar_resumen") == "1 sent, 1 without news, 0 failed"


def test_no_cell_of_the_attachment_runs_as_a_formula(suscriptor):
    entrar(ProductoFactory(nombre="=1+1", sku="@SUM"), "-A", 5, 20)

    ejecutar("enviar_resumen")

    texto = mail.outbox[0].attachments[0].content
    texto = texto.decode() if isinstance(texto, bytes) else texto
    assert "'@SUM,'=1+1,'-A" in texto


def test_the_digest_is_in_the_reader_s_language(suscriptor, monkeypatch):
    suscriptor.idioma = "en"
    suscriptor.save()
    vistos = []
    entrar(ProductoFactory(), "A", 5, 20)
    correo = resumen._correo

    def anotar(*args):
        vistos.append(translation.get_language())
        return correo(*args)

    monkeypatch.setattr(resumen, "_correo", anotar)
    ejecutar("enviar_resumen")

    assert vistos == ["en"]
