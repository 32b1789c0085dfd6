"""What needs attention. An alert is stored with the days on which it holds, so that nothing has to run at midnight."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self, TypedDict

from django.conf import settings
from django.db import models
from django.db.models import Case, Count, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from inventario.dominio.campos import TextoLargoField
from inventario.dominio.dinero import DineroField
from lotes.caducidad import UMBRALES, Nivel
from lotes.models import Lote
from productos.models import Producto

from .tipos import Estado, Severidad, Tipo

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Derivados(TypedDict):
        tipo_hoy: str
        nivel: int
        severidad: str
        estado: str

    Derivada = WithAnnotations["Alerta", _Derivados]  # a row of `con_derivados`

Cuenta = tuple[str, str, str, int]  # type, severity, state, how many
DE_PRODUCTO = {Tipo.SIN_STOCK: Nivel.CRITICO, Tipo.STOCK_BAJO: Nivel.IMPORTANTE, Tipo.SOBRESTOCK: Nivel.AVISO}


def nivel_en(hoy: date) -> Case:
    """The `Nivel` of an alert on `hoy`: that of its type, or `caducidad.nivel` of its lot, as SQL.

    A product may ask to be told earlier than the table does (`dias_aviso`): its alert is a notice all the same.
    """
    return Case(
        *(When(tipo=tipo, then=Value(nivel.value)) for tipo, nivel in DE_PRODUCTO.items()),
        *(When(vence__lte=hoy + timedelta(days=hasta), then=Value(nivel.value)) for hasta, nivel in UMBRALES),
        default=Value(Nivel.AVISO.value),
        output_field=models.SmallIntegerField(),
    )


class AlertaQuerySet(models.QuerySet["Alerta"]):
    def sin_resolver(self) -> Self:
        """Alerts that have not ended, including those whose first day is still to come."""
        return self.filter(resuelta_en__isnull=True)

    def vigentes(self, hoy: date) -> Self:
        """Alerts that hold on `hoy`: they have begun and have not ended."""
        return self.sin_resolver().filter(
            Q(termina__isnull=True) | Q(termina__gt=hoy),
            activa_desde__lte=hoy,
        )

    def bajo_minimo(self, hoy: date) -> models.QuerySet:
        """The products that have less than their minimum on `hoy`, if nothing moves until then."""
        return self.vigentes(hoy).filter(tipo__in=[Tipo.SIN_STOCK, Tipo.STOCK_BAJO]).order_by().values("producto")

    def con_derivados(self, hoy: date) -> "AlertaQuerySet[Derivada, Derivada]":
        """Annotate what the date decides: `tipo_hoy`, `nivel` (a `lotes.caducidad.Nivel`), `severidad`, `estado`.

        An alert that was acknowledged or put off is open again as soon as its level is worse than it was then.
        """
        return self.annotate(
            tipo_hoy=Case(
                When(vence__lt=hoy, then=Value(Tipo.CADUCADO.value)), default=F("tipo"), output_field=models.CharField()
            ),
            nivel=nivel_en(hoy),
        ).annotate(
            severidad=Case(
                *(When(nivel=n.value, then=Value(n.severidad)) for n in Nivel if n.severidad),
                output_field=models.CharField(),
            ),
            estado=Case(
                When(resuelta_en__isnull=False, then=Value(Estado.RESUELTA.value)),
                When(nivel__gt=F("nivel_atendido"), then=Value(Estado.ABIERTA.value)),
                When(pospuesta_hasta__gt=hoy, then=Value(Estado.POSPUESTA.value)),
                When(pospuesta_hasta__isnull=True, reconocida_en__isnull=False, then=Value(Estado.RECONOCIDA.value)),
                default=Value(Estado.ABIERTA.value),
                output_field=models.CharField(),
            ),
        )  # type: ignore[return-value]  # the stubs leave out the row of what `annotate` gives

    def abiertas(self, hoy: date) -> "AlertaQuerySet[Derivada, Derivada]":
        """Alerts that ask for attention on `hoy`: they hold, and nobody has them in hand or put them off."""
        return self.vigentes(hoy).con_derivados(hoy).filter(estado=Estado.ABIERTA)

    def grupos(self, hoy: date) -> list[Cuenta]:
        """How many alerts hold on `hoy`, by what people choose them by. One query."""
        filas = self.con_derivados(hoy).vigentes(hoy).order_by().values_list("tipo_hoy", "severidad", "estado")
        return list(filas.annotate(n=Count("pk")))

    def conteos(self, hoy: date) -> dict[str, Any]:
        """How many alerts hold on `hoy`, in all and by type, severity and state. One query; what has none counts 0."""
        cuenta: dict[str, Any] = {
            "total": 0,
            "por_tipo": dict.fromkeys(Tipo.values, 0),
            "por_severidad": dict.fromkeys(Severidad.values, 0),
            "por_estado": dict.fromkeys([Estado.ABIERTA.value, Estado.RECONOCIDA.value, Estado.POSPUESTA.value], 0),
        }
        for tipo, severidad, estado, cuantas in self.grupos(hoy):
            cuenta["total"] += cuantas
            cuenta["por_tipo"][tipo] += cuantas
            cuenta["por_severidad"][severidad] += cuantas
            cuenta["por_estado"][estado] += cuantas
        return cuenta


class Alerta(models.Model):
    """A condition of a product (`lote` null) or of a lot, from `activa_desde` until the day before `termina`.

    `cantidad` is the lot's stock, or the product's usable stock on `activa_desde`, in base units; `valor` is what
    the units of known cost are worth, null where there are none. The alert of a lot is stored as `por_caducar` and reads as
    `caducado` once the lot has expired.
    """

    tipo = models.CharField(_("tipo"), max_length=12, choices=Tipo)
    producto = models.ForeignKey(Producto, models.CASCADE, related_name="alertas", verbose_name=_("producto"))
    lote = models.ForeignKey(Lote, models.CASCADE, null=True, related_name="alertas", verbose_name=_("lote"))
    activa_desde = models.DateField(_("activa desde"))
    termina = models.DateField(_("termina"), null=True)
    vence = models.DateField(_("caduca"), null=True)
    cantidad = models.BigIntegerField(_("cantidad"), default=0)
    valor = DineroField(_("valor"), null=True)
    creada_en = models.DateTimeField(_("creada"), auto_now_add=True)
    nivel_atendido = models.PositiveSmallIntegerField(_("nivel atendido"), default=0)
    reconocida_en = models.DateTimeField(_("reconocida"), null=True)
    reconocida_por = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("reconocida por")
    )
    pospuesta_hasta = models.DateField(_("pospuesta hasta"), null=True)
    nota = TextoLargoField(_("nota"), max_length=500, blank=True, default="")
    resuelta_en = models.DateTimeField(_("resuelta"), null=True)

    objects = AlertaQuerySet.as_manager()

    class Meta:
        verbose_name = _("alerta")
        verbose_name_plural = _("alertas")
        ordering = ["activa_desde", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["producto", "lote", "tipo"],
                condition=Q(resuelta_en__isnull=True, lote__isnull=False),
                name="alerta_abierta_unica_lote",
            ),
            models.UniqueConstraint(
                fields=["producto", "tipo"],  # the product first: the index also finds the alerts of one product
                condition=Q(resuelta_en__isnull=True, lote__isnull=True),
                name="alerta_abierta_unica_producto",
            ),
            models.CheckConstraint(condition=Q(tipo__in=Tipo.values), name="alerta_tipo_conocido"),
        ]
        indexes = [
            models.Index(
                fields=["activa_desde", "id"], condition=Q(resuelta_en__isnull=True), name="alerta_abierta_fecha_idx"
            ),
        ]
        permissions = [("atender_alerta", _("Puede reconocer y posponer alertas"))]

    def __str__(self) -> str:
        return f"{self.get_tipo_display()}: {self.lote or self.producto}"


class EventoAlerta(models.Model):
    """The life of an alert, step by step."""

    class Tipo(models.TextChoices):
        RECONOCIDA = "reconocida", _("Reconocida")
        POSPUESTA = "pospuesta", _("Pospuesta")
        REABIERTA = "reabierta", _("Reabierta")
        RESUELTA = "resuelta", _("Resuelta")

    alerta = models.ForeignKey(Alerta, models.CASCADE, related_name="eventos", verbose_name=_("alerta"))
    tipo = models.CharField(_("tipo"), max_length=12, choices=Tipo)
    usuario = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("usuario")
    )
    nota = TextoLargoField(_("nota"), max_length=500, blank=True, default="")
    hasta = models.DateField(_("hasta"), null=True)
    en = models.DateTimeField(_("cuándo"), auto_now_add=True)

    class Meta:
        verbose_name = _("evento de alerta")
        verbose_name_plural = _("eventos de alerta")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_tipo_display()}: {self.alerta}"


class Resumen(models.Model):
    """The last e-mail of a subscriber: its day, and the level that each open alert had (id → level)."""

    usuario = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="resumen", verbose_name=_("usuario")
    )
    fecha = models.DateField(_("fecha"), null=True)
    niveles = models.JSONField(_("niveles"), default=dict)

    class Meta:
        verbose_name = _("resumen enviado")
        verbose_name_plural = _("resúmenes enviados")

    def __str__(self) -> str:
        return f"{self.usuario} {self.fecha or ''}"
