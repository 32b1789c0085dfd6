"""The one row that says whose stock this is."""

from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..dominio.campos import TextoField, TextoLargoField
from . import actual


class Empresa(models.Model):
    """At most one row. What it leaves empty is as the installation says (`MONEDA`), or is not shown.

    `guia_cerrada`: nobody is led by the hand any more; `es_demo`: what is in here is invented.
    """

    unica = models.BooleanField(default=True, unique=True, editable=False)
    nombre = TextoField(_("nombre"), max_length=120, blank=True, default="")
    direccion = TextoLargoField(_("dirección"), max_length=300, blank=True, default="")
    identificacion = TextoField(
        _("identificación fiscal"), max_length=40, blank=True, default="", help_text=_("RFC, NIF, RUC o CUIT.")
    )
    contacto = TextoField(
        _("contacto"), max_length=120, blank=True, default="", help_text=_("Teléfono o correo que va en los papeles.")
    )
    moneda = models.CharField(
        _("moneda"),
        max_length=3,
        blank=True,
        default="",
        validators=[RegexValidator(r"^[A-Z]{3}\Z", _("Tres letras, como MXN o EUR."))],
    )
    logo = models.BinaryField(_("logotipo"), null=True, blank=True, editable=False)
    logo_tipo = models.CharField(max_length=10, blank=True, default="", editable=False)
    guia_cerrada = models.BooleanField(default=False, editable=False)
    es_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("empresa")
        verbose_name_plural = _("empresa")
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(condition=Q(unica=True), name="empresa_unica"),
            models.CheckConstraint(
                condition=Q(logo__isnull=True, logo_tipo="") | Q(logo__isnull=False, logo_tipo__in=["png", "jpeg"]),
                name="empresa_logo_con_tipo",
            ),
        ]

    def __str__(self) -> str:
        return self.nombre or str(_("Empresa"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():  # so that its audit commits with it
            super().save(*args, **kwargs)
            transaction.on_commit(actual.olvidar)
        actual.olvidar()

    @property
    def moneda_en_uso(self) -> str:
        return self.moneda or settings.MONEDA
