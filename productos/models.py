"""What is kept: products and their categories. Packs are in `empaques`."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, TypedDict

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models, transaction
from django.db.models import BigIntegerField, Case, Exists, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inventario.dominio.campos import (
    VALIDADORES_CANTIDAD,
    CodigoField,
    GTINField,
    TextoField,
    TextoLargoField,
    es_entero,
)
from inventario.dominio.exceptions import CambioImposible
from inventario.dominio.texto import normalizar_gtin, normalizar_texto, plegar
from inventario.dominio.vida import ConHistoria
from inventario.plataforma.busqueda import que_contiene

from .empaques import Empaque
from .exceptions import ProductoConLotes

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Existencias(TypedDict):
        fisico: int
        disponible: int

    ConExistencias = WithAnnotations["Producto", _Existencias]  # a row of `con_existencias`

DIAS_MAXIMOS = [MaxValueValidator(3650)]


class Categoria(ConHistoria):
    nombre = TextoField(_("nombre"), max_length=100, unique=True)
    dias_aviso = models.PositiveSmallIntegerField(
        _("días de aviso"),
        null=True,
        blank=True,
        validators=DIAS_MAXIMOS,
        help_text=_("Con cuántos días de antelación se avisa que un lote va a caducar."),
    )

    class Meta:
        verbose_name = _("categoría")
        verbose_name_plural = _("categorías")
        ordering = ["nombre", "pk"]

    def __str__(self) -> str:
        return self.nombre

    @transaction.atomic  # so that the alerts it moves commit with it
    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            self.bloquear_productos([self.pk])
        super().save(*args, **kwargs)

    @classmethod
    def bloquear_productos(cls, ids: Iterable[int]) -> None:
        """Lock the products of the categories `ids`, whose alerts follow from them."""
        Producto.bloquear_productos(Producto.objects.filter(categoria__in=ids).values_list("pk", flat=True))


def horizonte(de_producto: int | None, de_categoria: int | None) -> int:
    """Days before expiry at which a lot is announced: those of its product, else of the category, else the setting."""
    if de_producto is not None:
        return de_producto
    return settings.DIAS_AVISO if de_categoria is None else de_categoria


def _suma(existencias: models.QuerySet) -> Coalesce:
    de_este = existencias.filter(producto=OuterRef("pk"))
    total = de_este.order_by().values("producto").annotate(total=Sum("cantidad")).values("total")
    return Coalesce(Subquery(total), Value(0), output_field=BigIntegerField())


class Existencias(Protocol):
    """What this app asks about stock: rows of (producto, cantidad) of all there is, and of what may leave on a day."""

    def con_stock(self) -> models.QuerySet: ...

    def despachables(self, hoy: date) -> models.QuerySet: ...

    def movidas(self, producto: int) -> models.QuerySet:
        """Those of which the ledger has written a line."""
        ...

    def lotes_sin_caducidad(self, producto: int) -> models.QuerySet: ...


class Avisos(Protocol):
    """What this app asks about alerts: the products that have less than their minimum on a day, as rows of one column."""

    def bajo_minimo(self, hoy: date) -> models.QuerySet: ...


class ProductoQuerySet(models.QuerySet["Producto"]):
    # `lotes` and `alertas` stand above this app. They hand themselves in when they start (their apps.py).
    existencias: ClassVar[Existencias]
    avisos: ClassVar[Avisos]

    def activos(self) -> Self:
        return self.filter(activo=True)

    def elegibles(self) -> Self:
        """What an operation may be about: active products, and of the others those of which there is something left."""
        return self.filter(Q(activo=True) | Exists(self.existencias.con_stock().filter(producto=OuterRef("pk"))))

    def bajo_minimo(self, hoy: date, si: bool = True) -> Self:
        """Products that have less than their minimum. One that is discontinued has none (`Producto.minimo`)."""
        faltan = self.avisos.bajo_minimo(hoy)
        return self.filter(pk__in=faltan) if si else self.exclude(pk__in=faltan)

    def bloqueados(self, ids: Iterable[int]) -> Self:
        """Lock the products `ids`, in primary key order: the one lock, and the one order, of everything that
        changes stock, a lot's state or alerts. Two operations on one product queue up; two that share several
        cannot deadlock. (SQLite needs none: its transactions are IMMEDIATE.)
        """
        return self.filter(pk__in=set(ids)).order_by("pk").select_for_update(no_key=True, of=("self",))

    def con_existencias(
        self, hoy: date, almacen: int | None = None
    ) -> "ProductoQuerySet[ConExistencias, ConExistencias]":
        """Annotate `fisico` (all stock) and `disponible` (what may be dispatched on `hoy`), in base units: of one warehouse, or
        of all.
        """
        fisico, disponible = self.existencias.con_stock(), self.existencias.despachables(hoy)
        if almacen is not None:
            fisico, disponible = fisico.filter(almacen=almacen), disponible.filter(almacen=almacen)
        sumas = {"fisico": _suma(fisico), "disponible": _suma(disponible)}
        return self.annotate(**sumas)

    def con_stock(self, si: bool = True) -> Self:
        """Products of which there is something in stock, usable or not; with `si` False, those of which there is not."""
        hay = Exists(self.existencias.con_stock().filter(producto=OuterRef("pk")))
        return self.filter(hay if si else ~hay)

    def buscar(self, texto: str) -> Self:
        """Products in whose sku and name every word of `texto` is, or whose GTIN, or that of a pack, it is."""
        return self.filter(que_contiene(texto, "sku", "nombre") | _es_gtin(texto))

    def que_empiezan(self, texto: str) -> Self:
        """Products whose sku or name begins with `texto`: what it may stand for. To hold it is not enough: "nada" is in
        "agua oxigenada".
        """
        return self.filter(_empieza(texto))

    def segun_parecido(self, texto: str) -> Self:
        """The sku or GTIN that `texto` is, then what begins with it, then the rest by name: who types "para" means paracetamol,
        not drops "para los ojos". What is no longer active comes after what is.
        """
        exacto = Q(sku=texto) | _es_gtin(texto)
        parecido = Case(When(exacto, then=0), When(_empieza(texto), then=1), default=2)
        return self.order_by(parecido, "-activo", "nombre", "pk")


def _empieza(texto: str) -> Q:
    texto = normalizar_texto(texto)
    return Q(sku__istartswith=texto) | Q(nombre__istartswith=texto) if plegar(texto) else Q(pk__in=[])


def _es_gtin(texto: str) -> Q:
    gtin = normalizar_gtin(texto)
    if not (gtin.isascii() and gtin.isdigit() and len(gtin) == 14):
        return Q(pk__in=[])
    return Q(gtin=gtin) | Q(pk__in=Empaque.objects.filter(gtin=gtin).values("producto"))


class Producto(ConHistoria):
    sku = CodigoField("SKU", max_length=40, unique=True)
    nombre = TextoField(_("nombre"), max_length=200)
    descripcion = TextoLargoField(_("descripción"), max_length=2000, blank=True, default="")
    categoria = models.ForeignKey(
        Categoria, models.PROTECT, null=True, blank=True, related_name="productos", verbose_name=_("categoría")
    )
    unidad = TextoField(_("unidad"), max_length=20, default="unidad", help_text=_("La unidad en que se cuenta."))
    gtin = GTINField(
        "GTIN", max_length=14, null=True, blank=True, unique=True, help_text=_("El número del código de barras.")
    )
    stock_minimo = models.PositiveIntegerField(_("stock mínimo"), default=0, validators=VALIDADORES_CANTIDAD)
    stock_maximo = models.PositiveIntegerField(
        _("stock máximo"), null=True, blank=True, validators=VALIDADORES_CANTIDAD
    )
    dias_aviso = models.PositiveSmallIntegerField(
        _("días de aviso"),
        null=True,
        blank=True,
        validators=DIAS_MAXIMOS,
        help_text=_("Vacío: los de la categoría, y si no los generales."),
    )
    vida_minima_despacho = models.PositiveSmallIntegerField(
        _("vida mínima al despachar"),
        default=0,
        validators=DIAS_MAXIMOS,
        help_text=_("Días de vida que deben quedarle a lo que se despacha."),
    )
    controla_caducidad = models.BooleanField(
        _("controla caducidad"), default=True, help_text=_("Toda entrada debe decir cuándo caduca.")
    )
    activo = models.BooleanField(_("activo"), default=True)
    creado_en = models.DateTimeField(_("creado"), auto_now_add=True)
    actualizado_en = models.DateTimeField(_("actualizado"), auto_now=True)

    EN_USO = ProductoConLotes
    objects = ProductoQuerySet.as_manager()

    class Meta:
        verbose_name = _("producto")
        verbose_name_plural = _("productos")
        ordering = ["nombre", "pk"]
        indexes = [models.Index(fields=["nombre", "id"], name="producto_nombre_idx")]
        constraints = [
            models.CheckConstraint(
                condition=Q(stock_minimo__gte=0) & es_entero("stock_minimo"),
                name="producto_stock_minimo_entero",
                violation_error_message=_("El stock mínimo es un entero mayor o igual que cero."),
            ),
            models.CheckConstraint(
                condition=Q(stock_maximo__isnull=True) | Q(stock_maximo__gte=F("stock_minimo")),
                name="producto_maximo_sobre_minimo",
                violation_error_message=_("El stock máximo no puede ser menor que el mínimo."),
            ),
            models.CheckConstraint(
                condition=~Q(sku=""), name="producto_sku_no_vacio", violation_error_message=_("Falta el SKU.")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku} · {self.nombre}"

    @property
    def minimo(self) -> int:
        """What should always be available: nothing of a product that is discontinued."""
        return self.stock_minimo if self.activo else 0

    def fijos(self) -> dict[str, str | Promise]:
        """History is counted in the unit: another would make boxes of what were tablets. SKU, name and GTIN only say what it
        is called, and a wrong one must be put right.
        """
        if not ProductoQuerySet.existencias.movidas(self.pk).exists():
            return {}
        return {"unidad": _("Ya hay movimientos contados en esa unidad: con otra dirían otra cosa.")}

    def comprobar_cambio(self, antes: Self, cambian: Collection[str]) -> None:
        super().comprobar_cambio(antes, cambian)
        if "controla_caducidad" in cambian and self.controla_caducidad:
            sin_fecha = ProductoQuerySet.existencias.lotes_sin_caducidad(self.pk)
            if primeros := [str(lote) for lote in sin_fecha[:3]]:
                raise CambioImposible(
                    _("Hay lotes sin caducidad (%(lotes)s…): corríjala antes en cada uno.")
                    % {"lotes": ", ".join(primeros)},
                    campo="controla_caducidad",
                    lotes=sin_fecha.count(),
                )

    def clean(self) -> None:
        super().clean()
        if self.gtin and (empaque := Empaque.objects.filter(gtin=self.gtin).select_related("producto").first()):
            datos = {"empaque": empaque.nombre, "fila": empaque.producto}
            raise ValidationError({"gtin": _("Ese GTIN es del empaque %(empaque)s de %(fila)s.") % datos})

    @transaction.atomic  # its alerts go with it, and are locked after it
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.bloquear_productos([self.pk])
        return super().delete(*args, **kwargs)

    @classmethod
    def bloquear_productos(cls, ids: Iterable[int]) -> None:
        """Lock the products `ids`, for who needs nothing of them."""
        list(cls.objects.bloqueados(ids).values_list("pk"))

    @property
    def horizonte(self) -> int:
        return horizonte(self.dias_aviso, self.categoria.dias_aviso if self.categoria is not None else None)
