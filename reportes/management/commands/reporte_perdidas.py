from ._reporte import ComandoReporte


class Command(ComandoReporte):
    nombre = "perdidas"
    help = "What was written off as expired in a period, and what has expired and is still on the shelf."
    ejemplos = ("--desde 2026-01-01", "--agrupar mes", "--motivo merma")
