from ._reporte import ComandoReporte


class Command(ComandoReporte):
    nombre = "existencias"
    help = "What there is, where, and what it is worth: physical, available and unavailable stock."
    ejemplos = ("", "--agrupar lote --almacen 1", "--categoria 2 --formato csv --salida existencias.csv")
