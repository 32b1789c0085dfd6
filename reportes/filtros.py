"""What can be asked of a report. Page, API and command validate with the same form, which gives a `Filtro` to the query."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.db.models import Model, Q
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from inventario.dominio.texto import normalizar_codigo, validar_texto
from inventario.paginas.filtros import FechaField, FilaField
from lotes.models import Almacen, Lote
from movimientos.conteos.models import Conteo
from movimientos.models import Motivo, Tipo
from productos.models import Categoria, Producto

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from .reporte import Reporte

DIAS_POR_OMISION = 30
DIAS_MAXIMOS = 3660


@dataclass(frozen=True, slots=True)
class Filtro:
    """A valid question. Ranges include both ends; `hoy` is the day of the question."""

    hoy: date
    agrupar: str = ""
    producto: Producto | None = None
    categoria: Categoria | None = None
    almacen: Almacen | None = None
    lote: Lote | None = None
    codigo_lote: str = ""
    conteo: Conteo | None = None
    motivo: Motivo | None = None
    tipo: str = ""
    dias: int | None = None
    caduca_desde: date | None = None
    caduca_hasta: date | None = None
    fecha: date | None = None
    desde: date | None = None
    hasta: date | None = None
    origen: dict[str, str] = field(default_factory=dict)

    @property
    def periodo(self) -> tuple[date, date]:
        hasta = self.hasta or self.hoy
        return self.desde or hasta - timedelta(days=DIAS_POR_OMISION - 1), hasta

    @property
    def dias_del_periodo(self) -> int:
        desde, hasta = self.periodo
        return (hasta - desde).days + 1

    @property
    def periodo_anterior(self) -> tuple[date, date]:
        """The same number of days, ending just before the period."""
        desde, _hasta = self.periodo
        return desde - timedelta(days=self.dias_del_periodo), desde - timedelta(days=1)

    @property
    def de_productos(self) -> Q:
        """The condition on Producto."""
        q = Q()
        if self.producto:
            q &= Q(pk=self.producto.pk)
        if self.lote:
            q &= Q(pk=self.lote.producto_id)
        if self.categoria:
            q &= Q(categoria=self.categoria)
        return q

    @property
    def de_existencias(self) -> Q:
        """The condition on Existencia and on Movimiento, which both have product, lot and warehouse."""
        q = Q()
        if self.producto:
            q &= Q(producto=self.producto)
        if self.categoria:
            q &= Q(producto__categoria=self.categoria)
        if self.almacen:
            q &= Q(almacen=self.almacen)
        if self.lote:
            q &= Q(lote=self.lote)
        if self.codigo_lote:
            q &= Q(lote__codigo=self.codigo_lote)
        return q

    @property
    def de_lotes(self) -> Q:
        """The same, in whatever warehouse: what a lot costs does not depend on where it lies."""
        return replace(self, almacen=None).de_existencias

    def de_movimientos(self, periodo: tuple[date, date] | None = None) -> Q:
        q = self.de_existencias & Q(fecha_efectiva__range=periodo or self.periodo)
        if self.tipo:
            q &= Q(tipo=self.tipo)
        return q


def con(filtro: Filtro, **cambios: Any) -> str:
    """The address of the same report with the same filters, but for `cambios`: where a figure leads."""
    dichos = {k: v.isoformat() if isinstance(v, date) else str(v) for k, v in cambios.items() if v not in (None, "")}
    return "?" + urlencode(filtro.origen | dichos)


def por_tramo(filtro: Filtro, inicios: Sequence[date], paso: int, **cambios: Any) -> list[str]:
    """The address of each step of a chart of the period, which may end before its last step does."""
    return [
        con(filtro, desde=d, hasta=min(d + timedelta(days=paso - 1), filtro.periodo[1]), **cambios) for d in inicios
    ]


def _de(modelo: type[Model], etiqueta: "StrOrPromise", **kwargs: Any) -> forms.ModelChoiceField:
    return FilaField(queryset=modelo._default_manager.all(), required=False, label=etiqueta, **kwargs)


def _fecha(etiqueta: "StrOrPromise") -> FechaField:
    return FechaField(required=False, label=etiqueta, input_formats=["%Y-%m-%d"])


def _texto(etiqueta: "StrOrPromise", maximo: int) -> forms.CharField:
    dentro = forms.TextInput(attrs={"placeholder": etiqueta})
    return forms.CharField(required=False, label=etiqueta, max_length=maximo, validators=[validar_texto], widget=dentro)


class Campo(NamedTuple):
    """A filter: its form field, and the metavar and the help of its option in a command."""

    nuevo: Callable[[], forms.Field]
    metavar: str
    ayuda: str


CAMPOS = {
    "producto": Campo(
        lambda: _de(Producto, _("Producto"), widget=forms.HiddenInput),
        "PRODUCT",
        "only this product: its id, SKU, GTIN or part of its name",
    ),
    "sku": Campo(lambda: _texto(_("SKU"), 40), "SKU", "only this product, by its sku"),
    "categoria": Campo(
        lambda: _de(Categoria, _("Categoría"), empty_label=_("Todas")),
        "CATEGORY",
        "only this category: its id or part of its name",
    ),
    "almacen": Campo(
        lambda: _de(Almacen, _("Almacén"), empty_label=_("Todos")),
        "WAREHOUSE",
        "only this warehouse: its id, code or part of its name",
    ),
    "lote": Campo(
        lambda: _de(Lote, _("Lote"), widget=forms.HiddenInput), "LOT", "only this lot: its id or part of its code"
    ),
    "codigo_lote": Campo(lambda: _texto(_("Código de lote"), 50), "CODE", "only lots with this code"),
    "conteo": Campo(
        lambda: _de(Conteo, _("Conteo"), widget=forms.HiddenInput), "ID", "only this count, whenever it was closed"
    ),
    "motivo": Campo(
        lambda: _de(Motivo, _("Motivo"), to_field_name="codigo", empty_label=_("Todos")),
        "CODE",
        "only this reason: its code or part of its name (compra, caducado, ...)",
    ),
    "tipo": Campo(
        lambda: forms.ChoiceField(choices=[("", _("Todos")), *Tipo.choices], required=False, label=_("Tipo")),
        "TYPE",
        "entrada, salida, despacho, ajuste, traslado or reverso",
    ),
    "dias": Campo(
        lambda: forms.IntegerField(required=False, min_value=0, max_value=3650, label=_("Caduca en (días)")),
        "N",
        "only what expires within N days",
    ),
    "caduca_desde": Campo(lambda: _fecha(_("Caduca desde")), "YYYY-MM-DD", "only what expires on this day or later"),
    "caduca_hasta": Campo(lambda: _fecha(_("Caduca hasta")), "YYYY-MM-DD", "only what expires on this day or before"),
    "fecha": Campo(lambda: _fecha(_("Fecha")), "YYYY-MM-DD", "at the end of this day (default: today)"),
    "desde": Campo(lambda: _fecha(_("Desde")), "YYYY-MM-DD", "first day (default: 29 days before the last)"),
    "hasta": Campo(lambda: _fecha(_("Hasta")), "YYYY-MM-DD", "last day, included (default: today)"),
}


class FiltroForm(forms.Form):
    """The fields that a report declares, plus `agrupar`. Once it is valid, `filtro` is the question."""

    def __init__(self, data: Mapping[str, Any], *, reporte: "Reporte", hoy: date) -> None:
        super().__init__(data)
        self.reporte, self.hoy = reporte, hoy
        for nombre in reporte.filtros:
            self.fields[nombre] = CAMPOS[nombre].nuevo()
        if len(reporte.agrupaciones) > 1:
            opciones = list(reporte.agrupaciones.items())
            self.fields["agrupar"] = forms.ChoiceField(
                choices=opciones, required=False, label=_("Agrupar por"), initial=opciones[0][0]
            )

    def clean_sku(self) -> str:
        return normalizar_codigo(self.cleaned_data["sku"])

    def clean_codigo_lote(self) -> str:
        return normalizar_codigo(self.cleaned_data["codigo_lote"])

    def clean(self) -> dict[str, Any]:
        datos = self.cleaned_data
        if datos.get("sku"):
            self._resolver_sku(datos)
        desde, hasta = datos.get("desde"), datos.get("hasta") or self.hoy
        if desde and desde > hasta:
            self.add_error("desde", _("El periodo empieza después de terminar."))
        elif desde and (hasta - desde).days > DIAS_MAXIMOS:
            self.add_error("desde", _("El periodo puede tener como máximo diez años."))
        for campo in ("hasta", "fecha"):
            if datos.get(campo) and datos[campo] > self.hoy:
                self.add_error(campo, _("No puede ser futura."))
        if self.reporte.exige_producto and not self.errors and not (datos.get("producto") or datos.get("lote")):
            self.add_error("sku", _("Diga de qué producto o lote."))
        return datos

    def _resolver_sku(self, datos: dict[str, Any]) -> None:
        producto = Producto.objects.filter(sku=datos["sku"]).first()
        if producto is None:
            self.add_error("sku", _("No hay ningún producto con ese SKU."))
        elif datos.get("producto") not in (None, producto):
            self.add_error("sku", _("El SKU y el producto pedidos no son el mismo."))
        else:
            datos["producto"] = producto

    @property
    def filtro(self) -> Filtro:
        datos = {k: v for k, v in self.cleaned_data.items() if v not in (None, "") and k != "sku"}
        datos.setdefault("agrupar", next(iter(self.reporte.agrupaciones)))
        origen = {k: str(self.data[k]) for k in self.fields if self.data.get(k) not in (None, "")}
        return Filtro(hoy=self.hoy, origen=origen, **datos)
