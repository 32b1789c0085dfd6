"""The rows of a file as groups, each text in its one spelling, and what is wrong with them. Writes nothing.

The rows of one lot in one warehouse are a group, posted or refused whole: half of it would be a changed quantity the next time.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError

from inventario.dominio.texto import plegar
from lotes.models import Almacen

from .cabecera import DE_PRODUCTO, Cabecera, letra
from .lectura import AVISO, ERROR, OMISION, Problema, Renglon
from .models import Importacion
from .vistos import Visto, codigo_de, leer_almacenes, limpiar

LISTA, OMITIDA, RECHAZADA, PUBLICADA = "lista", "omitida", "rechazada", "publicada"
AVISOS = 1000  # of each kind that are kept: what is remarked on of every row says nothing more the thousandth time
ENTRAR, NO_CADUCAN, CREAR = "entrar", "no_caducan", "crear"


class Linea(NamedTuple):
    fila: int
    cantidad: int | None
    costo: Decimal | None


@dataclass(slots=True)
class Grupo:
    """What the file says of a lot in a warehouse."""

    almacen: int
    sku: str
    lote: str
    caduca: date | None = None
    fabricacion: date | None = None
    contraparte: str = ""
    lineas: list[Linea] = field(default_factory=list)
    estado: str = LISTA

    @property
    def cantidad(self) -> int | None:
        """None where no row says how much."""
        dichas = [x.cantidad for x in self.lineas if x.cantidad is not None]
        return sum(dichas) if dichas else None

    @property
    def orden(self) -> tuple[int, str, int]:
        return self.almacen, self.contraparte, self.lineas[0].fila


class Leido:
    def __init__(self, importacion: Importacion, cabecera: Cabecera, *, hoy: date) -> None:
        self.importacion, self.hoy = importacion, hoy
        self.columnas = {campo: letra(i) for i, campo in cabecera.mapa.items()}
        self.generales: dict[str, Any] = importacion.decisiones
        self.filas: dict[int, str] = {}
        self.problemas: list[Problema] = []
        self.grupos: dict[tuple[int, str, str], Grupo] = {}
        self.productos: dict[str, dict[str, Any]] = {}  # sku → what the first row that names it says
        self.vistos: dict[str, Visto] = {}
        self.faltan_almacenes: dict[str, str] = {}  # folded → as written
        self.hay: set[str] = set()  # which general questions make sense
        self._avisos: dict[str, int] = {}
        self._filas_de: dict[int, list[tuple[int, str, str]]] = {}
        self._almacenes = leer_almacenes()
        suyo = Almacen.objects.filter(pk=importacion.almacen_id).first() if importacion.almacen_id else None
        self._propio = suyo or self._almacenes[""]  # of rows that name none
        self._limpios: dict[tuple[str, Any], Any] = {}
        self._fechas: dict[tuple[str, str], dict[date, list[int]]] = {}

    def agregar(self, r: Renglon) -> None:
        for p in r.problemas:
            self._anotar(p)
        if any(p.clase == OMISION for p in r.problemas):
            self.filas[r.fila] = OMITIDA
            return
        self.filas[r.fila] = LISTA if r.vale else RECHAZADA
        if not r.datos.get("sku"):
            return
        datos = self._revisar(r)
        sku = datos.get("sku", "")
        if not sku:
            return
        self._producto(r.fila, sku, datos)
        for texto, cantidad, columna in r.cantidades:
            self._linea(r.fila, sku, datos, texto, cantidad, columna)

    def _revisar(self, r: Renglon) -> dict[str, Any]:
        """What the row says, each text in its one spelling and within its limits."""
        datos = dict(r.datos)
        for campo, valor in r.datos.items():
            if (campo, valor) not in self._limpios:
                self._limpios[campo, valor] = limpiar(campo, valor)
            datos[campo] = self._limpios[campo, valor]
            if isinstance(datos[campo], ValidationError):
                codigo, extra = codigo_de(datos.pop(campo))
                self.rechazar(r.fila, campo, valor, codigo, **extra)
        return datos

    def _producto(self, fila: int, sku: str, datos: dict[str, Any]) -> None:
        propios = {c: datos[c] for c in DE_PRODUCTO if c in datos and c != "sku"}
        primero = self.productos.setdefault(sku, {"fila": fila, "por_lote": False} | propios)
        if datos.get("lote") or datos.get("fecha_caducidad"):
            primero["por_lote"] = True
        if primero["fila"] == fila:
            return
        if "nombre" in propios and "nombre" in primero and propios["nombre"] != primero["nombre"]:
            self.avisar(fila, "nombre", propios["nombre"], "nombre_distinto", queda=primero["nombre"])
        for campo, valor in propios.items():
            primero.setdefault(campo, valor)

    def _linea(
        self, fila: int, sku: str, datos: dict[str, Any], texto: str, cantidad: int | None, columna: str
    ) -> None:
        almacen = self._almacen(fila, texto, columna)
        if almacen is None:
            return
        lote = datos.get("lote", "") if self.importacion.tipo == Importacion.Tipo.EXISTENCIAS else ""
        clave = (almacen, sku, lote)
        grupo = self.grupos.get(clave)
        if grupo is None:
            grupo = self.grupos[clave] = Grupo(almacen, sku, lote, contraparte=datos.get("contraparte", ""))
        grupo.caduca = grupo.caduca or datos.get("fecha_caducidad")
        grupo.fabricacion = grupo.fabricacion or datos.get("fecha_fabricacion")
        grupo.lineas.append(Linea(fila, cantidad, datos.get("costo_unitario")))
        self._filas_de.setdefault(fila, []).append(clave)
        if (dicha := datos.get("fecha_caducidad")) and lote:
            self._fechas.setdefault((sku, lote), {}).setdefault(dicha, []).append(fila)

    def _almacen(self, fila: int, texto: str, columna: str) -> int | None:
        almacen = self._almacenes.get(plegar(texto)) if texto else self._propio
        if almacen is None:
            self.hay.add("almacenes")
            self.faltan_almacenes.setdefault(plegar(texto), texto)
            if self.generales.get("almacenes") == CREAR:
                return -1 - list(self.faltan_almacenes).index(plegar(texto))  # it gets its id when it is made
            self.rechazar(fila, "almacen", texto, "almacen_desconocido", columna=columna)
            return None
        if not almacen.activo:
            self.rechazar(fila, "almacen", texto or almacen.nombre, "almacen_inactivo", columna=columna)
            return None
        return almacen.pk

    # Saying -------------------------------------------------------------------------------------------

    def _a_todas(self, g: Grupo, campo: str, valor: Any, codigo: str, clase: str = ERROR, **datos: Any) -> None:
        for fila in dict.fromkeys(x.fila for x in g.lineas):
            self._decir(fila, campo, valor, codigo, clase, datos)

    def rechazar(self, fila: int, campo: str, valor: Any, codigo: str, **datos: Any) -> None:
        self._decir(fila, campo, valor, codigo, ERROR, datos)

    def avisar(self, fila: int, campo: str, valor: Any, codigo: str, **datos: Any) -> None:
        self._decir(fila, campo, valor, codigo, AVISO, datos)

    def _decir(self, fila: int, campo: str, valor: Any, codigo: str, clase: str, datos: dict[str, Any]) -> None:
        columna = datos.pop("columna", "") or self.columnas.get(campo, "")
        if clase == ERROR:
            self.filas[fila] = RECHAZADA
        self._anotar(Problema(fila, columna, str(valor)[:200], codigo, clase, datos))

    def _anotar(self, p: Problema) -> None:
        if p.clase == AVISO:
            self._avisos[p.codigo] = self._avisos.get(p.codigo, 0) + 1
            if self._avisos[p.codigo] > AVISOS:
                return
        self.problemas.append(p)
