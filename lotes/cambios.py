"""The changes that people make to a lot, each described once: the service, the page, the admin and the API read it here."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from inventario.dominio.permisos import Quien

from .models import Lote

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DISPONIBLE, CUARENTENA, RETIRADO = Lote.Estado.DISPONIBLE, Lote.Estado.CUARENTENA, Lote.Estado.RETIRADO


@dataclass(frozen=True, slots=True)
class Cambio:
    """`codigo` is that of `CambioDeLote.Tipo`, of the URL and of the service; `desde` holds the states that admit the
    change, `a` is the state it leads to (None: the state stays, the expiry is corrected). `consecuencia` is said before
    it is made, `hecho` afterwards.
    """

    codigo: str
    titulo: "StrOrPromise"
    consecuencia: "StrOrPromise"
    hecho: "StrOrPromise"
    permiso: str
    desde: frozenset[Lote.Estado]
    a: Lote.Estado | None
    icono: str
    peligrosa: bool = False

    def ofrecido(self, lote: Lote, usuario: Quien) -> bool:
        """Whether `usuario` may make it to `lote` as it is."""
        return lote.estado in self.desde and usuario.has_perm(self.permiso)


CAMBIOS = (
    Cambio(
        "retener",
        _("Retener"),
        _("Queda en cuarentena: no se puede despachar hasta que alguien lo libere."),
        _("Lote retenido."),
        "lotes.retener_lote",
        desde=frozenset({DISPONIBLE}),
        a=CUARENTENA,
        icono="pause",
    ),
    Cambio(
        "liberar",
        _("Liberar"),
        _("Vuelve a estar disponible para despachar."),
        _("Lote liberado."),
        "lotes.liberar_lote",
        desde=frozenset({CUARENTENA}),
        a=DISPONIBLE,
        icono="play",
    ),
    Cambio(
        "retirar",
        _("Retirar del mercado"),
        _("Es definitivo: lo que quede solo podrá destruirse, devolverse o darse de baja."),
        _("Lote retirado del mercado."),
        "lotes.retirar_lote",
        desde=frozenset({DISPONIBLE, CUARENTENA}),
        a=RETIRADO,
        icono="octagon-x",
        peligrosa=True,
    ),
    Cambio(
        "corregir_caducidad",
        _("Corregir la caducidad"),
        _("Lo que ya se movió conserva la fecha con que se movió."),
        _("Caducidad corregida."),
        "lotes.corregir_lote",
        desde=frozenset(Lote.Estado),
        a=None,
        icono="calendar",
    ),
)
POR_CODIGO = {c.codigo: c for c in CAMBIOS}
