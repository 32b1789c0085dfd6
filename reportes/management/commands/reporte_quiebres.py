from ._reporte import ComandoReporte


class Command(ComandoReporte):
    nombre = "quiebres"
    help = "Products that ran out: how many days they closed without usable stock, and how many times."
    ejemplos = ("--desde 2026-09-01", "--sku AMOX500")
