"""People and their API tokens."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from .campos import TextoField


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

    class Meta(AbstractUser.Meta):
        verbose_name = _("usuario")
        verbose_name_plural = _("usuarios")
        permissions = [("exportar", _("Puede exportar reportes"))]


class Token(AbstractAuthToken):
    """A key to the API, stored as its hash, with a name its owner recognises."""

    nombre = TextoField(_("nombre"), max_length=60, default="API")

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")

    def __str__(self) -> str:
        return f"{self.nombre} ({self.token_key}…)"
