"""Packs: in what a product is bought, kept and counted, besides its unit. The ledger only knows units."""

from collections.abc import Collection, Iterable
from typing import Self

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventario.dominio import unidades as nombres
from inventario.dominio.campos import CANTIDAD_MAXIMA, GTINField, TextoField, es_entero
from inventario.dominio.exceptions import EnUso
from inventario.dominio.vida import ConHistoria


class EmpaqueQuerySet(models.QuerySet["Empaque"]):
    def usar(self, ids: Iterable[int]) -> None:
        """Remember that something was recorded in the packs `ids`. Only the first time writes."""
        if pendientes := set(ids):
            self.filter(pk__in=pendientes, usado=False).update(usado=True)


class Empaque(ConHistoria):
    """So many units of a product together, with a GTIN of their own or none. No product and no other pack has that GTIN: the
    database sees to it (`gtines`).
    """

    producto = models.ForeignKey(
        "productos.Producto", models.CASCADE, related_name="empaques", verbose_name=_("producto")
    )
    nombre = TextoField(_("nombre"), max_length=40, help_text=_("Caja, blíster, tarima…"))
    gtin = GTINField(
        "GTIN", max_length=14, null=True, blank=True, unique=True, help_text=_("El del código de barras del empaque.")
    )
    unidades = models.PositiveIntegerField(
        _("unidades"),
        validators=[MinValueValidator(2), MaxValueValidator(CANTIDAD_MAXIMA)],
        help_text=_("Cuántas unidades del producto trae."),
    )
    usado = models.BooleanField(_("usado"), default=False, editable=False)

    objects = EmpaqueQuerySet.as_manager()

    class Meta:
        verbose_name = _("empaque")
        verbose_name_plural = _("empaques")
        ordering = ["unidades", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["producto", "nombre"],
                name="empaque_nombre_unico",
                violation_error_message=_("El producto ya tiene un empaque con ese nombre."),
            ),
            models.CheckConstraint(
                condition=Q(unidades__gt=1) & es_entero("unidades"),
                name="empaque_de_varias_unidades",
                violation_error_message=_("Un empaque trae al menos 2 unidades."),
            ),
            models.CheckConstraint(
                condition=~Q(nombre=""), name="empaque_nombre_no_vacio", violation_error_message=_("Falta el nombre.")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nombre} × {number_format(self.unidades, force_grouping=True)}"

    def clean(self) -> None:
        super().clean()
        if self.gtin and (dueno := apps.get_model("productos", "Producto").objects.filter(gtin=self.gtin).first()):
            raise ValidationError({"gtin": _("Ese GTIN es del producto %(fila)s.") % {"fila": dueno}})

    def fijos(self) -> dict[str, str | Promise]:
        """Its name and its GTIN may be put right; what was recorded in it would say another thing with other units."""
        if not self.usado:
            return {}
        porque = _("Ya se registró algo en este empaque: cree otro.")
        return {"producto": porque, "unidades": porque}

    def comprobar_cambio(self, antes: Self, cambian: Collection[str]) -> None:
        for campo, porque in antes.fijos().items():
            if campo in cambian:
                raise EnUso(porque, campo=campo)


def en_empaques(n: int, empaques: Iterable[Empaque]) -> str:
    """`n` units as the packs that they make: «3 cajas × 100 + 20»; nothing where they make none.

    In the largest pack that they fill exactly, else in the largest that they fill.
    """
    caben = sorted((e for e in empaques if e.unidades <= abs(n)), key=lambda e: (abs(n) % e.unidades > 0, -e.unidades))
    if not caben:
        return ""
    cuantos, sueltas = divmod(abs(n), caben[0].unidades)
    texto = f"{nombres.contar(cuantos, caben[0].nombre)} × {number_format(caben[0].unidades, force_grouping=True)}"
    return f"{texto} + {number_format(sueltas, force_grouping=True)}" if sueltas else texto
