"""The refusals of products."""

from django.utils.translation import gettext_lazy as _

from inventario.dominio.exceptions import EnUso


class ProductoConLotes(EnUso):
    codigo = "producto_con_lotes"
    mensaje = _("El producto tiene lotes: no se puede eliminar, solo desactivar.")
