from ._reporte import ComandoReporte


class Command(ComandoReporte):
    nombre = "consumo"
    help = "What is used and how fast, against the period before and the stock that is left."
    ejemplos = ("", "--desde 2026-10-01 --hasta 2026-10-31", "--agrupar motivo")
