"""When alerts are recomputed: on what the ledger announces, and on what people edit by form and admin."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily

from inventario.plataforma.metricas import metricas_pedidas
from inventario.plataforma.sql import Sentencia
from lotes.models import Almacen, Lote
from movimientos.signals import Cambio, existencias_por_cambiar
from productos.models import Categoria, Producto

from . import cache, metricas, services

DE_PRODUCTO = {"activo", "stock_minimo", "stock_maximo", "dias_aviso", "categoria", "categoria_id"}
DE_LOTE = {"fecha_caducidad", "estado", "costo_unitario"}
NOMBRES = {"sku", "nombre", "unidad", "codigo"}  # what the cached list says of a product and a lot
POR_TANDA = 500


def _importa(campos: Iterable[str] | None, que_importan: set[str]) -> bool:
    return campos is None or bool(que_importan.intersection(campos))


@receiver(existencias_por_cambiar)
def al_cambiar_existencias(*, cambio: Cambio, hoy: date, **kwargs: Any) -> list[Sentencia]:
    return services.seguir(cambio, hoy)


@receiver(post_save, sender=Producto)
def al_guardar_producto(*, instance: Producto, raw: bool, update_fields: frozenset[str] | None, **kwargs: Any) -> None:
    if not raw and _importa(update_fields, DE_PRODUCTO):
        services.recalcular([instance.pk], timezone.localdate())
    if not raw and _importa(update_fields, NOMBRES):
        transaction.on_commit(cache.invalidar)


@receiver(post_save, sender=Lote)
def al_guardar_lote(*, instance: Lote, raw: bool, update_fields: frozenset[str] | None, **kwargs: Any) -> None:
    if not raw and _importa(update_fields, DE_LOTE):
        services.recalcular([instance.producto_id], timezone.localdate())
    if not raw and _importa(update_fields, DE_LOTE | NOMBRES):  # the panel's weeks leave out a lot on hold
        transaction.on_commit(cache.invalidar)


@receiver(post_save, sender=Categoria)
def al_guardar_categoria(
    *, instance: Categoria, raw: bool, created: bool, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    if raw or created or not _importa(update_fields, {"dias_aviso"}):
        return
    ids = list(Producto.objects.filter(categoria=instance, dias_aviso=None).order_by("pk").values_list("pk", flat=True))
    for inicio in range(0, len(ids), POR_TANDA):
        services.recalcular(ids[inicio : inicio + POR_TANDA], timezone.localdate())


@receiver([post_save, post_delete], sender=Almacen)
def al_cambiar_almacenes(**kwargs: Any) -> None:
    transaction.on_commit(cache.invalidar)  # the list of alerts offers them


@receiver(metricas_pedidas)
def al_pedir_metricas(**kwargs: Any) -> Iterable[GaugeMetricFamily]:
    return metricas.familias()
