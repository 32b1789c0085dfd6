"""Hashes of the ledger, in versions that never change: what is stored must verify for ever.

The `resumen` of a request tells a repetition from another request with the same key; the `sello` of an operation covers all it
says; the `huella` of a line chains it to the one before it of the same lot and warehouse, and to its operation's seal.
"""

import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from inventario.dominio.dinero import millonesimas

from .models import Movimiento, Operacion
from .peticiones import Peticion


def _sha256(contenido: Any) -> str:
    return hashlib.sha256(
        json.dumps(contenido, separators=(",", ":"), sort_keys=True, default=str).encode()
    ).hexdigest()


def resumen(p: Peticion, almacen: int, motivo: int, contenido: object = None) -> str:
    """SHA-256 of what request `p` says, with the ids of the warehouse and the reason that it means (and with another
    `contenido`, for one that was told apart by it before).
    """
    dicho = p.contenido() if contenido is None else contenido
    return _sha256([p.TIPO, almacen, motivo, p.contraparte, p.documento, p.nota, p.fecha_efectiva, dicho])


def es_de_solicitud(resumen: str) -> bool:
    """Whether a door hashed what it received (`idempotencia.resumir`): those are shorter than the hash of a content."""
    return 0 < len(resumen) < 64


def sello(o: Any) -> str:
    """SHA-256 of what operation `o` (or a row with its columns) says, but for its id."""
    return _sha256([_texto_exacto(getattr(o, columna)) for columna in Operacion.SELLADAS])


def huella(anterior: str, sello_operacion: str, m: Any) -> str:
    """SHA-256 of line `m` (or a row with its columns), chained to `anterior` and to `sello_operacion`.

    `m.version` says what it covers: the lines of version 1, and only those, have neither a version nor a cost in it. So a line
    that is passed off as an older one no longer has its hash, and `verificar` refuses an older line after a newer one.
    """
    columnas = Movimiento.ENCADENADAS_1 if m.version == 1 else Movimiento.ENCADENADAS
    contenido = [anterior, sello_operacion, *(_texto_plano(getattr(m, columna)) for columna in columnas)]
    return hashlib.sha256("|".join(map(str, contenido)).encode()).hexdigest()


def _texto_plano(valor: Any) -> Any:
    """A boolean as 0 or 1, money in millionths: however it was read, it is written the same."""
    if isinstance(valor, Decimal):
        return millonesimas(valor)
    return int(valor) if isinstance(valor, bool) else valor


def _texto_exacto(valor: Any) -> Any:
    """A moment in UTC to the microsecond, whatever zone and precision it came with."""
    return valor.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(valor, datetime) else valor
