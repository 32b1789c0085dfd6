"""Does the ledger tell the truth? Each check yields a `Hallazgo` per wrong row and writes nothing.

Read inside `inventario.dominio.transacciones.instantanea`. Lines are walked in pages of plain tuples, product by product in the
order they were written, so memory holds one page and one product, whatever the length of the ledger.
"""

from collections.abc import Iterator

from inventario.plataforma.progreso import Progreso

from .esquema import comprobar_esquema
from .hallazgo import Hallazgo
from .lineas import comprobar_lineas, comprobar_versiones, contar_lineas
from .operaciones import comprobar_claves, comprobar_operaciones, contar_operaciones

__all__ = ["Hallazgo", "verificar"]


def verificar(*, producto: int | None = None) -> Iterator[Hallazgo]:
    """Everything that is wrong with the ledger (of one `producto` only, when given) and with what protects it."""
    yield from comprobar_esquema()
    yield from comprobar_versiones()
    with Progreso("movimientos", contar_lineas(producto)) as progreso:
        yield from comprobar_lineas(producto, progreso)
    with Progreso("operaciones", contar_operaciones(producto)) as progreso:
        yield from comprobar_operaciones(producto, progreso)
    yield from comprobar_claves()
