"""The ledger: operations and their lines. Insert-only, refused by the database itself (see `candado`)."""

from collections.abc import Collection
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventario.dominio.campos import CLAVE_DE_IDEMPOTENCIA, ClaveField, TextoField, TextoLargoField, es_entero
from inventario.dominio.dinero import MAXIMO, DineroField
from inventario.dominio.exceptions import EnUso
from inventario.dominio.vida import ConHistoria
from lotes.models import Almacen, Lote
from productos import bloqueo
from productos.models import Producto

from .importacion.models import Importacion, LineaImportada, ProblemaDeFila  # noqa: F401
from .motivos import MOTIVOS, rotular


class Tipo(models.TextChoices):
    ENTRADA = "entrada", _("Entrada")
    SALIDA = "salida", _("Salida")
    DESPACHO = "despacho", _("Despacho")
    AJUSTE = "ajuste", _("Ajuste")
    TRASLADO = "traslado", _("Traslado")
    REVERSO = "reverso", _("Reverso")


# Kind of operation → kinds of reason it may give, and whether only those that consume. The others give their own kind.
# Both kinds of exit share their reasons; FEFO only consumes.
_SIRVEN: dict[str, list[tuple[str, bool]]] = {
    Tipo.SALIDA: [(Tipo.SALIDA, False), (Tipo.DESPACHO, False)],
    Tipo.DESPACHO: [(Tipo.DESPACHO, False), (Tipo.SALIDA, True)],
}


class MotivoQuerySet(models.QuerySet["Motivo"]):
    def para(self, tipo: str) -> Self:
        """The active reasons that an operation of `tipo` may give."""
        condicion = Q(pk__in=[])
        for clase, consume in _SIRVEN.get(tipo, [(tipo, False)]):
            condicion |= Q(tipo=clase, es_consumo=True) if consume else Q(tipo=clase)
        return self.filter(condicion, activo=True)


# The fields of a reason by which an operation is judged.
DECIDEN = ("codigo", "tipo", "es_consumo", "admite_no_disponible")


class Motivo(ConHistoria):
    """Why stock moves. `es_consumo` counts in consumption reports; `admite_no_disponible` may take expired or held stock."""

    codigo = ClaveField(_("código"), max_length=40, unique=True)
    nombre = TextoField(_("nombre"), max_length=100)
    tipo = models.CharField(_("tipo de operación"), max_length=10, choices=Tipo)
    es_consumo = models.BooleanField(_("es consumo"), default=False)
    admite_no_disponible = models.BooleanField(
        _("admite no disponible"), default=False, help_text=_("Puede sacar lotes caducados o retenidos.")
    )
    activo = models.BooleanField(_("activo"), default=True)

    objects = MotivoQuerySet.as_manager()

    class Meta:
        verbose_name = _("motivo")
        verbose_name_plural = _("motivos")
        ordering = ["tipo", "nombre", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(es_consumo=False) | Q(admite_no_disponible=False),
                name="motivo_consumo_solo_disponible",
                violation_error_message=_("Lo que se consume no puede estar caducado ni retenido."),
            ),
            models.CheckConstraint(
                condition=Q(es_consumo=False) | Q(tipo__in=["salida", "despacho"]),
                name="motivo_consumo_es_salida",
                violation_error_message=_("Solo una salida puede ser consumo."),
            ),
        ]

    def __str__(self) -> str:
        return rotular(self.nombre)

    get_nombre_display = __str__  # where a list shows it

    @property
    def es_del_sistema(self) -> bool:
        return self.codigo in MOTIVOS

    def fijos(self) -> dict[str, str | Promise]:
        """What past operations were judged by; and all but the name of a reason that services and integrations name."""
        if self.es_del_sistema:
            return dict.fromkeys((*DECIDEN, "activo"), _("Es un motivo del sistema: solo puede cambiar su nombre."))
        usado = _("Ya hay operaciones con este motivo, que se juzgaron así. Puede desactivarlo y crear otro.")
        return dict.fromkeys(DECIDEN, usado) if self.operaciones.exists() else {}

    def comprobar_cambio(self, antes: Self, cambian: Collection[str]) -> None:
        if not set(DECIDEN).isdisjoint(cambian):
            bloqueo.detener()  # an operation under way was judged by what the reason said
        super().comprobar_cambio(antes, cambian)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises EnUso for the reasons that every installation has."""
        if self.es_del_sistema:
            raise EnUso
        return super().delete(*args, **kwargs)

    def sirve_para(self, tipo: str) -> bool:
        """Whether an operation of `tipo` may give this reason: `MotivoQuerySet.para`, of one row."""
        sirven = _SIRVEN.get(tipo, [(tipo, False)])
        return self.activo and any(self.tipo == clase and (self.es_consumo or not consume) for clase, consume in sirven)


class Operacion(models.Model):
    """One business act. `sello` is the SHA-256 of its content; `resumen` that of the request that made it."""

    # What the seal covers, in the order in which it always has: `cadena`, the writers and `verificar` read it here.
    SELLADAS = (
        "tipo", "motivo_id", "almacen_id", "almacen_destino_id", "contraparte", "documento", "nota", "usuario_id",
        "fecha_efectiva", "registrada_en", "revierte_id", "faltantes", "clave_idempotencia", "resumen",
    )  # fmt: skip

    tipo = models.CharField(_("tipo"), max_length=10, choices=Tipo)
    motivo = models.ForeignKey(Motivo, models.PROTECT, related_name="operaciones", verbose_name=_("motivo"))
    almacen = models.ForeignKey(Almacen, models.PROTECT, related_name="operaciones", verbose_name=_("almacén"))
    almacen_destino = models.ForeignKey(
        Almacen, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("almacén de destino")
    )
    contraparte = TextoField(
        _("contraparte"), max_length=200, blank=True, default="", help_text=_("Proveedor o destinatario.")
    )
    documento = TextoField(_("documento"), max_length=100, blank=True, default="")
    nota = TextoLargoField(_("nota"), max_length=500, blank=True, default="")
    usuario = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="operaciones", verbose_name=_("usuario")
    )
    fecha_efectiva = models.DateField(_("fecha efectiva"))
    registrada_en = models.DateTimeField(_("registrada"))
    revierte = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="revertida_por", verbose_name=_("revierte")
    )
    faltantes = models.JSONField(_("faltantes"), null=True, blank=True, editable=False)
    clave_idempotencia = models.CharField(
        _("clave de idempotencia"),
        max_length=64,
        null=True,
        blank=True,
        validators=[RegexValidator(rf"^{CLAVE_DE_IDEMPOTENCIA}\Z")],
    )
    resumen = models.CharField(
        _("resumen de la petición"), max_length=64, default="", blank=True, editable=False, db_column="huella"
    )
    sello = models.CharField(_("sello"), max_length=64, editable=False)
    # What its first answer said that other rows decide, or that nothing else keeps.
    dicho = models.JSONField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("operación")
        verbose_name_plural = _("operaciones")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["fecha_efectiva", "id"], name="operacion_fecha_idx")]
        constraints = [
            models.UniqueConstraint(
                fields=["usuario", "clave_idempotencia"],
                condition=Q(clave_idempotencia__isnull=False),
                name="operacion_clave_unica",
            ),
            models.CheckConstraint(condition=Q(tipo__in=Tipo.values), name="operacion_tipo_conocido"),
            models.CheckConstraint(
                condition=Q(tipo="reverso", revierte__isnull=False) | (~Q(tipo="reverso") & Q(revierte__isnull=True)),
                name="operacion_reverso_revierte",
            ),
            models.CheckConstraint(
                condition=Q(almacen_destino__isnull=True) | ~Q(almacen_destino=F("almacen")),
                name="operacion_destino_distinto",
            ),
        ]
        permissions = [
            ("registrar_entrada", _("Puede registrar entradas")),
            ("registrar_salida", _("Puede registrar salidas")),
            ("despachar", _("Puede despachar")),
            ("ajustar", _("Puede ajustar existencias")),
            ("trasladar", _("Puede trasladar")),
            ("revertir", _("Puede revertir operaciones")),
            ("retroactivo", _("Puede registrar con fecha pasada")),
        ]

    # Set by the services on what they return: the lines just written, and whether an idempotency key found it done.
    lineas: "list[Movimiento]"
    es_repeticion = False

    def __str__(self) -> str:
        return f"{self.get_tipo_display()} {self.pk}"

    def get_tipo_display(self) -> str:  # type: ignore[no-redef]  # the plugin has put Django's own there
        return str(Tipo(self.tipo).label)  # Django's own translates every choice to say one


class Movimiento(models.Model):
    """One ledger line. Quantities in base units, signed. It keeps what the rule saw when the lot moved: `fecha_caducidad`,
    `estado_lote`, and what a unit was worth.

    `con_costo` is the part of `cantidad` (with its sign) whose cost is known, `costo_unitario` what each of those cost, null when
    none is, and `revaluo` what the line changed in the value of the lot besides (see `costeo`). Lines of version 1 were written
    before lines kept this: theirs was derived when the database was upgraded, and their hash does not cover it.
    """

    # What the hash covers, by version, in the order in which it always has: `cadena`, the writers and `verificar` read it here.
    ENCADENADAS_1 = (
        "tipo", "producto_id", "lote_id", "almacen_id", "fecha_efectiva", "cantidad", "saldo", "secuencia",
        "fecha_caducidad", "vida_minima", "excepcion_fefo",
    )  # fmt: skip
    ENCADENADAS = (*ENCADENADAS_1, "version", "estado_lote", "costo_unitario", "con_costo", "revaluo")
    VERSION = 2

    operacion = models.ForeignKey(Operacion, models.PROTECT, related_name="movimientos", verbose_name=_("operación"))
    tipo = models.CharField(_("tipo"), max_length=10, choices=Tipo)
    producto = models.ForeignKey(
        Producto, models.PROTECT, related_name="movimientos", verbose_name=_("producto"), db_index=False
    )
    lote = models.ForeignKey(Lote, models.PROTECT, related_name="movimientos", verbose_name=_("lote"), db_index=False)
    almacen = models.ForeignKey(
        Almacen, models.PROTECT, related_name="movimientos", verbose_name=_("almacén"), db_index=False
    )
    fecha_efectiva = models.DateField(_("fecha efectiva"))
    cantidad = models.BigIntegerField(_("cantidad"))
    saldo = models.BigIntegerField(_("saldo"))
    secuencia = models.PositiveIntegerField(_("secuencia"))
    fecha_caducidad = models.DateField(_("caduca"), null=True, blank=True)
    vida_minima = models.PositiveSmallIntegerField(_("vida mínima pedida"), default=0)
    excepcion_fefo = models.BooleanField(_("excepción FEFO"), default=False)
    version = models.PositiveSmallIntegerField(_("versión"), default=1, db_default=1, editable=False)
    estado_lote = models.CharField(
        _("estado del lote"), max_length=12, default="", db_default="", blank=True, choices=Lote.Estado
    )
    costo_unitario = DineroField(_("costo unitario"), null=True, blank=True)
    con_costo = models.BigIntegerField(_("unidades con costo"), default=0, db_default=0)
    revaluo = DineroField(_("ajuste de valor"), default=Decimal(0), db_default=Decimal(0))
    huella = models.CharField(_("huella"), max_length=64, editable=False)

    class Meta:
        verbose_name = _("movimiento")
        verbose_name_plural = _("movimientos")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["producto", "fecha_efectiva", "id"], name="movimiento_producto_fecha_idx"),
            models.Index(fields=["fecha_efectiva", "id"], name="movimiento_fecha_idx"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["lote", "almacen", "secuencia"], name="movimiento_secuencia_unica"),
            models.CheckConstraint(
                condition=Q(tipo="entrada", cantidad__gt=0)
                | Q(tipo__in=["salida", "despacho"], cantidad__lt=0)
                | (Q(tipo__in=["ajuste", "traslado", "reverso"]) & ~Q(cantidad=0)),
                name="movimiento_signo_segun_tipo",
            ),
            models.CheckConstraint(condition=es_entero("cantidad"), name="movimiento_cantidad_entera"),
            models.CheckConstraint(condition=Q(saldo__gte=0) & es_entero("saldo"), name="movimiento_saldo_no_negativo"),
            models.CheckConstraint(condition=Q(secuencia__gte=1), name="movimiento_secuencia_positiva"),
            models.CheckConstraint(
                condition=Q(version=1, estado_lote="") | Q(version=2, estado_lote__in=Lote.Estado.values),
                name="movimiento_version_conocida",
            ),
            models.CheckConstraint(
                condition=Q(con_costo=0, costo_unitario__isnull=True)
                | (
                    Q(costo_unitario__isnull=False, costo_unitario__gte=0, costo_unitario__lte=MAXIMO)
                    & es_entero("costo_unitario")
                    & ~Q(con_costo=0)
                ),
                name="movimiento_costo_de_lo_conocido",
            ),
            models.CheckConstraint(
                condition=(
                    Q(con_costo__gte=0, con_costo__lte=F("cantidad"))
                    | Q(con_costo__lte=0, con_costo__gte=F("cantidad"))
                )
                & es_entero("con_costo"),
                name="movimiento_con_costo_cabe",
            ),
            models.CheckConstraint(condition=es_entero("revaluo"), name="movimiento_revaluo_exacto"),
        ]

    lote_codigo: str  # set by the ledger on the lines it has just written, as is what is left of `con_costo` after each
    saldo_con_costo = 0

    def __str__(self) -> str:
        return f"{self.cantidad:+d} {self.lote}"

    def get_tipo_display(self) -> str:  # type: ignore[no-redef]  # the plugin has put Django's own there
        return str(Tipo(self.tipo).label)  # Django's own translates every choice to say one


from .conteos.models import Conteo, LineaDelConteo, NumeroContado  # noqa: E402, F401  models of this app, in a room of their own
