"""The given spreadsheets, what each must give, and an import in one line."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from inventario.cuentas.models import Usuario
from lotes.models import Almacen, Existencia
from movimientos.importacion import services
from movimientos.models import Importacion
from movimientos.verificacion import verificar

CASOS = Path(__file__).parent / "datos/importacion"
ESPERADO: dict[str, Any] = json.loads((CASOS / "expected.json").read_text())
HOY = date(2026, 11, 27)
UNO, DOS, TRES, CINCO = (next(CASOS.glob(f"{n}_*")) for n in (1, 2, 3, 5))


def subir(ruta: Path | bytes, usuario: Usuario, *, tipo: str = "existencias", **datos: Any) -> Importacion:
    """Send a file, or its content, and have it tried."""
    contenido = ruta if isinstance(ruta, bytes) else ruta.read_bytes()
    nombre = "prueba.csv" if isinstance(ruta, bytes) else ruta.name
    return services.crear(usuario=usuario, tipo=tipo, nombre=nombre, contenido=contenido, hoy=HOY, **datos)


def decidir(importacion: Importacion, usuario: Usuario, **decisiones: Any) -> Importacion:
    return services.cambiar(importacion, usuario=usuario, decisiones=decisiones, hoy=HOY)


def publicar(importacion: Importacion, usuario: Usuario, **datos: Any) -> Importacion:
    return services.confirmar(importacion, usuario=usuario, hoy=HOY, **datos)


def problemas(importacion: Importacion, clase: str = "error") -> dict[int, set[str]]:
    """Row → the codes of what is said of it."""
    filas: dict[int, set[str]] = {}
    for p in importacion.problemas.filter(clase=clase):
        filas.setdefault(p.fila, set()).add(p.codigo)
    return filas


def existencias() -> dict[tuple[str, str, str], int]:
    """(sku, lot, warehouse) → what there is."""
    return {
        (e.lote.producto.sku, e.lote.codigo, e.almacen.nombre): e.cantidad
        for e in Existencia.objects.filter(cantidad__gt=0).select_related("lote__producto", "almacen")
    }


def abrir_almacenes() -> None:
    """Those that the file with a column a warehouse names."""
    for nombre in ("Norte", "Botiquín"):
        Almacen.objects.create(nombre=nombre, codigo=nombre)


def cuadran(importacion: Importacion) -> None:
    """The totals add up and the books are sound."""
    t = importacion.totales or {}
    hechas = t["publicadas"] if importacion.estado == "hecha" else t["listas"]
    assert t["filas"] == hechas + t["omitidas"] + t["rechazadas"], t
    assert list(verificar()) == []
