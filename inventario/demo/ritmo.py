"""How much a pharmacy sells each day: the week, the season, and chance. Pure functions."""

import math
import random
from datetime import date, datetime, time, timedelta

from django.utils import timezone

SEMANA = (1.45, 1.1, 1.0, 1.0, 1.2, 0.75, 0.2)  # Monday to Sunday; they add up to about 7
CUMBRE = {"invierno": 15, "primavera": 110, "verano": 200}  # day of the year
AMPLITUD = {"invierno": 0.65, "primavera": 0.6, "verano": 0.4}
APERTURA, CIERRE = time(8, 5), time(20, 45)
PREPARATIVOS = timedelta(minutes=30)
JORNADA = 400  # of 6 to 76 minutes: each step takes between 2 % and 19 % of what is left of the day


def estacional(estacion: str, dia: date) -> float:
    """Factor around 1: highest on the season's peak, lowest half a year later."""
    if not estacion:
        return 1.0
    angulo = 2 * math.pi * (dia.timetuple().tm_yday - CUMBRE[estacion]) / 365.25
    return 1 + AMPLITUD[estacion] * math.cos(angulo)


def vendido(semanal: float, estacion: str, dia: date, azar: random.Random) -> int:
    """Units asked for on `dia` of something that sells `semanal` units in an average week (Poisson)."""
    esperado = semanal / 7 * SEMANA[dia.weekday()] * estacional(estacion, dia)
    if esperado > 30:
        return max(0, round(azar.gauss(esperado, math.sqrt(esperado))))
    limite, producto, cuenta = math.exp(-esperado), azar.random(), 0
    while producto > limite:
        producto *= azar.random()
        cuenta += 1
    return cuenta


class Reloj:
    """The time of each operation: within the opening hours of each day, always forward, never in the future."""

    def __init__(self, azar: random.Random) -> None:
        self.azar = azar
        self.ahora = timezone.now()
        self.momento = self.ahora

    def abrir(self, dia: date) -> bool:
        """Start `dia`. False when the pharmacy has not opened yet: it is today, and early."""
        zona = timezone.get_current_timezone()
        self.momento = min(datetime.combine(dia, APERTURA, zona), self.ahora)
        self.cierre = min(datetime.combine(dia, CIERRE, zona), self.ahora)
        return self.cierre - self.momento > PREPARATIVOS

    def sonar(self) -> datetime:
        """The moment of the next operation: a part of the way from the last one to closing time, so never past it."""
        minutos = self.azar.randint(6, 75) + self.azar.randint(0, 59) / 60
        self.momento += (self.cierre - self.momento) * (minutos / JORNADA)
        return self.momento
