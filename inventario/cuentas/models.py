"""People and their API tokens."""

from typing import Any

from django.contrib.auth.models import AbstractUser, Group
from django.db import models, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from ..dominio.campos import TextoField


class Usuario(AbstractUser):
    class Tema(models.TextChoices):
        SISTEMA = "sistema", _("Como el sistema")
        CLARO = "claro", _("Claro")
        OSCURO = "oscuro", _("Oscuro")

    idioma = models.CharField(_("idioma"), max_length=5, blank=True, default="")
    tema = models.CharField(_("tema"), max_length=8, choices=Tema, default=Tema.SISTEMA)
    recibe_resumen = models.BooleanField(
        _("recibe el resumen de alertas"), default=False, help_text=_("Un correo diario cuando hay algo nuevo.")
    )
    # How the lists look to this user: inventario.paginas.preferencias.
    listas = models.JSONField(default=dict, editable=False)
    # Each end of the access is another epoch: sessions and links of the one before no longer match (cuentas.acceso).
    epoca = models.PositiveIntegerField(default=0, editable=False)

    class Meta(AbstractUser.Meta):
        verbose_name = _("usuario")  # type: ignore[assignment]  # the stub forgets that it may be lazy
        verbose_name_plural = _("usuarios")  # type: ignore[assignment]
        permissions = [("exportar", _("Puede exportar reportes"))]

    @transaction.atomic  # so that its audit commits with it
    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's own in the first epoch, so that an upgrade ends nobody's session."""
        if not self.epoca:
            return super()._get_session_auth_hash(secret)  # type: ignore[misc]  # the stub has only the public one
        return salted_hmac(
            "inventario.Usuario.epoca", f"{self.password}:{self.epoca}", secret=secret, algorithm="sha256"
        ).hexdigest()


class RolSembrado(models.Model):
    """A role that this product made: which group it is now, whatever its name, and which permissions it was ever given."""

    codigo = models.CharField(max_length=40, unique=True)
    grupo = models.OneToOneField(Group, models.SET_NULL, null=True, related_name="+")
    permisos = models.JSONField(default=list)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.codigo


class Token(AbstractAuthToken):
    """A key to the API, stored as its hash, with a name its owner recognises."""

    nombre = TextoField(_("nombre"), max_length=60, default="API")

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")

    def __str__(self) -> str:
        return f"{self.nombre} ({self.token_key}…)"


class Auditoria(models.Model):
    """One record of the audit: a login or a failed one, or a change of a catalogue or a permission. Stock has its ledger.

    Insert-only: the database refuses anything else (movimientos.candado). It has no foreign key, so that a user can be
    deleted without touching its records.
    """

    class Suceso(models.TextChoices):
        ACCESO = "entrada", _("Entró")  # the values are in rows that nobody may change
        FALLO = "fallo", _("No pudo entrar")
        BLOQUEO = "bloqueo", _("Quedó bloqueado")
        CIERRE = "salida", _("Salió")
        ALTA = "alta", _("Alta")
        CAMBIO = "cambio", _("Cambio")
        BAJA = "baja", _("Baja")

    en = models.DateTimeField(_("cuándo"), auto_now_add=True, db_index=True)
    suceso = models.CharField(_("suceso"), max_length=10, choices=Suceso)
    usuario_id = models.BigIntegerField(_("id del usuario"), null=True)
    usuario = models.CharField(_("usuario"), max_length=150, default="")
    direccion = models.CharField(_("dirección"), max_length=45, default="")
    objeto = models.CharField(_("objeto"), max_length=60, default="")
    objeto_id = models.CharField(_("id del objeto"), max_length=40, default="")
    descripcion = models.CharField(_("descripción"), max_length=200, default="")
    cambios = models.JSONField(_("cambios"), default=dict)
    id_solicitud = models.CharField(_("id de la solicitud"), max_length=64, default="")

    class Meta:
        verbose_name = _("registro de auditoría")
        verbose_name_plural = _("auditoría")
        ordering = ["-pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["objeto", "objeto_id"], name="auditoria_objeto_idx")]

    def __str__(self) -> str:
        return f"{self.get_suceso_display()}: {self.usuario or '-'} {self.descripcion}".strip()
