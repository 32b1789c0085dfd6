from ._reporte import ComandoReporte


class Command(ComandoReporte):
    nombre = "caducidades"
    help = "What expires when, and the money at risk, by lot or in buckets of days."
    ejemplos = ("--dias 90", "--agrupar tramo", "--formato xlsx --salida caducidades.xlsx")
