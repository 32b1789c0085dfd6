"""The end of the demo: some lots held or recalled, some alerts attended, and the times of rows without `registrada_en`."""

import random
from datetime import date, datetime, timedelta

from django.db.models import Min, OuterRef, Subquery

from alertas import ciclo, services
from alertas.models import Alerta, EventoAlerta
from lotes import services as lotes
from lotes.models import Existencia, Lote
from movimientos.models import Movimiento
from productos.models import Producto

from .tienda import Tienda

RETENCIONES = (
    "Llegó sin certificado de análisis",
    "Empaque con fecha poco legible",
    "Pendiente de dictamen de calidad",
    "Temperatura fuera de rango en el traslado",
)


def fechar_alertas(arranque: datetime, momento: datetime) -> None:
    """Give the alerts written since `arranque` the time of the simulated day: they were stamped with the real one."""
    Alerta.objects.filter(creada_en__gte=arranque).update(creada_en=momento)
    Alerta.objects.filter(resuelta_en__gte=arranque).update(resuelta_en=momento)
    EventoAlerta.objects.filter(en__gte=arranque).update(en=momento)


def fechar_lotes(inicio: datetime) -> None:
    """Set the creation of each lot to its first movement, and that of products to the opening of the pharmacy."""
    primera = (
        Movimiento.objects.filter(lote=OuterRef("pk"))
        .order_by()
        .values("lote")
        .annotate(en=Min("operacion__registrada_en"))
        .values("en")
    )
    Lote.objects.update(creado_en=Subquery(primera))
    Producto.objects.update(creado_en=inicio, actualizado_en=inicio)


def retener_y_retirar(tienda: Tienda, azar: random.Random, hoy: date) -> None:
    """Some lots wait for a decision, one was released, one was recalled."""
    con_vida = Existencia.objects.despachables(hoy, 60).filter(almacen=tienda.principal, cantidad__gte=10)
    candidatos = list(con_vida.order_by("pk").select_related("lote"))
    elegidos = [e.lote for e in azar.sample(candidatos, min(len(candidatos), len(RETENCIONES) + 2))]
    supervisor = tienda.usuarios["supervisor"]
    for lote, nota in zip(elegidos, RETENCIONES, strict=False):
        lotes.retener(lote=lote, usuario=supervisor, nota=nota)
    if len(elegidos) > len(RETENCIONES) + 1:
        lotes.retirar(lote=elegidos[-1], usuario=supervisor, nota="Alerta sanitaria: retiro voluntario del fabricante")
        lotes.retener(lote=elegidos[-2], usuario=supervisor, nota="Reporte de un cliente sobre el color")
        lotes.liberar(lote=elegidos[-2], usuario=supervisor, nota="Calidad no encontró desviación")


def atender_alertas(tienda: Tienda, hoy: date) -> None:
    """Of every ten alerts, one is acknowledged and another put off for a fortnight."""
    ids = list(Alerta.objects.vigentes(hoy).order_by("pk").values_list("pk", flat=True))
    operador = tienda.usuarios["operador"]
    ciclo.reconocer(alertas=ids[4::10], usuario=operador, nota="En el próximo pedido", hoy=hoy)
    hasta = hoy + timedelta(days=14)
    ciclo.posponer(alertas=ids[9::10], usuario=operador, hasta=hasta, nota="Se ofrece en promoción", hoy=hoy)


def cerrar(tienda: Tienda, azar: random.Random, hoy: date, inicio: datetime) -> None:
    fechar_lotes(inicio)
    retener_y_retirar(tienda, azar, hoy)
    services.recalcular([r.producto.pk for r in tienda.renglones], hoy)
    atender_alertas(tienda, hoy)
