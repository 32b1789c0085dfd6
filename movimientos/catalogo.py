"""The reasons every installation starts with. Names can be edited afterwards; codes are what the API fixes."""

from .models import Motivo

# código: (nombre, tipo, es_consumo, admite_no_disponible)
MOTIVOS = {
    "compra": ("Compra", "entrada", False, False),
    "devolucion_cliente": ("Devolución de cliente", "entrada", False, False),
    "saldo_inicial": ("Saldo inicial", "entrada", False, False),
    "despacho": ("Despacho", "despacho", True, False),
    "consumo_interno": ("Consumo interno", "salida", True, False),
    "merma": ("Merma", "salida", False, True),
    "caducado": ("Caducado", "salida", False, True),
    "destruccion": ("Destrucción", "salida", False, True),
    "devolucion_proveedor": ("Devolución a proveedor", "salida", False, True),
    "conteo": ("Conteo", "ajuste", False, False),
    "traslado": ("Traslado", "traslado", False, False),
    "correccion": ("Corrección", "reverso", False, False),
}


def sembrar() -> None:
    """Create the reasons that are missing, in one statement; leave those that exist as they are."""
    Motivo.objects.bulk_create(
        (
            Motivo(codigo=codigo, nombre=nombre, tipo=tipo, es_consumo=consumo, admite_no_disponible=admite)
            for codigo, (nombre, tipo, consumo, admite) in MOTIVOS.items()
        ),
        ignore_conflicts=True,
    )
