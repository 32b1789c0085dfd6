"""A progress line for long commands, on stderr, only when it is a terminal."""

import sys
import time
from typing import TextIO

CADA = 0.2  # seconds between two drawings


class Progreso:
    """`with Progreso("lines", total) as p: p.avanzar(1000)`. Silent unless `salida` is a terminal."""

    def __init__(self, texto: str, total: int = 0, salida: TextIO | None = None) -> None:
        self.texto, self.total, self.hechos = texto, total, 0
        self.salida = salida or sys.stderr
        self.visible = self.salida.isatty()
        self._ultima = 0.0

    def avanzar(self, cuantos: int = 1) -> None:
        self.hechos += cuantos
        ahora = time.monotonic()
        if self.visible and ahora - self._ultima >= CADA:
            self._ultima = ahora
            self._dibujar()

    def _dibujar(self) -> None:
        parte = min(self.hechos / self.total, 1) if self.total else 0
        barra = "█" * int(parte * 30)
        self.salida.write(f"\r{self.texto} {barra:░<30} {parte:4.0%} {self.hechos:,}")
        self.salida.flush()

    def __enter__(self) -> "Progreso":
        return self

    def __exit__(self, *exc: object) -> None:
        if self.visible:
            self._dibujar()
            self.salida.write("\n")
