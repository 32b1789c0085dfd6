"""What a file is understood to say, and the dry run of it: every step reads it again."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from inventario.dominio.exceptions import DatosInvalidos
from inventario.dominio.transacciones import atomica
from lotes.models import Almacen

from . import archivo as archivos
from . import cabecera as cabeceras
from . import textos
from .exceptions import ImportacionYaHecha
from .lectura import Decision, Lector, Problema, decidir, mirar
from .leido import CREAR, ENTRAR, NO_CADUCAN
from .limites import Ilegible
from .models import Importacion, ProblemaDeFila
from .plan import Plan
from .vistos import en_trozos

GENERALES = {
    "caducados": ("omitir", ENTRAR),
    "sin_caducidad": ("rechazar", NO_CADUCAN),
    "almacenes": ("rechazar", CREAR),
}
GUARDADAS = timedelta(days=30)  # what nobody confirmed
Estado = Importacion.Estado
EDITABLES = (Estado.LEIDA, Estado.ENSAYADA)
CAMBIAN = (
    "estado",
    "avisos",
    "hoja",
    "fila_cabecera",
    "alto_cabecera",
    "titulos",
    "mapa",
    "decisiones",
    "preguntas",
    "totales",
)


def abrir(contenido: bytes) -> archivos.Archivo:
    try:
        return archivos.abrir(contenido)
    except Ilegible as error:
        raise DatosInvalidos({"archivo": [textos.de_archivo(error)]}) from error


def nombres_de_almacen() -> list[str]:
    return [nombre for par in Almacen.objects.values_list("nombre", "codigo") for nombre in par]


def _primeras(abierto: archivos.Archivo, hoja: str, cuantas: int) -> list[list[Any]]:
    filas: list[list[Any]] = []
    try:
        for n, celdas in abierto.filas(hoja):
            if n > cuantas:
                break
            filas.append(celdas)
    except Ilegible as error:
        raise DatosInvalidos({"archivo": [textos.de_archivo(error)]}) from error
    return filas


def hallar(abierto: archivos.Archivo, hoja: str, tipo: str, almacenes: list[str]) -> cabeceras.Cabecera:
    return cabeceras.hallar(_primeras(abierto, hoja, cabeceras.BUSCADAS), tipo, almacenes)


def otra_cabecera(importacion: Importacion, abierto: archivos.Archivo, fila: int) -> None:
    filas = _primeras(abierto, importacion.hoja, fila + 1)
    almacenes = nombres_de_almacen()
    leidas = [cabeceras.leer(filas, fila, alto, importacion.tipo, almacenes) for alto in (1, 2)]
    halladas = [c for c in leidas if c is not None]
    if not halladas:
        raise DatosInvalidos({"fila_cabecera": [_("No existe.")]})
    importacion.decisiones = {}
    poner_cabecera(importacion, max(halladas, key=lambda c: len(c.mapa)))


def poner_cabecera(importacion: Importacion, c: cabeceras.Cabecera) -> None:
    importacion.fila_cabecera, importacion.alto_cabecera = c.fila, c.alto
    importacion.titulos = [t[:100] for t in c.titulos]
    importacion.mapa = {cabeceras.letra(i): campo for i, campo in c.mapa.items()}


def recordar_mapa(importacion: Importacion) -> None:
    """As the last file with the same columns was understood and decided."""
    antes = Importacion.objects.filter(
        usuario=importacion.usuario, tipo=importacion.tipo, titulos=importacion.titulos, estado=Estado.HECHA
    ).first()
    if antes is not None:
        importacion.mapa, importacion.decisiones = antes.mapa, antes.decisiones


def mapa(importacion: Importacion, mapa: Mapping[str, str]) -> dict[str, str]:
    letras = {cabeceras.letra(i) for i in range(len(importacion.titulos))}
    campos = cabeceras.CAMPOS[importacion.tipo]
    nuevo = dict(importacion.mapa)
    for columna, campo in mapa.items():
        conocido = not campo or campo in campos or (campo.startswith(cabeceras.ALMACEN) and len(campo) < 100)
        if columna not in letras or not conocido:
            raise DatosInvalidos({"mapa": [_("%(columna)s: no existe.") % {"columna": f"{columna} {campo}"}]})
        nuevo[columna] = campo
    usados = [c for c in nuevo.values() if c]
    if repetidos := sorted({c for c in usados if usados.count(c) > 1}):
        nombres = ", ".join(textos.de_campo(c) for c in repetidos)
        raise DatosInvalidos({"mapa": [_("Dos columnas no pueden ser lo mismo: %(campos)s.") % {"campos": nombres}]})
    return {c: campo for c, campo in nuevo.items() if campo}


def decisiones(importacion: Importacion, dichas: Mapping[str, Any]) -> dict[str, Any]:
    posibles: dict[str, list[str]] = {}
    for p in importacion.preguntas:
        posibles.setdefault(p["columna"] or p["codigo"], []).extend(p["opciones"])
    nuevas: dict[str, Any] = {}
    for clave, valor in dichas.items():
        opciones = GENERALES.get(clave) or posibles.get(clave, [])
        elegidas = valor if isinstance(valor, list) else [valor]
        if not elegidas or not all(isinstance(e, str) and e in opciones for e in elegidas):
            raise DatosInvalidos({"decisiones": [_("%(columna)s: no existe.") % {"columna": f"{clave} {valor}"}]})
        if clave in GENERALES:
            nuevas[clave] = elegidas[0]
        else:
            nuevas[clave] = _con_las_de_antes(importacion, clave, elegidas)
    return nuevas


def _con_las_de_antes(importacion: Importacion, clave: str, elegidas: list[str]) -> list[str]:
    """A column may have two questions: the answer to one leaves the other as it was."""
    juntas = list(elegidas)
    for p in importacion.preguntas:
        if p["columna"] == clave and not set(p["opciones"]) & set(elegidas):
            juntas += [o for o in importacion.decisiones.get(clave, []) if o in p["opciones"]]
    return juntas


def planear(importacion: Importacion, abierto: archivos.Archivo, hoy: date) -> tuple[Plan, list[Any]]:
    cabecera = cabeceras.Cabecera(
        importacion.fila_cabecera,
        importacion.alto_cabecera,
        importacion.titulos,
        {cabeceras.indice(c): campo for c, campo in importacion.mapa.items() if campo},
    )
    try:
        formatos = abierto.formatos(importacion.hoja)
        pistas = mirar(abierto.filas(importacion.hoja), cabecera, formatos)
        if importacion.pk is None:  # what is decided is remembered of another file
            _olvidar(importacion, decidir(pistas, cabecera, {}))
        elegidas = {c: v if isinstance(v, list) else [v] for c, v in importacion.decisiones.items()}
        decisiones = decidir(pistas, cabecera, elegidas)
        plan = Plan(importacion, cabecera, hoy=hoy)
        for renglon in Lector(cabecera, decisiones, formatos).leer(abierto.filas(importacion.hoja)):
            plan.agregar(renglon)
    except Ilegible as error:
        raise DatosInvalidos({"archivo": [textos.de_archivo(error)]}) from error
    plan.comparar()
    return plan, decisiones


def _olvidar(importacion: Importacion, decisiones: Iterable[Decision]) -> None:
    """Of the remembered answers, those to what this file tells by itself."""
    for d in decisiones:
        if d.sola and d.columna in importacion.decisiones:
            importacion.decisiones[d.columna] = [o for o in importacion.decisiones[d.columna] if o not in d.opciones]


def ensayar(importacion: Importacion, abierto: archivos.Archivo, hoy: date) -> Importacion:
    plan, decisiones = planear(importacion, abierto, hoy)
    preguntas = [
        {
            "columna": d.columna,
            "codigo": d.codigo,
            "opciones": list(d.opciones),
            "elegida": d.elegida,
            "sola": d.sola,
            "ejemplos": d.ejemplos,
        }
        for d in decisiones
    ]
    for codigo in sorted(plan.hay):
        elegida = importacion.decisiones.get(codigo, GENERALES[codigo][0])
        ejemplos = list(plan.faltan_almacenes.values())[:10] if codigo == "almacenes" else []
        preguntas.append(
            {"columna": "", "codigo": codigo, "opciones": list(GENERALES[codigo]), "elegida": elegida, "sola": False}
            | {"ejemplos": ejemplos}
        )
    pendientes = sum(p["elegida"] is None for p in preguntas)
    importacion.preguntas = preguntas
    importacion.totales = {**plan.totales(), "pendientes": pendientes}
    importacion.estado = Estado.LEIDA if pendientes or "sku" not in plan.columnas else Estado.ENSAYADA
    formulas = abierto.formulas(importacion.hoja)
    importacion.avisos = {c: v for c, v in importacion.avisos.items() if c != "formulas"}
    importacion.avisos |= {"formulas": formulas} if formulas else {}
    _guardar(importacion, plan)
    return importacion


@atomica
def _guardar(importacion: Importacion, plan: Plan) -> None:
    if importacion.pk is None:
        viejas = Importacion.objects.filter(usuario=importacion.usuario, estado__in=EDITABLES)
        viejas.filter(creada_en__lt=timezone.now() - GUARDADAS).delete()
        importacion.save()
    else:
        esta = Importacion.objects.select_for_update().filter(pk=importacion.pk, estado__in=EDITABLES)
        if not list(esta.values_list("pk")):  # somebody confirmed it while it was tried
            raise ImportacionYaHecha
        importacion.save(update_fields=CAMBIAN)
        importacion.problemas.all().delete()
    decir(importacion, plan.problemas)


def decir(importacion: Importacion, problemas: Iterable[Problema]) -> None:
    filas = (
        ProblemaDeFila(
            importacion=importacion, fila=p.fila, columna=p.columna, valor=p.valor, codigo=p.codigo, clase=p.clase,
            datos={k: str(v) for k, v in p.datos.items()},
        )
        for p in problemas
    )  # fmt: skip
    for trozo in en_trozos(filas):
        ProblemaDeFila.objects.bulk_create(trozo)
