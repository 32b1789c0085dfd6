"""Writes the catalogue of reasons."""

from .models import Motivo
from .motivos import MOTIVOS


def sembrar() -> None:
    """Create the reasons that are missing, in one statement; leave those that exist as they are."""
    Motivo.objects.bulk_create(
        (
            Motivo(codigo=codigo, nombre=nombre, tipo=tipo, es_consumo=consumo, admite_no_disponible=admite)
            for codigo, (nombre, tipo, consumo, admite) in MOTIVOS.items()
        ),
        ignore_conflicts=True,
    )
