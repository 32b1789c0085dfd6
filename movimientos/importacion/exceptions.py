from django.utils.translation import gettext_lazy as _

from inventario.dominio.exceptions import ErrorDeDominio


class ImportacionYaHecha(ErrorDeDominio):
    codigo = "importacion_ya_hecha"
    mensaje = _("Esta importación ya se publicó. Para lo que falte, envíe el archivo corregido.")


class ImportacionPendiente(ErrorDeDominio):
    """Something must be decided before."""

    codigo = "importacion_pendiente"
    mensaje = _("Antes de publicar hay que decidir cómo se lee el archivo.")
