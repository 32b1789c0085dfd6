"""A count session, its lines and the numbers that people counted. Numbers are insert-only (`candado`)."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventario.dominio.campos import TextoLargoField, es_entero
from inventario.dominio.dinero import MAXIMO, DineroField
from lotes.models import Almacen, Lote
from productos.models import Producto


class ConteoQuerySet(models.QuerySet["Conteo"]):
    def bloqueado(self, pk: int) -> "Conteo":
        """The session, locked: its numbers and its changes of state come one after another. Who holds it waits for no stock."""
        return self.select_for_update(no_key=True).get(pk=pk)


class Conteo(models.Model):
    """A session: what is counted in one warehouse, over any number of days, people and devices.

    `alcance` keeps what was asked for (see `alcance.Alcance`). A difference over `umbral_unidades` or `umbral_valor` must be
    counted again by somebody else, and approved by somebody who did not count it. `desempate` says what follows when two
    people disagree.
    """

    class Estado(models.TextChoices):
        ABIERTO = "abierto", _("Abierto")
        CERRADO = "cerrado", _("En revisión")
        APROBANDO = "aprobando", _("Aprobándose")
        APROBADO = "aprobado", _("Aprobado")
        CANCELADO = "cancelado", _("Cancelado")

    class Desempate(models.TextChoices):
        TERCERO = "tercero", _("Cuenta un tercero")
        ULTIMO = "ultimo", _("Vale el último")

    EN_CURSO = (Estado.ABIERTO, Estado.CERRADO, Estado.APROBANDO)

    almacen = models.ForeignKey(Almacen, models.PROTECT, related_name="conteos", verbose_name=_("almacén"))
    alcance = models.JSONField(_("qué se cuenta"), default=dict)
    a_ciegas = models.BooleanField(_("a ciegas"), default=True)
    umbral_unidades = models.PositiveBigIntegerField(_("umbral en unidades"))
    umbral_valor = DineroField(_("umbral en valor"), validators=[MinValueValidator(0), MaxValueValidator(MAXIMO)])
    desempate = models.CharField(_("si dos no coinciden"), max_length=10, choices=Desempate, default=Desempate.TERCERO)
    nota = TextoLargoField(_("nota"), max_length=500, blank=True, default="")
    estado = models.CharField(_("estado"), max_length=10, choices=Estado, default=Estado.ABIERTO)
    abierto_por = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("abrió"))
    abierto_en = models.DateTimeField(_("abierto"))
    cerrado_por = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("cerró")
    )
    cerrado_en = models.DateTimeField(_("cerrado"), null=True)
    aprobado_por = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("aprobó")
    )
    aprobado_en = models.DateTimeField(_("aprobado"), null=True)
    nota_de_aprobacion = TextoLargoField(_("nota de la aprobación"), max_length=500, blank=True, default="")
    num_lineas = models.PositiveIntegerField(_("líneas"), default=0, editable=False)
    num_contadas = models.PositiveIntegerField(_("contadas"), default=0, editable=False)
    clave_idempotencia = models.CharField(max_length=64, null=True, editable=False)
    resumen = models.CharField(max_length=64, default="", blank=True, editable=False)

    objects = ConteoQuerySet.as_manager()

    class Meta:
        verbose_name = _("conteo")
        verbose_name_plural = _("conteos")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["abierto_por", "clave_idempotencia"],
                condition=Q(clave_idempotencia__isnull=False),
                name="conteo_clave_idempotencia_unica",
            ),
            models.CheckConstraint(
                condition=Q(estado__in=["abierto", "cerrado", "aprobando", "aprobado", "cancelado"]),
                name="conteo_estado_conocido",
            ),
        ]
        permissions = [("contar", _("Puede contar"))]

    es_repeticion = False

    def __str__(self) -> str:
        return f"{self._meta.verbose_name.capitalize()} {self.pk}"  # type: ignore[union-attr]  # a lazy text is a text

    @property
    def oculta_saldos(self) -> bool:
        """While it is counted blind nobody sees what should be there, nor what others counted."""
        return self.a_ciegas and self.estado == self.Estado.ABIERTO

    @property
    def sigue(self) -> bool:
        return self.estado in self.EN_CURSO


class LineaQuerySet(models.QuerySet["LineaDelConteo"]):
    def contadas(self) -> Self:
        return self.exclude(estado=LineaDelConteo.Estado.SIN_CONTAR)

    def por_resolver(self) -> Self:
        """Those that somebody else must count before the session can be approved."""
        return self.filter(estado__in=LineaDelConteo.POR_RESOLVER)

    def por_asentar(self) -> Self:
        return self.contadas().filter(operacion=None).exclude(diferencia=0)


class LineaDelConteo(models.Model):
    """A lot to count. `cantidad`, `secuencia` and `habia` are those of the number that stands, if one does; `diferencia` is what
    it says that the books lack, and `es_grande` that it is over a threshold. `orden` is that of the sheet. What `reglas` decides
    is kept here, so that pages need not ask.
    """

    class Estado(models.TextChoices):
        SIN_CONTAR = "sin_contar", _("Sin contar")
        CONTADA = "contada", _("Contada")
        RECONTAR = "recontar", _("Falta recontar")
        DISCREPA = "discrepa", _("No coinciden")

    POR_RESOLVER = (Estado.RECONTAR, Estado.DISCREPA)

    conteo = models.ForeignKey(Conteo, models.PROTECT, related_name="lineas", db_index=False)
    lote = models.ForeignKey(Lote, models.PROTECT, related_name="+", verbose_name=_("lote"))
    producto = models.ForeignKey(Producto, models.PROTECT, related_name="+", verbose_name=_("producto"))
    orden = models.PositiveIntegerField()
    hallada = models.BooleanField(_("hallada"), default=False)
    estado = models.CharField(_("estado"), max_length=10, choices=Estado, default=Estado.SIN_CONTAR)
    personas = models.PositiveSmallIntegerField(default=0)
    cantidad = models.BigIntegerField(_("contado"), null=True)
    secuencia = models.PositiveIntegerField(null=True)
    habia = models.BigIntegerField(_("había"), null=True)
    diferencia = models.BigIntegerField(_("diferencia"), null=True)
    costo_unitario = DineroField(_("costo unitario"), null=True)
    es_grande = models.BooleanField(_("pasa del umbral"), default=False)
    operacion = models.ForeignKey(
        "movimientos.Operacion", models.PROTECT, null=True, related_name="lineas_de_conteo", verbose_name=_("operación")
    )

    objects = LineaQuerySet.as_manager()
    recien_hallada = False  # it has just joined the list

    class Meta:
        verbose_name = _("línea de conteo")
        verbose_name_plural = _("líneas de conteo")
        ordering = ["orden", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["conteo", "lote"], name="lineadelconteo_lote_unico"),
            models.CheckConstraint(
                condition=Q(estado="sin_contar", cantidad__isnull=True, personas=0)
                | (Q(estado__in=["contada", "recontar", "discrepa"], cantidad__gte=0, personas__gte=1)),
                name="lineadelconteo_contada_con_numero",
            ),
        ]
        indexes = [
            models.Index(fields=["conteo", "orden", "id"], name="lineadelconteo_orden_idx"),
            models.Index(fields=["conteo", "estado", "orden", "id"], name="lineadelconteo_estado_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.lote}"

    @property
    def valor(self) -> Decimal | None:
        """What the difference is worth; None where the lot had no known cost."""
        if self.diferencia is None or self.costo_unitario is None:
            return None
        return self.diferencia * self.costo_unitario


class NumeroContado(models.Model):
    """What somebody counted: `cantidad` of the line's lot, when its last ledger line in the warehouse was `secuencia` and the
    books said `habia`. Right or wrong it is kept.
    """

    linea = models.ForeignKey(LineaDelConteo, models.PROTECT, related_name="numeros")
    usuario = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("contó"))
    cantidad = models.BigIntegerField(_("cantidad"))
    secuencia = models.PositiveIntegerField(_("secuencia"))
    habia = models.BigIntegerField(_("había"))
    contado_en = models.DateTimeField(_("contado"))
    registrado_en = models.DateTimeField(_("registrado"))
    clave_idempotencia = models.CharField(max_length=64, null=True, editable=False)
    resumen = models.CharField(max_length=64, default="", editable=False)

    class Meta:
        verbose_name = _("número contado")
        verbose_name_plural = _("números contados")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["usuario", "clave_idempotencia"],
                condition=Q(clave_idempotencia__isnull=False),
                name="numerocontado_clave_idempotencia_unica",
            ),
            models.CheckConstraint(
                condition=Q(cantidad__gte=0) & es_entero("cantidad"), name="numerocontado_cantidad_no_negativa"
            ),
        ]

    es_repeticion = False

    def __str__(self) -> str:
        return f"{self.usuario}: {self.cantidad}"
