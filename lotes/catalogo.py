"""The pages of warehouses."""

from typing import Any

from django.forms import modelform_factory
from django.utils.translation import gettext_lazy as _

from inventario.paginas.catalogo import Catalogo

from .filters import AlmacenFilter
from .models import Almacen

AYUDAS: dict[str, Any] = {
    "predeterminado": _("El de toda operación que no dice otro. Al marcar este, deja de serlo el anterior."),
    "activo": _("Se cierra cuando está vacío. Cerrado, no entra nada en él."),
}
ALMACEN = Catalogo(
    modelo=Almacen,
    formulario=modelform_factory(
        Almacen,
        fields=["nombre", "codigo", "predeterminado", "activo"],
        help_texts=AYUDAS,
    ),
    ruta="almacenes",
    icono="warehouse",
    nuevo=_("Nuevo almacén"),
    en_uso=_("Tiene historia, que no se puede borrar. Puede desactivarlo, y dejará de ofrecerse."),
    intocable=lambda almacen: _("Es el almacén predeterminado: elija antes otro.") if almacen.predeterminado else "",
    filtro=AlmacenFilter,
    columnas=("nombre", "codigo", "predeterminado"),
    explicacion=_("Dónde hay existencias."),
)
