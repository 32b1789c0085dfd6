"""The reasons every installation starts with. Names can be edited afterwards; codes are what the API fixes."""

from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _

# código: (nombre, tipo, es_consumo, admite_no_disponible)
MOTIVOS = {
    "compra": (_("Compra"), "entrada", False, False),
    "devolucion_cliente": (_("Devolución de cliente"), "entrada", False, False),
    "saldo_inicial": (_("Saldo inicial"), "entrada", False, False),
    "despacho": (_("Despacho"), "despacho", True, False),
    "consumo_interno": (_("Consumo interno"), "salida", True, False),
    "merma": (_("Merma"), "salida", False, True),
    "caducado": (_("Caducado"), "salida", False, True),
    "destruccion": (_("Destrucción"), "salida", False, True),
    "devolucion_proveedor": (_("Devolución a proveedor"), "salida", False, True),
    "conteo": (_("Conteo"), "ajuste", False, False),
    "traslado": (_("Traslado"), "traslado", False, False),
    "hallazgo": (_("Hallado en otro almacén"), "traslado", False, False),
    "correccion": (_("Corrección"), "reverso", False, False),
}

# A transfer of the books only: a count found the goods there, and nobody carried them.
HALLAZGO = "hallazgo"

# Of the reasons of entries, those by which goods come back: also of a product that is no longer bought.
DEVUELVEN = {"devolucion_cliente"}

NOMBRES = {nombre: gettext_lazy(nombre) for nombre, *_resto in MOTIVOS.values()}


def rotular(nombre: str) -> str:
    """The name of a reason as people read it: those that nobody has renamed are translated."""
    return gettext(nombre) if nombre in NOMBRES else nombre
