from ._reporte import ComandoReporte


class Command(ComandoReporte):
    nombre = "existencias_a_fecha"
    help = "Stock at the end of a past day, by effective date."
    ejemplos = ("--fecha 2026-10-31", "--fecha 2026-10-31 --agrupar lote --formato json")
