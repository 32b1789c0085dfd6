"""How a database leaves the demo: everything that was invented goes, and so do its people, whose password is public."""

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection, models, transaction

from inventario.cuentas.models import Usuario
from inventario.empresa.models import Empresa
from inventario.management.commands.inicializar import sembrar
from inventario.management.mudanza import modelos
from movimientos import candado
from movimientos.models import Operacion

from .personas import PERSONAS

NOMBRE = "Farmacia de demostración"


class HayDatos(Exception):
    """There is something here that is not of the demo."""


def marcar() -> None:
    """Say of this database that it is a demo."""
    fila = Empresa.objects.first() or Empresa()
    fila.nombre, fila.es_demo = fila.nombre or NOMBRE, True
    fila.save()


@transaction.atomic
def vaciar(queda: Usuario | None = None) -> None:
    """Take away all that the demo made, and what was tried on it; people too, but for `queda`. Raises HayDatos where it is no
    demo, or where somebody who is not of the demo recorded something.
    """
    inventados = [p.usuario for p in PERSONAS]
    suyas = Operacion.objects.filter(usuario__username__in=inventados)
    if not list(Empresa.objects.select_for_update().filter(es_demo=True)):
        raise HayDatos
    candado.quitar(connection)  # from here on nobody records anything: what is looked at next is what goes
    if Operacion.objects.exclude(pk__in=suyas).exists():
        raise HayDatos
    propios = {m for app in settings.DOMINIO for m in apps.get_app_config(app).get_models()}
    propios |= {Empresa, apps.get_model("inventario.Auditoria")}
    for modelo in reversed(modelos()):
        if modelo in propios:
            models.QuerySet(modelo)._raw_delete(connection.alias)
    se_van = Usuario.objects.filter(username__in=inventados)
    (se_van if queda is None else se_van.exclude(pk=queda.pk)).delete()
    sembrar()
    Empresa().save()  # by which `demo --si-vacia` knows that it was left
    candado.instalar(connection)
    transaction.on_commit(cache.clear)
