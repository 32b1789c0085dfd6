"""The words of `caducidad.Razon`, which itself knows no language."""

from django.utils.translation import gettext_lazy as _

from .caducidad import Razon

RAZONES = {
    Razon.RETIRADO: _("Retirado del mercado"),
    Razon.CUARENTENA: _("En cuarentena"),
    Razon.CADUCADO: _("Caducado"),
    Razon.VIDA_INSUFICIENTE: _("Le queda poca vida"),
    Razon.OTRO_ALMACEN: _("Está en otro almacén"),
}
# Of those that lie in the lot itself: what follows from it, in a sentence.
AVISOS = {
    Razon.RETIRADO: _("Este lote fue retirado del mercado: no se despacha."),
    Razon.CUARENTENA: _("Este lote está retenido: no se despacha hasta que se libere."),
    Razon.CADUCADO: _("Este lote ya caducó: no se despacha. Puede darse de baja, destruirse o devolverse."),
}
