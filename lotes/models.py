"""Where stock is: warehouses, lots, and how much of each lot each warehouse holds."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self, TypedDict

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, OrderBy, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventario.dominio.campos import CodigoField, TextoLargoField, es_entero, validar_fecha
from inventario.dominio.dinero import MAXIMO, DineroField, dinero_admisible
from inventario.dominio.vida import ConHistoria
from productos.models import Producto

from . import caducidad
from .almacenes import Almacen

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Cantidad(TypedDict):
        cantidad: int

    ConCantidad = WithAnnotations["Lote", _Cantidad]  # a row of `con_cantidad`


# FEFO: earliest expiry, lots without expiry last; then earliest first entry; then id.
# `movimientos.fefo.Saldo.orden_fefo` is the same rule in Python; a test holds them together.
ORDEN_FEFO = ("fecha_caducidad", "creado_en", "pk")


def orden_fefo(prefijo: str = "") -> list[OrderBy | str]:
    """ORDEN_FEFO for `order_by`; `prefijo` leads to the lot ("lote__")."""
    primero, *resto = (f"{prefijo}{campo}" for campo in ORDEN_FEFO)
    return [F(primero).asc(nulls_last=True), *resto]  # left unsaid, PostgreSQL puts NULLs last and SQLite first


class LoteQuerySet(models.QuerySet["Lote"]):
    def con_cantidad(self) -> "LoteQuerySet[ConCantidad, ConCantidad]":
        """Annotate `cantidad`: what all warehouses hold of the lot, in base units."""
        total = Existencia.objects.filter(lote=OuterRef("pk")).order_by().values("lote").annotate(t=Sum("cantidad"))
        return self.annotate(
            cantidad=Coalesce(Subquery(total.values("t")), Value(0), output_field=models.BigIntegerField())
        )  # type: ignore[return-value]  # the stubs leave out the row of what `annotate` gives

    def en_orden_fefo(self) -> Self:
        return self.order_by(*orden_fefo())


class Lote(ConHistoria):
    class Estado(models.TextChoices):
        DISPONIBLE = "disponible", _("Disponible")
        CUARENTENA = "cuarentena", _("En cuarentena")
        RETIRADO = "retirado", _("Retirado")

    producto = models.ForeignKey(Producto, models.PROTECT, related_name="lotes", verbose_name=_("producto"))
    codigo = CodigoField(_("código"), max_length=50, db_index=True)
    fecha_caducidad = models.DateField(_("caduca"), null=True, blank=True, validators=[validar_fecha])
    fecha_fabricacion = models.DateField(_("fabricado"), null=True, blank=True, validators=[validar_fecha])
    estado = models.CharField(_("estado"), max_length=12, choices=Estado, default=Estado.DISPONIBLE)
    costo_unitario = DineroField(
        _("costo unitario"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(MAXIMO)]
    )
    creado_en = models.DateTimeField(_("creado"), auto_now_add=True)

    objects = LoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("lote")
        verbose_name_plural = _("lotes")
        ordering = [F("fecha_caducidad").asc(nulls_last=True), "pk"]
        indexes = [models.Index(fields=["fecha_caducidad", "id"], name="lote_caducidad_idx")]
        constraints = [
            models.UniqueConstraint(
                fields=["producto", "codigo"],
                name="lote_codigo_unico",
                violation_error_message=_("El producto ya tiene un lote con ese código."),
            ),
            models.CheckConstraint(
                condition=~Q(codigo=""), name="lote_codigo_no_vacio", violation_error_message=_("Falta el código.")
            ),
            models.CheckConstraint(
                condition=Q(estado__in=["disponible", "cuarentena", "retirado"]), name="lote_estado_conocido"
            ),
            models.CheckConstraint(
                condition=Q(fecha_fabricacion__isnull=True)
                | Q(fecha_caducidad__isnull=True)
                | Q(fecha_fabricacion__lte=F("fecha_caducidad")),
                name="lote_fabricado_antes_de_caducar",
                violation_error_message=_("No puede caducar antes de fabricarse."),
            ),
            models.CheckConstraint(
                condition=Q(costo_unitario__isnull=True) | Q(costo_unitario__gte=0),
                name="lote_costo_no_negativo",
                violation_error_message=_("El costo no puede ser negativo."),
            ),
            models.CheckConstraint(condition=dinero_admisible("costo_unitario"), name="lote_costo_con_limite"),
        ]
        permissions = [
            ("retener_lote", _("Puede retener lotes")),
            ("liberar_lote", _("Puede liberar lotes")),
            ("retirar_lote", _("Puede retirar lotes del mercado")),
            ("corregir_lote", _("Puede corregir la caducidad de un lote")),
        ]

    def __str__(self) -> str:
        return self.codigo

    @transaction.atomic  # so that the alerts it moves commit with it
    def save(self, *args: Any, **kwargs: Any) -> None:
        self.bloquear_productos([self.pk], y_tambien=[self.producto_id])
        super().save(*args, **kwargs)

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.bloquear_productos([self.pk])
        return super().delete(*args, **kwargs)

    @classmethod
    def bloquear_productos(cls, ids: Iterable[int], *, y_tambien: Iterable[int] = ()) -> None:
        """Lock the products of the lots `ids`, and the products `y_tambien`."""
        suyos = cls.objects.filter(pk__in=ids).values_list("producto_id", flat=True)
        Producto.bloquear_productos({*suyos, *y_tambien})

    def clean(self) -> None:
        super().clean()
        hay = self.existencias.aggregate(t=Sum("cantidad", default=0))["t"] if self.pk else 0
        if self.costo_unitario is not None and self.costo_unitario * hay > MAXIMO:
            raise ValidationError({"costo_unitario": _("El costo es demasiado grande.")})

    def fijos(self) -> dict[str, str | Promise]:
        """Once it has moved or changed, product and code stay: they are printed on what left. Its expiry is corrected by the
        service, which asks why.
        """
        if not (self.se_ha_movido() or self.cambios.exists()):
            return {}
        movido = _("El lote ya se movió: así se llama en lo que salió.")
        corregir = _("Corríjala con el cambio del lote, que pregunta por qué.")
        return {"producto": movido, "codigo": movido, "fecha_caducidad": corregir}

    def comprobar_cambio(self, antes: Self, cambian: Collection[str]) -> None:
        ultimo = self.cambios.first()
        if ultimo and self.fecha_caducidad == ultimo.caducidad_nueva:
            cambian = set(cambian) - {"fecha_caducidad"}  # as its last recorded change says
        super().comprobar_cambio(antes, cambian)

    def se_ha_movido(self) -> bool:
        """Whether the ledger, which stands above this app, has written a line of the lot: its balances count them."""
        return self.existencias.filter(secuencia__gt=0).exists()

    def ha_caducado(self, hoy: date) -> bool:
        return caducidad.ha_caducado(self.fecha_caducidad, hoy)

    def dias_restantes(self, hoy: date) -> int | None:
        return caducidad.dias_restantes(self.fecha_caducidad, hoy)


# The words for what `caducidad.situacion` tells of a lot.
SITUACIONES: dict[str, str | Promise] = {**dict(Lote.Estado.choices), str(caducidad.Razon.CADUCADO): _("Caducado")}


def es_despachable(hoy: date, vida_minima: int = 0) -> Q:
    """The condition on Existencia that makes stock available. Querysets and aggregates use it, and write no other."""
    minima = caducidad.caducidad_minima(hoy, vida_minima)
    return Q(cantidad__gt=0, lote__estado=Lote.Estado.DISPONIBLE) & (
        Q(lote__fecha_caducidad__isnull=True) | Q(lote__fecha_caducidad__gte=minima)
    )


class ExistenciaQuerySet(models.QuerySet["Existencia"]):
    def con_stock(self) -> Self:
        return self.filter(cantidad__gt=0)

    def movidas(self, producto: int) -> Self:
        """Those of a product of which the ledger, which stands above this app, has written a line."""
        return self.filter(lote__producto=producto, secuencia__gt=0)

    def lotes_sin_caducidad(self, producto: int) -> LoteQuerySet:
        return Lote.objects.filter(producto=producto, fecha_caducidad=None)

    def despachables(self, hoy: date, vida_minima: int = 0) -> Self:
        """Stock that may leave for consumption on `hoy`: available lot, not expired, `vida_minima` days left."""
        return self.filter(es_despachable(hoy, vida_minima))

    def caducadas(self, hoy: date) -> Self:
        return self.con_stock().filter(lote__fecha_caducidad__lt=hoy)

    def en_orden_fefo(self) -> Self:
        return self.order_by(*orden_fefo("lote__"), "pk")  # the balances of one lot in several warehouses


class Existencia(models.Model):
    """How much of a lot a warehouse holds, and how many of those units have a known cost: a cache of the ledger, written only by
    `movimientos.libro` and, what is known, by a correction of the lot's cost.
    """

    lote = models.ForeignKey(Lote, models.PROTECT, related_name="existencias", verbose_name=_("lote"), db_index=False)
    almacen = models.ForeignKey(Almacen, models.PROTECT, related_name="existencias", verbose_name=_("almacén"))
    producto = models.ForeignKey(
        Producto, models.PROTECT, related_name="existencias", verbose_name=_("producto"), db_index=False
    )
    cantidad = models.BigIntegerField(_("cantidad"), default=0)
    con_costo = models.BigIntegerField(_("unidades con costo"), default=0, db_default=0, editable=False)
    secuencia = models.PositiveIntegerField(_("secuencia"), default=0, editable=False)
    huella = models.CharField(_("huella"), max_length=64, default="", editable=False)

    objects = ExistenciaQuerySet.as_manager()

    class Meta:
        verbose_name = _("existencia")
        verbose_name_plural = _("existencias")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["lote", "almacen"], name="existencia_lote_almacen_unica"),
            models.CheckConstraint(condition=Q(cantidad__gte=0), name="existencia_cantidad_no_negativa"),
            models.CheckConstraint(condition=es_entero("cantidad"), name="existencia_cantidad_entera"),
            models.CheckConstraint(
                condition=Q(con_costo__gte=0, con_costo__lte=F("cantidad")) & es_entero("con_costo"),
                name="existencia_con_costo_cabe",
            ),
        ]
        indexes = [
            # FEFO reads this index, which holds no exhausted lot: ten thousand of them cost nothing.
            models.Index(fields=["producto", "almacen"], condition=Q(cantidad__gt=0), name="existencia_con_stock_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.lote} en {self.almacen}"


class CambioDeLote(models.Model):
    """One recorded change of a lot: who made it, when, and why. Insert-only. That of a cost keeps in `conocidas` what it did to
    each balance, by id of warehouse: [`secuencia` of its last line, units of known cost before, after]. No clock orders it.
    """

    class Tipo(models.TextChoices):
        RETENER = "retener", _("Retención")
        LIBERAR = "liberar", _("Liberación")
        RETIRAR = "retirar", _("Retiro del mercado")
        CORREGIR_CADUCIDAD = "corregir_caducidad", _("Corrección de caducidad")
        CORREGIR_COSTO = "corregir_costo", _("Corrección de costo")

    lote = models.ForeignKey(Lote, models.PROTECT, related_name="cambios", verbose_name=_("lote"))
    tipo = models.CharField(_("tipo"), max_length=20, choices=Tipo)
    estado_anterior = models.CharField(_("estado anterior"), max_length=12, choices=Lote.Estado)
    estado_nuevo = models.CharField(_("estado nuevo"), max_length=12, choices=Lote.Estado)
    caducidad_anterior = models.DateField(_("caducidad anterior"), null=True)
    caducidad_nueva = models.DateField(_("caducidad nueva"), null=True)
    costo_anterior = DineroField(_("costo anterior"), null=True)
    costo_nuevo = DineroField(_("costo nuevo"), null=True)
    conocidas = models.JSONField(_("unidades con costo"), null=True, editable=False)
    nota = TextoLargoField(_("nota"), max_length=500)
    usuario = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("usuario"))
    registrado_en = models.DateTimeField(_("registrado"))

    class Meta:
        verbose_name = _("cambio de lote")
        verbose_name_plural = _("cambios de lote")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_tipo_display()}: {self.lote}"
