from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Hallazgo:
    """One thing that is wrong: `codigo` is stable, `tabla` and `fila` (primary key) say where, `detalle` what."""

    codigo: str
    tabla: str
    fila: int | None
    detalle: str

    def datos(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.codigo}: {self.tabla} {'' if self.fila is None else self.fila}: {self.detalle}"
