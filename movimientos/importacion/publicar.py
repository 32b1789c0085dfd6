"""Post what a plan found ready, through the services, some hundreds of lines a transaction.

What each line posted is remembered in that same transaction: a run that is killed loses at most the one it was in, and the
next, which reads the file again, finds what is left.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain, groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from inventario.cuentas.models import Usuario
from inventario.dominio.exceptions import DatosInvalidos, ErrorDeDominio
from inventario.dominio.permisos import autorizar
from inventario.dominio.texto import plegar
from inventario.dominio.transacciones import atomica
from lotes.models import Almacen, Lote
from productos.models import Categoria, Producto

from .. import services
from ..models import Operacion
from ..peticiones import LINEAS_MAXIMAS, Entrada, LineaEntrada
from ..services.entrada import LOTE_UNICO
from .leido import OMITIDA, PUBLICADA, Grupo
from .models import Importacion, LineaImportada, ProblemaDeFila
from .plan import Plan
from .vistos import cambios, leer_almacenes

TANDA = 400  # lines of a transaction
RECHAZADA_AL_PUBLICAR = "rechazada_al_publicar"
SIN_CATEGORIA = ("fila", "por_lote")


def tandas(grupos: Sequence[Grupo], cuantas: int = TANDA) -> Iterator[list[Grupo]]:
    tanda: list[Grupo] = []
    lineas = 0
    for g in grupos:
        if tanda and lineas + len(g.lineas) > cuantas:
            yield tanda
            tanda, lineas = [], 0
        tanda.append(g)
        lineas += len(g.lineas)
    if tanda:
        yield tanda


def por_intentar(plan: Plan) -> list[Grupo]:
    """What is ready and was not refused in an earlier round."""
    problemas = plan.importacion.problemas.filter(codigo=RECHAZADA_AL_PUBLICAR)
    rechazados = {tuple(datos["grupo"]) for datos in problemas.values_list("datos", flat=True)}
    return [g for g in plan.por_publicar() if (g.almacen, g.sku, g.lote) not in rechazados]


def almacenes(plan: Plan, usuario: Usuario) -> None:
    """Make the warehouses that the file names and nobody had. Raises PermissionDenied, DatosInvalidos."""
    autorizar(usuario, "lotes.add_almacen")
    conocidos = set(leer_almacenes())
    for clave, nombre in plan.faltan_almacenes.items():
        if clave in conocidos:  # somebody who confirmed at the same moment
            continue
        almacen = Almacen(nombre=nombre, codigo=_codigo_libre(nombre, conocidos))
        try:
            almacen.full_clean()
        except ValidationError as error:
            raise DatosInvalidos({"decisiones": error.messages}) from error
        almacen.save()
        conocidos |= {clave, plegar(almacen.codigo)}


def _codigo_libre(nombre: str, conocidos: set[str]) -> str:
    """The beginning of `nombre`, with a number where another warehouse is called so."""
    posibles = chain([nombre[:20]], (f"{nombre[:16]}-{n}" for n in range(2, 1000)))
    return next((c for c in posibles if plegar(c) not in conocidos), nombre[:20])


def publicar(plan: Plan, tanda: list[Grupo], *, usuario: Usuario, hoy: date) -> None:
    """One batch; where the services refuse it, its halves, until only what they refuse is left out."""
    try:
        _asentar(plan, tanda, usuario=usuario, hoy=hoy)
    except (ErrorDeDominio, DatosInvalidos, ValidationError) as error:
        if len(tanda) > 1:
            publicar(plan, tanda[: len(tanda) // 2], usuario=usuario, hoy=hoy)
            publicar(plan, tanda[len(tanda) // 2 :], usuario=usuario, hoy=hoy)
            return
        [g] = tanda
        for fila in dict.fromkeys(x.fila for x in g.lineas):
            ProblemaDeFila.objects.create(
                importacion=plan.importacion,
                fila=fila,
                valor=g.sku,
                codigo=RECHAZADA_AL_PUBLICAR,
                clase=ProblemaDeFila.Clase.ERROR,
                datos={"detalle": detalle(error)[:200], "grupo": [g.almacen, g.sku, g.lote]},
            )


def detalle(error: Exception) -> str:
    """Why something was refused, in words."""
    if isinstance(error, DatosInvalidos):
        return " ".join(str(m) for mensajes in error.errores.values() for m in mensajes)
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


@atomica
def _asentar(plan: Plan, tanda: list[Grupo], *, usuario: Usuario, hoy: date) -> None:
    importacion = _por_turno(plan.importacion.pk)
    productos, guardados = _productos(plan, tanda, usuario)
    tanda = _lo_que_falta(plan, tanda, productos)
    operacion_de: dict[int, Operacion] = {}
    if importacion.tipo == Importacion.Tipo.EXISTENCIAS:
        for (almacen, contraparte), suyos in groupby(tanda, key=lambda g: (g.almacen, g.contraparte)):
            operacion_de |= _entrada(importacion, almacen, contraparte, list(suyos), productos, usuario, hoy)
        _recordar(importacion, tanda, productos, operacion_de)
    else:
        tanda = [g for g in tanda if g.sku in guardados]  # the others are so already
    importacion.operaciones += sorted({o.pk for o in operacion_de.values()})
    totales = dict(importacion.totales or {})
    totales["publicadas"] = totales.get("publicadas", 0) + plan.filas_que_cierra(tanda)
    totales["unidades_publicadas"] = totales.get("unidades_publicadas", 0) + sum(g.cantidad or 0 for g in tanda)
    importacion.totales = totales
    importacion.latido = timezone.now()
    importacion.save(update_fields=["operaciones", "totales", "latido"])


def _por_turno(pk: int) -> Importacion:
    """The import, once it is its turn: of those under way, one posts at a time, so that each sees what the others did."""
    en_curso = Importacion.objects.filter(Q(pk=pk) | Q(estado=Importacion.Estado.PUBLICANDO)).order_by("pk")
    return next(i for i in en_curso.select_for_update(no_key=True).defer("contenido") if i.pk == pk)


def _lo_que_falta(plan: Plan, tanda: list[Grupo], productos: dict[str, Producto]) -> list[Grupo]:
    """Those of `tanda` that nobody posted since the plan was made: who continued this import, or another one with the same."""
    hechas = LineaImportada.objects.filter(producto__in=[p.pk for p in productos.values()])
    nuevas = {
        (almacen, sku, lote): (de, cantidad)
        for almacen, sku, lote, de, cantidad in hechas.values_list(
            "almacen_id", "producto__sku", "lote", "importacion_id", "cantidad"
        )
        if de == plan.importacion.pk or not plan.sabia(sku, lote, almacen, de)
    }
    faltan = []
    for g in tanda:
        de, cantidad = nuevas.get((g.almacen, g.sku, g.lote or LOTE_UNICO), (None, 0))
        if de is None:
            faltan.append(g)
        else:
            g.estado = PUBLICADA if de == plan.importacion.pk else OMITIDA
            if g.estado == OMITIDA:
                _decir_que_ya(plan.importacion, g, cantidad)
    return faltan


def _decir_que_ya(importacion: Importacion, g: Grupo, antes: int) -> None:
    """That another import posted `g` meanwhile; with another quantity, it is refused as it would be after it."""
    igual = antes == (g.cantidad or 0)
    for fila in dict.fromkeys(x.fila for x in g.lineas):
        ProblemaDeFila.objects.create(
            importacion=importacion,
            fila=fila,
            valor=str(g.cantidad or 0),
            codigo="ya_publicada" if igual else "cantidad_cambiada",
            clase=ProblemaDeFila.Clase.OMISION if igual else ProblemaDeFila.Clase.ERROR,
            datos={} if igual else {"antes": str(antes), "ahora": str(g.cantidad or 0)},
        )


def _entrada(
    importacion: Importacion,
    almacen: int,
    contraparte: str,
    grupos: list[Grupo],
    productos: dict[str, Producto],
    usuario: Usuario,
    hoy: date,
) -> dict[int, Operacion]:
    """The entry of `grupos`: of each, by its identity, the operation. Those of nothing make their lot, where they name one."""
    for g in grupos:
        if g.cantidad == 0 and g.lote:
            _lote(productos[g.sku], g)
    con = [g for g in grupos if g.cantidad]
    lineas = [
        LineaEntrada(productos[g.sku].pk, x.cantidad, g.lote, g.caduca, x.costo, g.fabricacion)
        for g in con
        for x in g.lineas
        if x.cantidad
    ]
    hechas: dict[int, Operacion] = {}
    for i in range(0, len(lineas), LINEAS_MAXIMAS):
        nota = _("Importado de %(archivo)s") % {"archivo": importacion.archivo}
        pedida = Entrada(
            almacen=almacen,
            motivo="saldo_inicial",
            contraparte=contraparte,
            documento=importacion.archivo[:100],
            nota=nota,
            lineas=lineas[i : i + LINEAS_MAXIMAS],
        )
        operacion = services.registrar_entrada(pedida, usuario=usuario, hoy=hoy)
        hechas |= {id(g): operacion for g in con}
    return hechas


def _lote(producto: Producto, g: Grupo) -> None:
    """A lot of which there is nothing yet."""
    if not Lote.objects.filter(producto=producto, codigo=g.lote).exists():
        lote = Lote(producto=producto, codigo=g.lote, fecha_caducidad=g.caduca, fecha_fabricacion=g.fabricacion)
        lote.full_clean()
        lote.save()


def _recordar(
    importacion: Importacion, tanda: list[Grupo], productos: dict[str, Producto], operacion_de: dict[int, Operacion]
) -> None:
    LineaImportada.objects.bulk_create(
        [
            LineaImportada(
                almacen_id=g.almacen,
                producto=productos[g.sku],
                lote=g.lote or LOTE_UNICO,
                cantidad=g.cantidad or 0,
                importacion=importacion,
                operacion=operacion_de.get(id(g)),
            )
            for g in tanda
        ],
        update_conflicts=True,
        unique_fields=["almacen", "producto", "lote"],
        update_fields=["cantidad", "importacion", "operacion"],
    )


def _productos(plan: Plan, tanda: list[Grupo], usuario: Usuario) -> tuple[dict[str, Producto], set[str]]:
    """The products of `tanda`, by sku, and which were written: those that were not there are made, and a file of products
    changes the others.
    """
    skus = list(dict.fromkeys(g.sku for g in tanda))
    hallados = {p.sku: p for p in Producto.objects.filter(sku__in=skus).select_related("categoria")}
    categorias: dict[str, Categoria] = {}
    guardados = set()
    for sku in skus:
        dicho = {c: v for c, v in plan.productos[sku].items() if c not in SIN_CATEGORIA}
        producto = hallados.get(sku)
        if producto is None:
            autorizar(usuario, "productos.add_producto")
            producto = hallados[sku] = Producto(sku=sku)
        elif plan.importacion.tipo == Importacion.Tipo.PRODUCTOS:
            dicho = cambios(producto, dicho)
            if dicho:
                autorizar(usuario, "productos.change_producto")
        else:
            continue
        if dicho:
            _guardar(producto, dicho, categorias, usuario)
            guardados.add(sku)
    return hallados, guardados


def _guardar(producto: Producto, dicho: dict[str, Any], categorias: dict[str, Categoria], usuario: Usuario) -> None:
    nombre = dicho.pop("categoria", None)
    if nombre:
        producto.categoria = _categoria(nombre, categorias, usuario)
    for campo, valor in dicho.items():
        setattr(producto, campo, valor)
    producto.clean_fields(exclude=["categoria"])
    producto.clean()
    producto.save()


def _categoria(nombre: str, conocidas: dict[str, Categoria], usuario: Usuario) -> Categoria:
    """That of this name, however it was written; a new one where there is none."""
    clave = plegar(nombre)
    if not conocidas:
        conocidas |= {plegar(c.nombre): c for c in Categoria.objects.all()}
    if clave not in conocidas:
        autorizar(usuario, "productos.add_categoria")
        conocidas[clave] = Categoria(nombre=nombre)
        conocidas[clave].save()
    return conocidas[clave]
