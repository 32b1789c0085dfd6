"""What an import would do: what was read of the file beside what the database holds. Writes nothing."""

from collections.abc import Iterable, Iterator

from inventario.dominio.campos import CANTIDAD_MAXIMA
from lotes.caducidad import ha_caducado
from productos.models import Empaque, Producto

from ..services.entrada import LOTE_UNICO
from .lectura import AVISO, OMISION
from .leido import ENTRAR, LISTA, NO_CADUCAN, OMITIDA, PUBLICADA, RECHAZADA, Grupo, Leido
from .models import Importacion
from .vistos import Visto, cambios, en_trozos, leer_vistos


class Plan(Leido):
    """After the last row, `comparar` settles what becomes of each group and row."""

    def comparar(self) -> None:
        """After the last row."""
        self.vistos = dict(leer_vistos(self.productos))
        self._gtins()
        for (_sku, lote), fechas in self._fechas.items():
            if len(fechas) > 1:
                textos = ", ".join(sorted(f.isoformat() for f in fechas))
                for fecha, filas in fechas.items():
                    for fila in filas:
                        self.rechazar(fila, "fecha_caducidad", fecha, "caducidad_distinta", lote=lote, fechas=textos)
        juzgar = self._de_existencias if self.importacion.tipo == Importacion.Tipo.EXISTENCIAS else self._de_productos
        for grupo in self.grupos.values():
            if all(self.filas[x.fila] != RECHAZADA for x in grupo.lineas):
                juzgar(grupo)
        self._contagiar()
        for fila, claves in self._filas_de.items():
            estados = {self.grupos[c].estado for c in claves}
            if self.filas[fila] != RECHAZADA:
                self.filas[fila] = next(e for e in (LISTA, PUBLICADA, OMITIDA) if e in estados)

    def _gtins(self) -> None:
        """No GTIN of two products, of the file or of what there is."""
        de_quien: dict[str, str] = {}
        for sku, p in self.productos.items():
            if gtin := p.get("gtin"):
                de_quien.setdefault(gtin, sku)
        for trozo in en_trozos(de_quien):
            de_quien |= {str(g): sku for g, sku in Producto.objects.filter(gtin__in=trozo).values_list("gtin", "sku")}
            empaques = Empaque.objects.filter(gtin__in=trozo)
            de_quien |= {
                str(g): f"{sku} · {e}" for g, sku, e in empaques.values_list("gtin", "producto__sku", "nombre")
            }
        for sku, p in self.productos.items():
            if (gtin := p.get("gtin")) and de_quien[gtin] != sku:
                self.rechazar(p["fila"], "gtin", gtin, "gtin_repetido", sku=de_quien[gtin])

    def _de_productos(self, g: Grupo) -> None:
        dicho, visto = self.productos[g.sku], self.vistos.get(g.sku)
        for linea in g.lineas[1:]:
            self.avisar(linea.fila, "sku", g.sku, "sku_repetido", otra=g.lineas[0].fila)
        if visto is None:
            if "nombre" not in dicho:
                self._a_todas(g, "nombre", g.sku, "nombre_falta")
            return
        if not (cambian := cambios(visto.producto, dicho)):
            g.estado = OMITIDA
            self._a_todas(g, "sku", g.sku, "sin_cambios", OMISION)
        else:
            self._a_todas(g, "sku", g.sku, "producto_cambia", AVISO, campos=", ".join(sorted(cambian)))

    def _de_existencias(self, g: Grupo) -> None:
        dicho, visto = self.productos[g.sku], self.vistos.get(g.sku)
        if visto is None and "nombre" not in dicho:
            self._a_todas(g, "sku", g.sku, "producto_desconocido")
            return
        if visto is not None and self._recordado(g, visto):
            return
        if g.cantidad is None:
            if visto is not None:
                g.estado = OMITIDA
            self._a_todas(g, "cantidad", "", "sin_cantidad", AVISO if visto is None else OMISION)
            return
        if visto is not None and not visto.producto.activo:
            self._a_todas(g, "sku", g.sku, "producto_inactivo")
        self._lote(g, visto, controla=self._controla(g.sku, visto))
        if g.cantidad > CANTIDAD_MAXIMA:
            self._a_todas(g, "cantidad", g.cantidad, "cantidad_excesiva")
        if len(g.lineas) > 1:
            otras = ", ".join(str(x.fila) for x in g.lineas[:5])
            self._a_todas(g, "cantidad", g.cantidad, "se_suman", AVISO, filas=otras, total=g.cantidad)

    def _controla(self, sku: str, visto: Visto | None) -> bool:
        if visto is not None:
            return visto.producto.controla_caducidad
        dicho = self.productos[sku]
        if "controla_caducidad" not in dicho and not dicho["por_lote"]:
            self.hay.add("sin_caducidad")
            if self.generales.get("sin_caducidad") == NO_CADUCAN:
                dicho["controla_caducidad"] = False
        return dicho.get("controla_caducidad", True)

    def _lote(self, g: Grupo, visto: Visto | None, *, controla: bool) -> None:
        """What is wrong with the lot and its expiry."""
        conocido = visto.lotes.get(g.lote or LOTE_UNICO) if visto else None
        if not g.lote and controla:
            falta_todo = g.caduca is None
            self._a_todas(
                g, "fecha_caducidad" if falta_todo else "lote", "", "caducidad_falta" if falta_todo else "lote_falta"
            )
            return
        suya = conocido[1] if conocido else None
        if conocido and g.caduca is not None and g.caduca != suya:
            fechas = f"{suya or '—'}, {g.caduca}"
            self._a_todas(g, "fecha_caducidad", g.caduca, "caducidad_distinta", lote=g.lote, fechas=fechas)
        caduca = suya or g.caduca
        if caduca is None and controla:
            self._a_todas(g, "fecha_caducidad", "", "caducidad_falta")
        if ha_caducado(caduca, self.hoy):
            self.hay.add("caducados")
            if self.generales.get("caducados") != ENTRAR:
                self._a_todas(g, "fecha_caducidad", caduca, "ya_caducado")

    def _recordado(self, g: Grupo, visto: Visto) -> bool:
        """Whether what the row says is already in, or was: then nothing is entered, whatever the file says."""
        clave = (g.lote or LOTE_UNICO, g.almacen)
        antes = visto.saldos.get(clave)
        recuerdo = visto.memoria.get(clave)
        propia = recuerdo is not None and recuerdo.importacion == self.importacion.pk
        if recuerdo is not None and not recuerdo.deshecha:
            solo_producto = recuerdo.cantidad == 0 and g.cantidad and not propia  # now it says how much
            antes = antes if solo_producto else recuerdo.cantidad
        elif recuerdo is not None and not antes:
            antes = None
        if antes is None or (g.cantidad is None and (antes or recuerdo is None)):
            return False
        if antes == (g.cantidad or 0):
            g.estado = PUBLICADA if propia else OMITIDA
            if not propia:
                self._a_todas(g, "cantidad", g.cantidad or 0, "ya_publicada", OMISION)
        else:
            self._a_todas(g, "cantidad", g.cantidad or 0, "cantidad_cambiada", antes=antes, ahora=g.cantidad or 0)
        return True

    def _contagiar(self) -> None:
        """A row that is refused takes the rest of its groups along, and those their rows."""
        malas = [f for f, e in self.filas.items() if e == RECHAZADA]
        while malas:
            causa = malas.pop()
            for clave in self._filas_de.get(causa, ()):
                grupo = self.grupos[clave]
                if grupo.estado in (RECHAZADA, PUBLICADA):
                    continue
                grupo.estado = RECHAZADA
                for linea in grupo.lineas:
                    if self.filas[linea.fila] != RECHAZADA:
                        self.rechazar(linea.fila, "lote", grupo.lote, "con_otra_fila", otra=causa)
                        malas.append(linea.fila)

    def sabia(self, sku: str, lote: str, almacen: int, importacion: int) -> bool:
        """Whether what `importacion` posted of a lot in a warehouse was there when this plan was made."""
        recuerdo = self.vistos[sku].memoria.get((lote, almacen)) if sku in self.vistos else None
        return recuerdo is not None and recuerdo.importacion == importacion

    def totales(self) -> dict[str, int]:
        estados = list(self.filas.values())
        listos = [g for g in self.grupos.values() if g.estado == LISTA]
        return {
            "filas": len(estados),
            "listas": estados.count(LISTA),
            "omitidas": estados.count(OMITIDA),
            "rechazadas": estados.count(RECHAZADA),
            "unidades": sum(g.cantidad or 0 for g in listos),
        }

    def por_publicar(self) -> Iterator[Grupo]:
        return iter(sorted((g for g in self.grupos.values() if g.estado == LISTA), key=lambda g: g.orden))

    def filas_que_cierra(self, grupos: Iterable[Grupo]) -> int:
        """How many rows are to be counted with `grupos`: each with the first, in order, of its groups that enter."""
        suyos = {id(g) for g in grupos}
        filas = {x.fila for g in grupos for x in g.lineas}
        return sum(id(self._primero(f)) in suyos for f in filas)

    def _primero(self, fila: int) -> Grupo | None:
        entran = [g for g in map(self.grupos.__getitem__, self._filas_de[fila]) if g.estado in (LISTA, PUBLICADA)]
        return min(entran, key=lambda g: g.orden, default=None)
