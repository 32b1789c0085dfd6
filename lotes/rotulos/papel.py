"""On what labels are printed: sheets of common makers, A4 and Letter, and rolls. Millimetres."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HOJAS = {"a4": (210.0, 297.0), "letter": (215.9, 279.4)}


@dataclass(frozen=True, slots=True)
class Formato:
    """`ancho` × `alto` each; of a sheet, how many across and down, where the first one begins and from one to the next."""

    clave: str
    nombre: str | Promise
    ancho: float
    alto: float
    hoja: str = ""
    columnas: int = 1
    filas: int = 1
    izquierda: float = 0
    arriba: float = 0
    paso_x: float = 0
    paso_y: float = 0

    @property
    def por_hoja(self) -> int:
        return self.columnas * self.filas

    @property
    def pagina(self) -> tuple[float, float]:
        return HOJAS[self.hoja] if self.hoja else (self.ancho, self.alto)

    def lugar(self, n: int) -> tuple[float, float]:
        """The left upper corner of the n-th label of a sheet."""
        fila, columna = divmod(n, self.columnas)
        return self.izquierda + columna * self.paso_x, self.arriba + fila * self.paso_y


FORMATOS = {
    f.clave: f
    for f in (
        Formato("a4-24", _("Hoja A4, 24 de 70 × 37 mm"), 70, 37, "a4", 3, 8, 0, 0.5, 70, 37),
        Formato("a4-21", _("Hoja A4, 21 de 63.5 × 38.1 mm"), 63.5, 38.1, "a4", 3, 7, 7.25, 15.15, 66, 38.1),
        Formato("a4-14", _("Hoja A4, 14 de 99.1 × 38.1 mm"), 99.1, 38.1, "a4", 2, 7, 4.65, 15.15, 101.6, 38.1),
        Formato("carta-30", _("Hoja carta, 30 de 66.7 × 25.4 mm"), 66.7, 25.4, "letter", 3, 10, 4.8, 12.7, 69.85, 25.4),
        Formato("carta-10", _("Hoja carta, 10 de 101.6 × 50.8 mm"), 101.6, 50.8, "letter", 2, 5, 4, 12.7, 106.3, 50.8),
        Formato("rollo-50x25", _("Rollo de 50 × 25 mm"), 50, 25),
        Formato("rollo-57x32", _("Rollo de 57 × 32 mm"), 57, 32),
        Formato("rollo-70x40", _("Rollo de 70 × 40 mm"), 70, 40),
        Formato("rollo-100x50", _("Rollo de 100 × 50 mm"), 100, 50),
        Formato("rollo-102x152", _("Rollo de 102 × 152 mm"), 102, 152),
    )
}
