"""What the numbers of a line say together. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

SIN_CONTAR, CONTADA, RECONTAR, DISCREPA = "sin_contar", "contada", "recontar", "discrepa"


@dataclass(frozen=True, slots=True)
class Numero:
    """What `persona` counted when the books said `habia`; `corregido`: what was put right since."""

    persona: int
    cantidad: int
    secuencia: int
    habia: int
    corregido: int = 0

    @property
    def diferencia(self) -> int:
        """What the books lack now. Two people who counted at different moments agree when this is equal."""
        return self.cantidad - self.habia - self.corregido


@dataclass(frozen=True, slots=True)
class Umbral:
    unidades: int
    valor: Decimal

    def pasa(self, diferencia: int, costo: Decimal | None) -> bool:
        return abs(diferencia) > self.unidades or abs(diferencia) * (costo or 0) > self.valor


@dataclass(frozen=True, slots=True)
class Decision:
    """`vale`: the number that stands, or the last one while none does."""

    estado: str
    personas: int = 0
    vale: Numero | None = None
    es_grande: bool = False


def decidir(numeros: Sequence[Numero], umbral: Umbral, costo: Decimal | None, *, vale_el_ultimo: bool) -> Decision:
    """What `numeros`, in the order in which they came, say of one line.

    The last number of each person counts. Two or more who agree settle it, unless as many agree on something else; then,
    and where all differ, a third must count, or the last one stands. One person alone is believed below the threshold.
    """
    de_cada = {n.persona: n for n in numeros}
    if not de_cada:
        return Decision(SIN_CONTAR)
    ultimo = numeros[-1]
    votos = Counter(n.diferencia for n in de_cada.values()).most_common(2)
    acuerdo = votos[0][1] > 1 and (len(votos) == 1 or votos[1][1] < votos[0][1])
    vale = ultimo
    if acuerdo:
        vale = next(n for n in reversed(numeros) if n is de_cada[n.persona] and n.diferencia == votos[0][0])
    es_grande = umbral.pasa(vale.diferencia, costo)
    sola = len(de_cada) == 1
    falta = es_grande if sola else not (acuerdo or vale_el_ultimo)
    estado = CONTADA if not falta else RECONTAR if sola else DISCREPA
    return Decision(estado, len(de_cada), vale, es_grande)
