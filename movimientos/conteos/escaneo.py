"""The lot that a scanned or typed code means in a session."""

from datetime import date

from django.utils.translation import gettext as _

from inventario.dominio.exceptions import DatosInvalidos
from lotes.codigos import identificar
from lotes.models import Lote

from .models import Conteo


def lote_de(conteo: Conteo, texto: str, hoy: date) -> Lote:
    """The lot that `texto` names; of a product, its only lot on the list. Raises DatosInvalidos, which says what is missing."""
    visto = identificar(texto, hoy, conteo.almacen)
    if visto.lote is not None:
        return visto.lote
    if visto.producto is None:
        ambiguo = visto.propuestas and "lote_ambiguo" in visto.avisos
        dice = _("Hay lotes de varios productos con ese código.") if ambiguo else _("No es nada que se conozca aquí.")
        raise DatosInvalidos({"codigo": [dice]})
    if visto.lote_codigo:
        raise DatosInvalidos(
            {"codigo": [_("El producto no tiene ningún lote %(lote)s.") % {"lote": visto.lote_codigo}]}
        )
    suyos = list(conteo.lineas.filter(producto=visto.producto).select_related("lote")[:2])
    if len(suyos) != 1:
        raise DatosInvalidos(
            {"codigo": [_("Diga de qué lote: %(sku)s tiene varios o ninguno.") % {"sku": visto.producto.sku}]}
        )
    return suyos[0].lote
