"""The way of an import, the same for page, API and command: `crear`, `cambiar` what was understood of it, `confirmar`.

Each step reads the file again: what is kept between them is what was decided, never what was read.
"""

import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from inventario.cuentas.models import Usuario
from inventario.dominio.exceptions import DatosInvalidos, ErrorDeDominio
from inventario.dominio.permisos import autorizar
from inventario.dominio.transacciones import atomica
from lotes.models import Almacen

from . import ensayo, publicar
from .exceptions import ImportacionPendiente, ImportacionYaHecha
from .lectura import ERROR
from .leido import CREAR
from .models import Importacion
from .plan import Plan

PERMISO = "movimientos.add_importacion"
Estado = Importacion.Estado


def crear(
    *,
    usuario: Usuario,
    tipo: str,
    nombre: str,
    contenido: bytes,
    almacen: Almacen | None = None,
    hoy: date | None = None,
) -> Importacion:
    """Take a file and try it. Raises PermissionDenied, DatosInvalidos (a file that cannot be read, by `archivo`)."""
    autorizar(usuario, PERMISO)
    abierto = ensayo.abrir(contenido)
    almacenes = ensayo.nombres_de_almacen()
    hallada, hoja = None, abierto.hojas[0]
    for candidata in abierto.hojas[:20]:
        otra = ensayo.hallar(abierto, candidata, tipo, almacenes)
        if hallada is None or len(otra.mapa) > len(hallada.mapa):
            hallada, hoja = otra, candidata
    assert hallada is not None  # noqa: S101  there is a sheet
    importacion = Importacion(
        tipo=tipo, archivo=nombre[:200], contenido=contenido, almacen=almacen, usuario=usuario, hojas=abierto.hojas,
        avisos=abierto.avisos, hoja=hoja,
    )  # fmt: skip
    ensayo.poner_cabecera(importacion, hallada)
    ensayo.recordar_mapa(importacion)
    return ensayo.ensayar(importacion, abierto, hoy or timezone.localdate())


def cambiar(
    importacion: Importacion,
    *,
    usuario: Usuario,
    hoja: str | None = None,
    fila_cabecera: int | None = None,
    mapa: Mapping[str, str] | None = None,
    decisiones: Mapping[str, Any] | None = None,
    hoy: date | None = None,
) -> Importacion:
    """Correct what was understood, and try again. Raises ImportacionYaHecha, DatosInvalidos, PermissionDenied."""
    autorizar(usuario, PERMISO)
    if importacion.estado not in ensayo.EDITABLES:
        raise ImportacionYaHecha
    abierto = ensayo.abrir(bytes(importacion.contenido or b""))
    if hoja is not None and hoja not in abierto.hojas:
        raise DatosInvalidos({"hoja": [_("No existe.")]})
    if hoja is not None and hoja != importacion.hoja:
        importacion.hoja, importacion.decisiones = hoja, {}
        ensayo.poner_cabecera(importacion, ensayo.hallar(abierto, hoja, importacion.tipo, ensayo.nombres_de_almacen()))
    if fila_cabecera is not None and fila_cabecera != importacion.fila_cabecera:
        ensayo.otra_cabecera(importacion, abierto, fila_cabecera)
    if mapa is not None:
        importacion.mapa = ensayo.mapa(importacion, mapa)
    if decisiones is not None:
        importacion.decisiones = importacion.decisiones | ensayo.decisiones(importacion, decisiones)
    return ensayo.ensayar(importacion, abierto, hoy or timezone.localdate())


def confirmar(
    importacion: Importacion,
    *,
    usuario: Usuario,
    hoy: date | None = None,
    segundos: float | None = None,
    tanda: int = publicar.TANDA,
    avance: Callable[[int], None] = lambda _filas: None,
) -> Importacion:
    """Post what is ready; what an interrupted run left, if it is called again. With `segundos`, it stops after so many, to be
    called again while `estado` is "publicando". Raises ImportacionPendiente, ImportacionYaHecha, PermissionDenied.
    """
    autorizar(usuario, PERMISO)
    hoy = hoy or timezone.localdate()
    if importacion.tipo == Importacion.Tipo.EXISTENCIAS:
        autorizar(usuario, "movimientos.registrar_entrada")
    _empezar(importacion)
    try:
        return _seguir(importacion, usuario=usuario, hoy=hoy, segundos=segundos, tanda=tanda, avance=avance)
    except (PermissionDenied, DatosInvalidos, ErrorDeDominio):
        _soltar(importacion)
        raise


def _seguir(
    importacion: Importacion,
    *,
    usuario: Usuario,
    hoy: date,
    segundos: float | None,
    tanda: int,
    avance: Callable[[int], None],
) -> Importacion:
    abierto = ensayo.abrir(bytes(importacion.contenido or b""))
    plan = ensayo.planear(importacion, abierto, hoy)[0]
    if plan.faltan_almacenes and importacion.decisiones.get("almacenes") == CREAR:
        atomica(publicar.almacenes)(plan, usuario)
        plan = ensayo.planear(importacion, abierto, hoy)[0]
    fin = None if segundos is None else time.monotonic() + segundos
    for grupos in publicar.tandas(publicar.por_intentar(plan), tanda):
        if fin is not None and time.monotonic() > fin:
            importacion.refresh_from_db(fields=["totales", "operaciones", "latido", "estado"])
            return importacion
        publicar.publicar(plan, grupos, usuario=usuario, hoy=hoy)
        avance(plan.filas_que_cierra(grupos))
    return _terminar(importacion, plan)


@atomica
def _empezar(importacion: Importacion) -> None:
    bloqueada = Importacion.objects.select_for_update().defer("contenido").get(pk=importacion.pk)
    if bloqueada.estado == Estado.HECHA:
        raise ImportacionYaHecha
    if bloqueada.estado == Estado.LEIDA:
        raise ImportacionPendiente
    Importacion.objects.filter(pk=importacion.pk).update(estado=Estado.PUBLICANDO, latido=timezone.now())
    importacion.refresh_from_db()  # what was decided since it was read, too


@atomica
def _soltar(importacion: Importacion) -> None:
    """It cannot go on: where nothing was posted, it is again as before it was confirmed; else it is interrupted."""
    fila = Importacion.objects.select_for_update().defer("contenido").get(pk=importacion.pk)
    posteado = (fila.totales or {}).get("publicadas") or fila.lineas.exists()
    if fila.estado == Estado.PUBLICANDO:
        fila.estado, fila.latido = Estado.PUBLICANDO if posteado else Estado.ENSAYADA, None
        fila.save(update_fields=["estado", "latido"])
    importacion.refresh_from_db(fields=["estado", "latido"])


@atomica
def _terminar(importacion: Importacion, plan: Plan) -> Importacion:
    """The sums, in the end: rows = posted + left out + refused. What went wrong since the trial is said. The file is no longer
    needed.
    """
    fila = Importacion.objects.select_for_update().defer("contenido").get(pk=importacion.pk)
    totales = dict(fila.totales or {})
    dichas = set(fila.problemas.filter(clase=ERROR).values_list("fila", flat=True))
    nuevos = [p for p in plan.problemas if p.clase == ERROR and p.fila not in dichas]
    ensayo.decir(fila, nuevos)
    totales.setdefault("publicadas", 0)
    malas = len(dichas | {p.fila for p in nuevos})
    malas = min(malas, totales["filas"] - totales["publicadas"])  # of a row in several warehouses, some may be in
    totales |= {"rechazadas": malas, "omitidas": totales["filas"] - malas - totales["publicadas"], "listas": 0}
    fila.totales, fila.estado, fila.contenido, fila.latido = totales, Estado.HECHA, None, timezone.now()
    fila.save()
    importacion.refresh_from_db()
    return importacion


def estado_de(importacion: Importacion) -> str:
    """As people see it: publishing, with nobody at it for a minute, is interrupted."""
    parada = importacion.latido is None or timezone.now() - importacion.latido > timedelta(minutes=1)
    publicando = importacion.estado == Estado.PUBLICANDO
    return str(Estado.INTERRUMPIDA if publicando and parada else importacion.estado)
