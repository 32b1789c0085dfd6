"""Stored alerts as far as a comparison cares, and what it finds."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ..models import Alerta
from ..reglas import Condicion

CAMPOS = Condicion._fields  # the columns of an alert that follow from the stock


class Guardada(NamedTuple):
    """An open row: its key, then `CAMPOS`."""

    pk: int
    tipo: str
    producto_id: int
    lote_id: int | None
    activa_desde: date
    termina: date | None
    vence: date | None
    cantidad: int
    valor: Decimal | None


@dataclass(slots=True)
class Cambios:
    nuevas: list[Alerta] = field(default_factory=list)
    modificadas: list[Guardada] = field(default_factory=list)
    resueltas: list[Guardada] = field(default_factory=list)
    borradas: list[Guardada] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.nuevas or self.modificadas or self.resueltas or self.borradas)
