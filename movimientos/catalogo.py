"""The catalogue of reasons: its first rows and its pages."""

from typing import Any

from django.forms import modelform_factory
from django.utils.translation import gettext_lazy as _

from inventario.paginas.catalogo import Catalogo

from .filters import MotivoFilter
from .models import DECIDEN, Motivo
from .motivos import MOTIVOS


def sembrar() -> None:
    """Create the reasons that are missing; leave those that exist as they are."""
    hay = set(Motivo.objects.values_list("codigo", flat=True))
    for codigo, (nombre, tipo, consumo, admite) in MOTIVOS.items():
        if codigo not in hay:
            Motivo.objects.create(
                codigo=codigo, nombre=nombre, tipo=tipo, es_consumo=consumo, admite_no_disponible=admite
            )


AYUDAS: dict[str, Any] = {
    "codigo": _("Con él lo nombra la API: letras, números y guiones."),
    "es_consumo": _("Cuenta en los reportes de consumo."),
}
MOTIVO = Catalogo(
    modelo=Motivo,
    formulario=modelform_factory(
        Motivo,
        fields=["nombre", *DECIDEN, "activo"],
        help_texts=AYUDAS,
    ),
    ruta="motivos",
    icono="signpost",
    nuevo=_("Nuevo motivo"),
    en_uso=_("Hay operaciones con este motivo, que no se pueden borrar. Puede desactivarlo, y dejará de ofrecerse."),
    intocable=lambda m: _("Es un motivo del sistema: solo puede cambiar su nombre.") if m.es_del_sistema else "",
    filtro=MotivoFilter,
    columnas=("nombre", "codigo", "tipo", "es_consumo", "admite_no_disponible"),
    explicacion=_("Por qué entra o sale algo. Lo que decidió operaciones pasadas ya no cambia."),
)
