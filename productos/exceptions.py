"""The refusals of products."""

from django.utils.translation import gettext_lazy as _

from inventario.dominio.exceptions import ErrorDeDominio


class ProductoConLotes(ErrorDeDominio):
    codigo = "producto_con_lotes"
    mensaje = _("El producto tiene lotes: no se puede eliminar, solo desactivar.")
