"""Warehouses: where stock is, until they close."""

from collections.abc import Collection
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from inventario.dominio.campos import CodigoField, TextoField
from inventario.dominio.exceptions import EnUso
from inventario.dominio.vida import ConHistoria
from productos import bloqueo

from .exceptions import AlmacenConExistencias


class AlmacenQuerySet(models.QuerySet["Almacen"]):
    def activos(self) -> Self:
        """Those that something may come into."""
        return self.filter(activo=True)

    def de_salida(self) -> Self:
        """Those that something may leave: what a closed one still holds is not locked up in it."""
        return self.filter(Q(activo=True) | Q(existencias__cantidad__gt=0)).distinct()

    def predeterminado(self) -> "Almacen":
        """The warehouse meant when none is said. Raises DoesNotExist before `inicializar`."""
        return self.get(predeterminado=True)

    def hay_varios(self) -> bool:
        """Whether pages should mention warehouses at all."""
        return self.order_by()[:2].count() > 1


class Almacen(ConHistoria):
    codigo = CodigoField(_("código"), max_length=20, unique=True)
    nombre = TextoField(_("nombre"), max_length=100)
    activo = models.BooleanField(_("activo"), default=True)
    predeterminado = models.BooleanField(_("predeterminado"), default=False)

    objects = AlmacenQuerySet.as_manager()

    class Meta:
        verbose_name = _("almacén")
        verbose_name_plural = _("almacenes")
        ordering = ["nombre", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["predeterminado"],
                condition=Q(predeterminado=True),
                name="almacen_un_predeterminado",
                violation_error_message=_("Ya hay un almacén predeterminado."),
            ),
            models.CheckConstraint(
                condition=Q(predeterminado=False) | Q(activo=True),
                name="almacen_predeterminado_activo",
                violation_error_message=_("El almacén predeterminado debe estar activo."),
            ),
        ]

    def __str__(self) -> str:
        return self.nombre

    def comprobar_cambio(self, antes: Self, cambian: Collection[str]) -> None:
        """A warehouse closes when it is empty; then nothing comes in (`movimientos.libro`). The default one does not close."""
        super().comprobar_cambio(antes, cambian)
        if "activo" not in cambian or self.activo or antes.predeterminado:
            return
        bloqueo.detener()
        hay = self.existencias.filter(cantidad__gt=0)
        cuenta = hay.aggregate(lotes=Count("lote", distinct=True), unidades=Sum("cantidad"))
        if cuenta["lotes"]:
            raise self._con_existencias(hay, cuenta)

    def _con_existencias(self, hay: models.QuerySet, cuenta: dict[str, int]) -> AlmacenConExistencias:
        primeras = [
            {
                "producto": x.producto_id,
                "sku": x.producto.sku,
                "lote": x.lote_id,
                "lote_codigo": x.lote.codigo,
                "cantidad": x.cantidad,
            }
            for x in hay.select_related("producto", "lote").order_by("producto__sku", "pk")[:20]
        ]
        textos = [f"{x['sku']} {x['lote_codigo']}: {x['cantidad']}" for x in primeras[:3]]
        mensaje = _("Guarda existencias (%(lotes)s lotes; %(primeras)s…): vacíelo antes de cerrarlo.")
        datos = {"lotes": cuenta["lotes"], "primeras": "; ".join(textos)}
        return AlmacenConExistencias(mensaje % datos, campo="activo", almacen=self.pk, **cuenta, existencias=primeras)

    def clean(self) -> None:
        super().clean()
        if self.predeterminado and not self.activo:
            raise ValidationError({"activo": _("El almacén predeterminado debe estar activo.")})
        if not self.predeterminado and Almacen.objects.filter(pk=self.pk, predeterminado=True).exists():
            raise ValidationError({"predeterminado": _("Elija antes otro almacén predeterminado.")})

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        # `save` takes the mark from the other default one, so two are no conflict yet; `clean` judges the rest.
        super().validate_constraints({*(exclude or ()), "predeterminado"})

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Raises EnUso for the default one: operations that name no warehouse need it."""
        if self.predeterminado:
            raise EnUso
        return super().delete(*args, **kwargs)

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            if self.predeterminado:
                for otro in Almacen.objects.filter(predeterminado=True).exclude(pk=self.pk):
                    otro.predeterminado = False
                    otro.save(update_fields=["predeterminado"])
            super().save(*args, **kwargs)
