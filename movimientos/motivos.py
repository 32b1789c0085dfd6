"""The reasons every installation starts with. Names can be edited afterwards; codes are what the API fixes."""

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
