"""A sheet: the header and the lines of an operation as a page holds them, until a service takes them.

It finds the products and lots that people typed or scanned, all lines at once; adds and removes lines on the server, for
who has no JavaScript; and puts what a service refuses beside the line it speaks of.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from inventario.cuentas.models import Usuario
from inventario.dominio import unidades
from inventario.dominio.exceptions import BaseOcupada, ClaveReutilizada, DatosInvalidos, ErrorDeDominio
from inventario.dominio.texto import normalizar_codigo, normalizar_gtin, normalizar_texto, plegar
from inventario.paginas.solicitud import Solicitud
from lotes.models import Almacen, Lote
from productos.codigos import por_gtin
from productos.models import Producto

from . import repeticiones
from .clases import Clase
from .desmedidas import desmedidas
from .forms import LineaConteoForm, LineaForm, LineaLoteForm, clave_usada, sello
from .lineas import con_empaques
from .models import Operacion, Tipo
from .peticiones import LINEAS_MAXIMAS, ConLineas
from .rechazos import anotar_rechazo
from .services.entrada import LOTE_UNICO

PREFIJO = "lineas"
Rechazo = (DatosInvalidos, ErrorDeDominio, ClaveReutilizada, BaseOcupada)


class Hoja:
    def __init__(self, clase: Clase, request: Solicitud) -> None:
        self.clase = clase
        self.pedidas: list[tuple[Producto, Any]] = []  # the lines that are complete: a refusal does not undo that
        self.datos = request.POST.copy() if request.method == "POST" else None
        self.sello = sello(request)
        self.cambio_de_lineas = self.datos is not None and _mover_lineas(self.datos)
        inicial = {} if self.datos is not None else _inicial(request, clase.linea)
        juego = forms.formset_factory(
            clase.linea, extra=0 if inicial else 1, max_num=LINEAS_MAXIMAS, absolute_max=LINEAS_MAXIMAS
        )
        self.cabecera = clase.cabecera(
            self.datos, usuario=request.user, peticion=clase.peticion, contraparte=clase.contraparte
        )
        self.lineas = juego(self.datos, prefix=PREFIJO, initial=[dict(inicial)] if inicial else None)
        if inicial:  # what a link proposed is typed like the rest: the line is new
            self.lineas.management_form.initial["INITIAL_FORMS"] = 0
            self.lineas.forms[0].fila = inicial.pop("fila", None)
        if self.datos is None:  # on the first field that is still to be said
            vacios = (c for c in self.lineas.forms[0].visible_fields() if c.name not in inicial)
            next(vacios).field.widget.attrs["autofocus"] = True

    def es_valida(self) -> bool:
        """Header and lines make sense, there is at least one line, and every product and lot exists."""
        bien = self.cabecera.is_valid()
        bien = self.lineas.is_valid() and bien
        _hallar_productos(self.llenas)
        _hallar_lotes(self.llenas)
        self._ver_saldos()
        self.pedidas = [(f.fila, f.linea()) for f in self.llenas if f.fila and not f.errors]
        self._preguntar()
        self._dudar()
        if bien and not self.llenas:
            self.cabecera.add_error(None, _("Falta al menos una línea."))
        return self.cabecera.is_valid() and bool(self.llenas) and not any(f.errors for f in self.llenas)

    @property
    def almacen(self) -> Almacen | None:
        """That of the sheet, as far as it makes sense: the default one where nothing was chosen yet."""
        if self.datos is not None and "almacen" in self.cabecera.fields:
            return self.cabecera.cleaned_data.get("almacen")
        return next((a for a in self.cabecera.almacenes if a.predeterminado), None)

    def decir_lo_que_hay(self) -> None:
        """Set `hay` of the lines whose product is known: what may leave the warehouse of the sheet. One query, for a page that
        is about to be rendered.
        """
        hallados = [f for f in self.lineas.forms if f.fila]
        if not hallados:
            return
        almacen = self.almacen
        con_lo_suyo = Producto.objects.con_existencias(timezone.localdate(), almacen.pk if almacen else None)
        productos = con_lo_suyo.in_bulk({f.fila.pk for f in hallados})
        for f in hallados:
            if producto := productos.get(f.fila.pk):  # it may be gone by now
                f.hay = unidades.contar(producto.disponible, f.fila.unidad)

    def _ver_saldos(self) -> None:
        """Give the lines of a count that brought none the sequence of the balance that the page is going to show."""
        almacen = self.almacen
        for f in self.llenas:
            if self.datos is None or almacen is None or not isinstance(f, LineaConteoForm) or f.fila_lote is None:
                continue
            f.almacen = almacen.pk
            if not f.cleaned_data.get("vista"):
                self.datos[f.add_prefix("vista")] = vista_de(f.fila_lote, almacen.pk)

    def _preguntar(self) -> None:
        """What was only begun may be another product: write the sku in its place and wait for a second yes."""
        for f in self.llenas:
            if f.supuesto and self.datos is not None:
                self.datos[f.add_prefix("producto")] = f.fila.sku
                f.add_error(
                    "producto", _("¿Es %(nombre)s? Compruébelo y confirme de nuevo.") % {"nombre": f.fila.nombre}
                )

    def _dudar(self) -> None:
        """A quantity far above the usual is asked about, once: what was confirmed is in the line. What leaves is bounded anyway,
        by what there is.
        """
        if self.clase.peticion.TIPO not in (Tipo.ENTRADA, Tipo.AJUSTE):
            return
        dichas = {f: (f.fila.pk, f.cleaned_data["cantidad"]) for f in self.llenas if f.fila and not f.errors}
        raras = desmedidas(dichas.values())
        for f, dicha in dichas.items():
            if self.datos is not None and dicha in raras and f.cleaned_data["segura"] != str(dicha[1]):
                self.datos[f.add_prefix("segura")] = str(dicha[1])
                cuanto = unidades.contar(dicha[1], f.fila.unidad)
                f.add_error(
                    "cantidad", _("¿%(cuanto)s? Es mucho más de lo usual: confirme de nuevo.") % {"cuanto": cuanto}
                )

    @cached_property
    def llenas(self) -> list[Any]:
        """The forms of the lines that say something, in order: the service numbers its lines as these."""
        return [f for f in self.lineas.forms if f.has_changed()]

    @property
    def cuantas(self) -> int:
        return len(self.llenas) if self.datos is not None else 0

    @property
    def unidades(self) -> int:
        """The total that the page shows before its script counts for itself."""
        if self.datos is None:
            return 0
        return sum(f.cleaned_data.get("cantidad") or 0 for f in self.llenas if hasattr(f, "cleaned_data"))

    def peticion(self) -> ConLineas:
        """What the sheet asks for: its header as far as it makes sense, and the lines that are complete."""
        lineas = [linea for _producto, linea in self.pedidas]
        return self.clase.peticion(lineas=lineas, resumen=self.sello["resumen"], **self.cabecera.datos())

    def registrar(self, usuario: Usuario) -> Operacion | None:
        """Hand the sheet to its service; returns the operation, or None when the sheet is wrong as written, unless it was right
        when it was sent first. Raises what the service refuses.
        """
        if self.es_valida():
            empaques = {e for f in self.llenas for e in f.empaques_por_usar()}
            return con_empaques(self.clase.servicio, self.peticion(), usuario=usuario, empaques=empaques)
        return repeticiones.ya_registrada(usuario=usuario, **self.sello)

    def rechazar(self, error: DatosInvalidos | ErrorDeDominio | ClaveReutilizada | BaseOcupada) -> int:
        """Put the refusal beside what caused it and return the status of the answer. Nothing typed is lost."""
        if isinstance(error, ClaveReutilizada):
            return clave_usada(self.cabecera)
        if isinstance(error, BaseOcupada):
            self.cabecera.add_error(None, _("El sistema está ocupado. No se registró nada: vuelva a confirmar."))
            return 503
        anotar_rechazo(self, error)
        return 409 if isinstance(error, ErrorDeDominio) else 422


def vista_de(lote: Lote, almacen: int) -> str:
    existencia = lote.existencias.filter(almacen=almacen).first()
    return f"{lote.pk}:{almacen}:{existencia.secuencia if existencia else 0}"


def _inicial(request: HttpRequest, linea: type[LineaForm]) -> dict[str, Any]:
    """The line that a link proposes: `?producto=` or `?lote=`, by id."""
    for campo, modelo in (("lote", Lote), ("producto", Producto)):
        valor = request.GET.get(campo, "")
        if not (valor.isascii() and valor.isdigit() and len(valor) < 19):
            continue
        if modelo is Producto:
            producto = Producto.objects.filter(pk=valor).first()
            return _de_producto(producto) if producto else {}
        lote = Lote.objects.select_related("producto").filter(pk=valor).first()
        if lote is None:
            return {}
        inicial = {"producto": lote.producto.sku, "lote": lote.codigo, "fila": lote.producto}
        if "fecha_caducidad" in linea.base_fields:
            inicial["fecha_caducidad"] = lote.fecha_caducidad
        if issubclass(linea, LineaConteoForm):
            inicial["vista"] = vista_de(lote, Almacen.objects.predeterminado().pk)
        return inicial
    return {}


def _de_producto(producto: Producto) -> dict[str, Any]:
    sin_lote = {} if producto.controla_caducidad else {"lote": "", "fecha_caducidad": None}
    return {"producto": producto.sku, "fila": producto} | sin_lote


def _mover_lineas(datos: QueryDict) -> bool:
    """Do what the buttons "add a line" and "remove" ask, on the posted data. Says whether one was pressed."""
    total = f"{PREFIJO}-TOTAL_FORMS"
    cuantas = _entero(datos.get(total))
    if "mas_lineas" in datos:
        datos[total] = str(min(cuantas + 1, LINEAS_MAXIMAS))
        return True
    if "quitar" not in datos:
        return False
    quitada = _entero(datos.get("quitar"))
    for clave in [k for k in datos if k.startswith(f"{PREFIJO}-")]:
        _prefijo, indice, *campo = clave.split("-", 2)
        if not campo or not indice.isdigit() or int(indice) < quitada:
            continue
        valores = datos.pop(clave)
        if int(indice) > quitada:
            datos.setlist(f"{PREFIJO}-{int(indice) - 1}-{campo[0]}", valores)
    datos[total] = str(max(cuantas - 1, 1))
    return True


def _entero(texto: str | None) -> int:
    return int(texto) if texto and texto.isascii() and texto.isdigit() and len(texto) < 6 else 0


def _hallar_productos(formularios: Iterable[LineaForm]) -> None:
    """Set `fila` of each form: few queries for skus and GTINs; what is neither must be the start of one product only, and
    is then a guess (`supuesto`) unless it is its whole name.
    """
    textos = {f: f.cleaned_data["producto"] for f in formularios if "producto" in f.cleaned_data}
    skus = {normalizar_codigo(t) for t in textos.values()}
    gtins = {normalizar_gtin(t) for t in textos.values() if t.isascii() and t.isdigit() and len(t) <= 14}
    hallados = list(Producto.objects.filter(sku__in=skus)) if textos else []
    de_gtin = por_gtin(gtins) if gtins else {}
    por_sku = {p.sku: p for p in hallados}
    for f, texto in textos.items():
        f.fila = por_sku.get(normalizar_codigo(texto)) or de_gtin.get(normalizar_gtin(texto), (None,))[0]
        if f.fila is None:
            parecidos = list(Producto.objects.que_empiezan(texto)[:2])
            if len(parecidos) == 1:
                f.fila = parecidos[0]
                f.supuesto = plegar(f.fila.nombre) != plegar(normalizar_texto(texto))
            else:
                f.add_error("producto", _("Varios productos coinciden: elija uno.") if parecidos else _("No existe."))
    prefetch_related_objects([f.fila for f in textos if f.fila], "empaques")


def _hallar_lotes(formularios: Iterable[LineaForm]) -> None:
    """Set `fila_lote` of each form that names a lot. A product that is not kept by lot needs none."""
    pedidos = {}
    for f in formularios:
        if not isinstance(f, LineaLoteForm) or f.fila is None or "lote" not in f.cleaned_data:
            continue
        codigo = normalizar_codigo(f.cleaned_data["lote"]) or ("" if f.fila.controla_caducidad else LOTE_UNICO)
        if not codigo:
            f.add_error("lote", _("Falta el lote."))
        else:
            pedidos[f] = (f.fila.pk, codigo)
    if not pedidos:
        return
    lotes = Lote.objects.filter(
        producto__in={p for p, _c in pedidos.values()}, codigo__in={c for _p, c in pedidos.values()}
    )
    por_clave = {(lote.producto_id, lote.codigo): lote for lote in lotes}
    for f, clave in pedidos.items():
        f.fila_lote = por_clave.get(clave)
        if f.fila_lote is None:
            f.add_error("lote", _("Este producto no tiene ese lote."))
