"""Who works in the pharmacy of the demo, and whom it serves. The password is public: the demo is for trying out."""

from typing import NamedTuple

CLAVE = "demo-inventario"


class Persona(NamedTuple):
    usuario: str
    nombre: str
    apellidos: str
    grupo: str  # "" for the superuser


PERSONAS = [
    Persona("consulta", "Clara", "Ibarra Luna", "consulta"),
    Persona("operador", "Óscar", "Méndez Rojas", "operador"),
    Persona("supervisor", "Susana", "Pineda Ortiz", "supervisor"),
    Persona("administrador", "Andrés", "Villalobos Cruz", "administrador"),
    Persona("admin", "Ana", "Domínguez Vega", ""),
]

ALMACENES = {"NORTE": "Sucursal Norte", "URGENCIAS": "Botiquín de urgencias"}

DESTINATARIOS = [
    "Mostrador",
    "Mostrador",
    "Mostrador",
    "Consulta externa",
    "Hospitalización",
    "Urgencias",
    "Clínica Santa Elena",
    "Casa de día Los Fresnos",
    "Servicio a domicilio",
]

NOTAS_MERMA = [
    "Envase roto al acomodar",
    "Blíster dañado",
    "Se rompió la cadena de frío",
    "Empaque mojado",
    "Muestra para control de calidad",
]
NOTAS_REVERSO = [
    "Se capturó dos veces la misma receta",
    "El pedido era de otra sucursal",
    "Cantidad equivocada en la factura",
    "El paciente canceló antes de recoger",
]
