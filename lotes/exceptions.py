"""The refusals of warehouses and lots."""

from django.utils.translation import gettext_lazy as _

from inventario.dominio import exceptions
from inventario.dominio.exceptions import ErrorDeDominio


class AlmacenConExistencias(ErrorDeDominio):
    """A warehouse closes when it is empty. `lotes` and `unidades`: how much it holds; `existencias`: the first of it."""

    codigo = "almacen_con_existencias"
    mensaje = _("El almacén guarda existencias: vacíelo antes de cerrarlo.")


class CambioImposible(exceptions.CambioImposible):
    """The lot is not in a state from which that change can be made. `estado` says which."""

    mensaje = _("El lote no admite ese cambio en su estado actual.")
