"""What is remembered of an import: the file and what was decided of it, what is wrong with its rows, and what each posted."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from lotes.models import Almacen
from productos.models import Producto


class Importacion(models.Model):
    """A file on its way in. `contenido` is kept until it is done; `mapa` and `decisiones`, by letter of column."""

    class Tipo(models.TextChoices):
        EXISTENCIAS = "existencias", _("Existencias")
        PRODUCTOS = "productos", _("Productos")

    class Estado(models.TextChoices):
        LEIDA = "leida", _("Leída")
        ENSAYADA = "ensayada", _("Ensayada")
        PUBLICANDO = "publicando", _("Publicando")
        INTERRUMPIDA = "interrumpida", _("Interrumpida")  # never stored: publishing, and nobody is at it
        HECHA = "hecha", _("Hecha")

    tipo = models.CharField(_("tipo"), max_length=12, choices=Tipo)
    estado = models.CharField(_("estado"), max_length=12, choices=Estado, default=Estado.LEIDA)
    archivo = models.CharField(_("archivo"), max_length=200)
    contenido = models.BinaryField(editable=False, null=True)
    almacen = models.ForeignKey(Almacen, models.CASCADE, null=True, related_name="+", verbose_name=_("almacén"))
    usuario = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("usuario"))
    hojas = models.JSONField(default=list)
    avisos = models.JSONField(default=dict)
    hoja = models.CharField(_("hoja"), max_length=100, default="")
    fila_cabecera = models.PositiveIntegerField(_("fila de la cabecera"), default=1)
    alto_cabecera = models.PositiveSmallIntegerField(default=1)
    titulos = models.JSONField(default=list)
    mapa = models.JSONField(default=dict)
    decisiones = models.JSONField(default=dict)
    preguntas = models.JSONField(default=list)
    totales = models.JSONField(null=True)
    operaciones = models.JSONField(default=list)
    creada_en = models.DateTimeField(_("creada"), auto_now_add=True)
    latido = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("importación")
        verbose_name_plural = _("importaciones")
        ordering = ["-pk"]
        default_permissions = ("view", "add")

    def __str__(self) -> str:
        return self.archivo


class ProblemaDeFila(models.Model):
    """A row that is refused, left out or remarked on. `datos` are the numbers of its sentence (`textos`)."""

    class Clase(models.TextChoices):
        ERROR = "error", _("Rechazada")
        OMISION = "omision", _("Omitida")
        AVISO = "aviso", _("Aviso")

    importacion = models.ForeignKey(Importacion, models.CASCADE, related_name="problemas")
    fila = models.PositiveIntegerField(_("fila"))
    columna = models.CharField(_("columna"), max_length=4, default="")
    valor = models.CharField(_("valor"), max_length=200, default="")
    codigo = models.CharField(_("código"), max_length=40)
    clase = models.CharField(_("clase"), max_length=8, choices=Clase)
    datos = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("problema de una fila")
        verbose_name_plural = _("problemas de las filas")
        ordering = ["fila", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.fila}: {self.codigo}"


class LineaImportada(models.Model):
    """What an import posted of a lot in a warehouse: the same again posts nothing. 0 where only its product, or lot, was made."""

    almacen = models.ForeignKey(Almacen, models.CASCADE, related_name="+", db_index=False)
    producto = models.ForeignKey(Producto, models.CASCADE, related_name="+")
    lote = models.CharField(max_length=50)
    cantidad = models.BigIntegerField()
    importacion = models.ForeignKey(Importacion, models.CASCADE, related_name="lineas")
    operacion = models.ForeignKey("movimientos.Operacion", models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("línea importada")
        verbose_name_plural = _("líneas importadas")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["almacen", "producto", "lote"], name="linea_importada_unica"),
        ]

    def __str__(self) -> str:
        return f"{self.lote}: {self.cantidad}"
