"""The refusals of a lot's changes of state."""

from django.utils.translation import gettext_lazy as _

from inventario.dominio.exceptions import ErrorDeDominio


class CambioImposible(ErrorDeDominio):
    """The lot is not in a state from which that change can be made. `estado` says which."""

    codigo = "cambio_imposible"
    mensaje = _("El lote no admite ese cambio en su estado actual.")
