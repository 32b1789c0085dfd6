from ._reporte import ComandoReporte


class Command(ComandoReporte):
    nombre = "kardex"
    help = "The stock card of a product or a lot: opening balance, each line, and the balance after it."
    ejemplos = ("--sku AMOX500", "--sku AMOX500 --codigo-lote A-2291 --desde 2026-11-01")
