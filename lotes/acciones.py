"""The changes of a lot as its page offers them."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy

from . import services
from .models import Lote


class Accion(NamedTuple):
    """A change of a lot as the page offers it: from which states, to whom, with what consequence said first."""

    codigo: str
    titulo: Any
    consecuencia: Any
    hecho: Any
    permiso: str
    desde: frozenset[str]
    icono: str
    servicio: Callable[..., Lote]
    peligrosa: bool = False

    def ofrecida(self, lote: Lote, usuario: Any) -> bool:
        return lote.estado in self.desde and usuario.has_perm(self.permiso)


_DISPONIBLE, _CUARENTENA, _RETIRADO = (str(x) for x in Lote.Estado.values)
ACCIONES = {
    a.codigo: a
    for a in (
        Accion(
            "retener",
            gettext_lazy("Retener"),
            gettext_lazy("Queda en cuarentena: no se puede despachar hasta que alguien lo libere."),
            gettext_lazy("Lote retenido."),
            "lotes.retener_lote",
            frozenset({_DISPONIBLE}),
            "pause",
            services.retener,
        ),
        Accion(
            "liberar",
            gettext_lazy("Liberar"),
            gettext_lazy("Vuelve a estar disponible para despachar."),
            gettext_lazy("Lote liberado."),
            "lotes.liberar_lote",
            frozenset({_CUARENTENA}),
            "play",
            services.liberar,
        ),
        Accion(
            "retirar",
            gettext_lazy("Retirar del mercado"),
            gettext_lazy("Es definitivo: lo que quede solo podrá destruirse, devolverse o darse de baja."),
            gettext_lazy("Lote retirado del mercado."),
            "lotes.retirar_lote",
            frozenset({_DISPONIBLE, _CUARENTENA}),
            "octagon-x",
            services.retirar,
            peligrosa=True,
        ),
        Accion(
            "corregir_caducidad",
            gettext_lazy("Corregir la caducidad"),
            gettext_lazy("Lo que ya se movió conserva la fecha con que se movió."),
            gettext_lazy("Caducidad corregida."),
            "lotes.corregir_lote",
            frozenset({_DISPONIBLE, _CUARENTENA, _RETIRADO}),
            "calendar",
            services.corregir_caducidad,
        ),
    )
}
