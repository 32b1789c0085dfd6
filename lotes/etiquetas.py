"""What people read of a `caducidad.Razon` (which is pure, so it has no translated text)."""

from django.utils.translation import gettext_lazy as _

from .caducidad import Razon

RAZONES = {
    Razon.RETIRADO: _("Retirado del mercado"),
    Razon.CUARENTENA: _("En cuarentena"),
    Razon.CADUCADO: _("Caducado"),
    Razon.VIDA_INSUFICIENTE: _("Le queda poca vida"),
    Razon.OTRO_ALMACEN: _("Está en otro almacén"),
}
# The reasons that lie in the lot itself, as a sentence for its page.
AVISOS = {
    Razon.RETIRADO: _("Este lote fue retirado del mercado: no se despacha."),
    Razon.CUARENTENA: _("Este lote está retenido: no se despacha hasta que se libere."),
    Razon.CADUCADO: _("Este lote ya caducó: no se despacha. Puede darse de baja, destruirse o devolverse."),
}
