"""The daily e-mail: to each subscriber what is new since the last one, in their language; nothing when nothing is.

An alert is new when it was not open the last time, or its level is worse than then. A subscriber gets at most one e-mail
a day: one conditional UPDATE marks the day before sending, so that of two runs at once only one sends, and the mark is
taken back when sending fails.
"""

import csv
import io
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventario.cuentas.models import Usuario
from inventario.dominio import unidades
from inventario.empresa.actual import empresa
from inventario.plataforma.celdas import celda_segura, linea_citada, se_parte

from .models import Alerta, Resumen, Severidad, Tipo

if TYPE_CHECKING:
    from .models import Derivada

registro = logging.getLogger("inventario.resumen")
EN_EL_CUERPO = 50  # the rest is in the attachment


@dataclass(slots=True)
class Resultado:
    enviados: int = 0
    sin_novedad: int = 0
    fallidos: int = 0


def enviar(*, hoy: date, avanzar: Callable[[], None] = lambda: None) -> Resultado:
    """E-mail every subscriber that has something new. A failure is logged and counted, and does not stop the rest."""
    resultado = Resultado()
    abiertas = _abiertas(hoy)
    for usuario in suscriptores():
        try:
            enviado = _a_uno(usuario, abiertas, hoy)
        except Exception:
            registro.exception("digest not sent", extra={"usuario": usuario.pk})
            resultado.fallidos += 1
        else:
            resultado.enviados += enviado
            resultado.sin_novedad += not enviado
        avanzar()
    return resultado


def suscriptores() -> list[Usuario]:
    """Active people who asked for it, have an address, and may see alerts."""
    usuarios = Usuario.objects.filter(is_active=True, recibe_resumen=True).exclude(email="").order_by("pk")
    return [u for u in usuarios if u.has_perm("alertas.view_alerta")]


def _abiertas(hoy: date) -> "list[Derivada]":
    return list(
        Alerta.objects.abiertas(hoy)
        .select_related("producto", "lote")
        .order_by("-nivel", "vence", "producto__nombre", "pk")
    )


def _a_uno(usuario: Usuario, abiertas: "Sequence[Derivada]", hoy: date) -> bool:
    anterior, _nuevo = Resumen.objects.get_or_create(usuario=usuario)
    if anterior.fecha == hoy:
        return False
    nuevas = [a for a in abiertas if a.nivel > anterior.niveles.get(str(a.pk), 0)]
    niveles = {str(a.pk): a.nivel for a in abiertas}
    propio = Resumen.objects.filter(pk=anterior.pk)
    if not nuevas:
        propio.exclude(fecha=hoy).update(niveles=niveles)
        return False
    if not propio.exclude(fecha=hoy).update(fecha=hoy):  # another run got there first
        return False
    try:
        with translation.override(usuario.idioma or settings.LANGUAGE_CODE):
            _correo(usuario, nuevas, hoy).send()
    except Exception:
        propio.update(fecha=anterior.fecha)
        raise
    propio.update(niveles=niveles)
    return True


def _correo(usuario: Usuario, nuevas: "Sequence[Derivada]", hoy: date) -> EmailMultiAlternatives:
    contexto = {
        "usuario": usuario,
        "filas": list(_filas(nuevas[:EN_EL_CUERPO])),
        "total": len(nuevas),
        "restantes": max(0, len(nuevas) - EN_EL_CUERPO),
        "hoy": hoy,
    }
    asunto = ngettext("%(n)s alerta nueva", "%(n)s alertas nuevas", len(nuevas)) % {"n": len(nuevas)}
    correo = EmailMultiAlternatives(
        f"{empresa().nombre or 'Inventario'}: {asunto}",
        render_to_string("alertas/resumen.txt", contexto),
        to=[usuario.email],
    )
    correo.attach_alternative(render_to_string("alertas/resumen.html", contexto), "text/html")
    correo.attach(f"alertas-{hoy}.csv", adjunto(nuevas), "text/csv")
    return correo


def _filas(alertas: "Iterable[Derivada]") -> Iterable[dict]:
    for a in alertas:
        yield {
            "tipo": Tipo(a.tipo_hoy).label,
            "severidad": Severidad(a.severidad).label,
            "sku": a.producto.sku,
            "producto": a.producto.nombre,
            "lote": a.lote.codigo if a.lote else "",
            "vence": a.vence,
            "cantidad": a.cantidad,
            "cuanto": unidades.contar(a.cantidad, a.producto.unidad),
        }


def adjunto(alertas: "Sequence[Derivada]") -> bytes:
    """CSV with a byte order mark, so that spreadsheets read the accents, and no cell that runs as a formula."""
    salida = io.StringIO()
    escritor = csv.writer(salida)
    escritor.writerow([_("Severidad"), _("Alerta"), _("SKU"), _("Producto"), _("Lote"), _("Caduca"), _("Cantidad")])
    for f in _filas(alertas):
        fila = [f["severidad"], f["tipo"], f["sku"], f["producto"], f["lote"], f["vence"] or "", f["cantidad"]]
        segura = [celda_segura(x) for x in fila]
        if se_parte(fila):
            salida.write(linea_citada(segura))
        else:
            escritor.writerow(segura)
    return "\ufeff".encode() + salida.getvalue().encode()
