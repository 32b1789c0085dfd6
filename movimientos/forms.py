"""The sheets on which operations are written: a header and its lines."""

import json
import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventario.api.idempotencia import Sello, resumir
from inventario.cuentas.models import Usuario
from inventario.dominio.campos import CLAVE_DE_IDEMPOTENCIA
from inventario.dominio.texto import validar_texto, validar_texto_largo
from inventario.paginas.formularios import CantidadField, CuantoField, EnsenaElMes, IdsField, ImporteField, LeeFecha
from lotes.models import Almacen

from .models import Motivo, Operacion, Tipo
from .peticiones import LINEAS_MAXIMAS, LineaConteo, LineaDeLote, LineaEntrada, LineaPedida, Peticion

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CLAVE = rf"^{CLAVE_DE_IDEMPOTENCIA}\Z"


class ClaveField(forms.RegexField):
    """The idempotency key of a sheet, new each time it is opened. Who sends none asks for the operation all the same."""

    def __init__(self) -> None:
        super().__init__(CLAVE, required=False, empty_value=None, widget=forms.HiddenInput, initial=nueva_clave)


def nueva_clave() -> str:
    return str(uuid.uuid4())


def sello(request: HttpRequest) -> Sello:
    """What a sheet brings to be known again by: its key, and the hash of all its fields but the token of the browser."""
    campos = [(campo, valores) for campo, valores in request.POST.lists() if campo != "csrfmiddlewaretoken"]
    clave = request.POST.get("clave", "")
    return {
        "clave": clave if re.match(CLAVE, clave) else None,
        "resumen": resumir("POST", request.path, json.dumps(campos).encode()),
    }


def clave_usada(formulario: forms.Form) -> int:
    """Say that the key of this sheet was another request's, and give it a new one for a second yes; return the status."""
    formulario.data = datos = cast(QueryDict, formulario.data).copy()
    datos["clave"] = nueva_clave()
    mensaje = _("Esta hoja ya se registró con otros datos. Si quiere registrar otra operación, confirme de nuevo.")
    formulario.add_error(None, mensaje)
    return 422


class CabeceraForm(forms.Form):
    """What every operation says of itself. Fields with a single possible answer are not shown."""

    almacen = forms.ModelChoiceField(Almacen.objects.none(), label=_("Almacén"), empty_label=None)
    motivo = forms.ChoiceField(label=_("Motivo"))
    contraparte = forms.CharField(label=_("Contraparte"), max_length=200, required=False, validators=[validar_texto])
    documento = forms.CharField(
        label=_("Documento"),
        max_length=100,
        required=False,
        validators=[validar_texto],
        help_text=_("Factura, receta, vale…"),
    )
    fecha_efectiva = LeeFecha(label=_("Fecha"), required=False, help_text=_("Vacía: hoy."))
    nota = forms.CharField(
        label=_("Nota"),
        max_length=500,
        required=False,
        validators=[validar_texto_largo],
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    clave = ClaveField()

    def __init__(
        self, *args: Any, usuario: Usuario, peticion: type[Peticion], contraparte: "StrOrPromise", **kwargs: Any
    ) -> None:
        """`contraparte`: what the other side is called in operations of this kind."""
        super().__init__(*args, **kwargs)
        self._almacenes(Almacen.objects.activos() if peticion.TIPO == Tipo.ENTRADA else Almacen.objects.de_salida())
        self._motivos(peticion, usuario)
        self.fields["contraparte"].label = contraparte
        hoy = timezone.localdate()
        if peticion.TIPO == Tipo.AJUSTE or not usuario.has_perm("movimientos.retroactivo"):
            del self.fields["fecha_efectiva"]
        else:
            desde = hoy - timedelta(days=settings.DIAS_RETROACTIVO)
            self.fields["fecha_efectiva"].widget.attrs |= {"min": desde.isoformat(), "max": hoy.isoformat()}

    def _almacenes(self, elegibles: QuerySet[Almacen]) -> None:
        self.almacenes = list(elegibles)
        if len(self.almacenes) < 2:
            del self.fields["almacen"]
            return
        campo = cast(forms.ModelChoiceField, self.fields["almacen"])
        campo.queryset = elegibles
        self.initial.setdefault("almacen", next((a.pk for a in self.almacenes if a.predeterminado), None))

    def _motivos(self, peticion: type[Peticion], usuario: Usuario) -> None:
        self.motivos = list(Motivo.objects.para(peticion.TIPO))
        if len(self.motivos) < 2:
            del self.fields["motivo"]
            return
        campo = cast(forms.ChoiceField, self.fields["motivo"])
        campo.choices = [(m.codigo, str(m)) for m in self.motivos]
        campo.required = not peticion.MOTIVO
        if "motivo" not in self.initial:
            self.initial["motivo"] = peticion.MOTIVO or self._motivo_de_antes(peticion, usuario)

    def _motivo_de_antes(self, peticion: type[Peticion], usuario: Usuario) -> str:
        """The reason that `usuario` gave last to an operation of this kind, else the first of the list."""
        suyas = Operacion.objects.filter(usuario=usuario, motivo__in=self.motivos, tipo=peticion.TIPO)
        ultimo = suyas.order_by("-pk").values_list("motivo__codigo", flat=True).first() if not self.is_bound else None
        return ultimo or self.motivos[0].codigo

    def datos(self) -> dict[str, Any]:
        """What the header says, as a request takes it: warehouses by id, the reason by code."""
        datos = {campo: valor.pk if isinstance(valor, Almacen) else valor for campo, valor in self.cleaned_data.items()}
        motivo = datos.pop("motivo", "") or (self.motivos[0].codigo if len(self.motivos) == 1 else "")
        return datos | ({"motivo": motivo} if motivo else {})


class DespachoForm(CabeceraForm):
    parcial = forms.BooleanField(
        label=_("Despachar lo que haya"),
        required=False,
        help_text=_("Si no alcanza, sale lo disponible y queda anotado lo que faltó."),
    )


class TrasladoForm(CabeceraForm):
    almacen_destino = forms.ModelChoiceField(Almacen.objects.activos(), label=_("Almacén de destino"))

    field_order = ("almacen", "almacen_destino")

    def clean(self) -> dict[str, Any]:
        super().clean()
        datos = self.cleaned_data
        if datos.get("almacen") and datos["almacen"] == datos.get("almacen_destino"):
            self.add_error("almacen_destino", _("Debe ser otro almacén."))
        return datos


class BajaForm(forms.Form):
    """Which expired lots are written off. Whether they still are expired is the service's business."""

    existencias = IdsField(maximo=LINEAS_MAXIMAS, ninguna=_("Marque al menos un lote."))
    nota = forms.CharField(label=_("Nota"), max_length=500, required=False, validators=[validar_texto_largo])
    documento = forms.CharField(label=_("Documento"), max_length=100, required=False, validators=[validar_texto])
    clave = ClaveField()


class RevertirForm(forms.Form):
    nota = forms.CharField(
        label=_("Por qué se revierte"),
        max_length=500,
        validators=[validar_texto_largo],
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        help_text=_("Se escriben los movimientos contrarios; lo registrado no se borra."),
    )
    clave = ClaveField()


class LineaForm(EnsenaElMes):
    """One line: a product as one types or scans it, and how much. `Hoja` finds the product, all lines at once; then `linea`
    gives the line of a request that each kind of form writes.
    """

    PLEGADOS: tuple[str, ...] = ()  # fields that the sheet shows when asked, or when they hold something

    producto = forms.CharField(label=_("Producto"), max_length=200, validators=[validar_texto])
    cantidad = CuantoField(label=_("Cantidad"))
    segura = forms.CharField(
        required=False, widget=forms.HiddenInput
    )  # the quantity that was asked about, and confirmed

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fila: Any = None  # the Producto it names, once found
        self.supuesto = False  # it was only begun: `fila` is a guess
        self.hay = ""  # what may be dispatched of it, in words
        self.falta = False  # a refusal said that there is not enough
        self.fields["producto"].widget.attrs |= {
            "data-combo": reverse("productos:sugerencias"),
            "data-combo-extra": "almacen=#id_almacen",
            "data-combo-con-eco": "",
            "autocapitalize": "characters",
        }
        self.fields["cantidad"].widget.attrs["data-suma"] = "cantidad"
        for campo in self.fields.values():  # on a telephone there is no head over the column
            campo.widget.attrs.setdefault("placeholder", campo.label)

    def empaques_por_usar(self) -> set[int]:
        """The packs that its quantity tells, in which nothing was recorded yet."""
        if self.fila is None or self.errors:
            return set()
        partes = cast(CuantoField, self.fields["cantidad"]).partes(str(self["cantidad"].data))
        dichas = {unidades for _n, unidades in partes if unidades > 1}
        return {e.pk for e in self.fila.empaques.all() if e.unidades in dichas and not e.usado} if dichas else set()


def _combo_de_lotes(formulario: forms.Form, **extra: str) -> None:
    """Suggest the lots of the line's product as soon as one gets to the field."""
    formulario.fields["lote"].widget.attrs |= {
        "data-combo": reverse("lotes:sugerencias"),
        "data-combo-extra": "producto=[name$=-producto] almacen=#id_almacen",
        "data-combo-vacio": "",
        "autocapitalize": "characters",
    } | extra


class LineaPedidaForm(LineaForm):
    PLEGADOS = ("vida_minima",)

    vida_minima = CantidadField(label=_("Vida mínima (días)"), min_value=0, max_value=3650, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vida_minima"].widget.attrs["placeholder"] = _("la del producto")

    def linea(self) -> LineaPedida:
        return LineaPedida(self.fila.pk, self.cleaned_data["cantidad"], self.cleaned_data["vida_minima"])


class LineaEntradaForm(LineaForm):
    PLEGADOS = ("fecha_fabricacion",)

    lote = forms.CharField(label=_("Lote"), max_length=50, required=False, validators=[validar_texto])
    fecha_caducidad = LeeFecha(label=_("Caduca"), required=False, mes=True)
    costo_unitario = ImporteField(
        label=_("Costo unitario"), required=False, min_value=0, max_digits=18, decimal_places=6
    )

    fecha_fabricacion = LeeFecha(label=_("Fabricado"), required=False)

    field_order = ("producto", "lote", "fecha_caducidad", "cantidad", "costo_unitario", "fecha_fabricacion")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A lot that arrives may be new, or one that ran out: every lot is offered, and any code taken.
        _combo_de_lotes(self, **{"data-combo": reverse("lotes:sugerencias") + "?todos=1", "data-combo-libre": ""})
        self.fields["producto"].widget.attrs["data-combo"] += (
            "?crear=1"  # a product may arrive before anybody wrote it down
        )
        self.fields["fecha_fabricacion"].widget.attrs["data-solo-tab"] = ""  # seldom known: Intro goes past it

    def linea(self) -> LineaEntrada:
        return LineaEntrada(
            self.fila.pk,
            **{campo: valor for campo, valor in self.cleaned_data.items() if campo not in ("producto", "segura")},
        )


class LineaLoteForm(LineaForm):
    """A line that names the lot: exits, transfers."""

    lote = forms.CharField(label=_("Lote"), max_length=50, required=False, validators=[validar_texto])

    field_order = ("producto", "lote", "cantidad")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fila_lote: Any = None
        _combo_de_lotes(self)

    def linea(self) -> LineaDeLote | LineaConteo:
        return LineaDeLote(self.fila_lote.pk, self.cleaned_data["cantidad"])


class LineaConteoForm(LineaLoteForm):
    cantidad = CuantoField(label=_("Contado"), min_value=0)
    # Lot, warehouse and sequence of the balance that was shown: what is counted is compared with that one.
    vista = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.almacen: int | None = None  # that of the sheet, once it makes sense
        self.fields["lote"].widget.attrs["data-combo"] += "?todos=1"

    def linea(self) -> LineaConteo:
        return LineaConteo(self.fila_lote.pk, self.cleaned_data["cantidad"], secuencia=self._vista())

    def _vista(self) -> int | None:
        """The sequence that the sheet showed, if it was of this lot in this warehouse; None: that of now."""
        vista = re.fullmatch(r"([0-9]{1,18}):([0-9]{1,18}):([0-9]{1,9})", self.cleaned_data.get("vista", ""))
        if vista is None or self.almacen is None or (int(vista[1]), int(vista[2])) != (self.fila_lote.pk, self.almacen):
            return None
        return int(vista[3])
