"""What people do with an alert: acknowledge it, put it off, take that back."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventario.cuentas.models import Usuario
from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica
from productos.models import Producto

from . import cache
from .exceptions import AlertaResuelta
from .models import Alerta, EventoAlerta


@atomica
def reconocer(*, alertas: Sequence[int], usuario: Usuario, nota: str = "", hoy: date | None = None) -> Sequence[Alerta]:
    """Acknowledge open alerts (ids): seen, in hand. A worse severity opens them again by itself.

    Raises AlertaResuelta if any has ended, PermissionDenied.
    """
    return _atender(alertas, usuario, nota, hoy or timezone.localdate(), EventoAlerta.Tipo.RECONOCIDA, None)


@atomica
def posponer(
    *, alertas: Sequence[int], usuario: Usuario, hasta: date, nota: str = "", hoy: date | None = None
) -> Sequence[Alerta]:
    """Put alerts (ids) off until `hasta`, when they open again; a worse severity opens them before.

    Raises DatosInvalidos unless `hasta` is after today and at most a year ahead, AlertaResuelta, PermissionDenied.
    """
    hoy = hoy or timezone.localdate()
    if not 0 < (hasta - hoy).days <= 366:
        raise DatosInvalidos({"hasta": [_("Debe ser una fecha futura, como mucho dentro de un año.")]})
    return _atender(alertas, usuario, nota, hoy, EventoAlerta.Tipo.POSPUESTA, hasta)


@atomica
def reabrir(*, alertas: Sequence[int], usuario: Usuario, nota: str = "", hoy: date | None = None) -> Sequence[Alerta]:
    """Take back that alerts (ids) were acknowledged or put off: they are open again, and nobody's.

    Raises AlertaResuelta if any has ended, PermissionDenied.
    """
    return _atender(alertas, usuario, nota, hoy or timezone.localdate(), EventoAlerta.Tipo.REABIERTA, None)


def _atender(
    ids: Sequence[int], usuario: Usuario, nota: str, hoy: date, tipo: EventoAlerta.Tipo, hasta: date | None
) -> Sequence[Alerta]:
    autorizar(usuario, "alertas.atender_alerta")
    productos = Alerta.objects.filter(pk__in=ids).values_list("producto_id", flat=True)
    Producto.bloquear_productos(productos)
    alertas = list(Alerta.objects.con_derivados(hoy).filter(pk__in=ids).order_by("pk"))
    ahora = timezone.now()
    for a in alertas:
        if a.resuelta_en is not None:
            raise AlertaResuelta(alerta=a.pk)
        a.pospuesta_hasta = hasta
        if tipo == EventoAlerta.Tipo.REABIERTA:
            a.nivel_atendido, a.reconocida_en, a.reconocida_por, a.nota = 0, None, None, ""
        else:
            a.nivel_atendido, a.reconocida_en, a.reconocida_por, a.nota = a.nivel, ahora, usuario, nota
    Alerta.objects.bulk_update(
        alertas, ["nivel_atendido", "pospuesta_hasta", "reconocida_en", "reconocida_por", "nota"], batch_size=500
    )
    EventoAlerta.objects.bulk_create(
        EventoAlerta(alerta=a, tipo=tipo, usuario=usuario, nota=nota, hasta=hasta) for a in alertas
    )
    transaction.on_commit(cache.invalidar)
    return alertas
