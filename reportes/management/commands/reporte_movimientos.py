from ._reporte import ComandoReporte


class Command(ComandoReporte):
    nombre = "movimientos"
    help = "Every ledger line of a period, one by one or added up by day, type, reason or product."
    ejemplos = (
        "--desde 2026-11-01 --hasta 2026-11-30",
        "--agrupar dia",
        "--motivo despacho --formato csv --salida despachos.csv",
    )
