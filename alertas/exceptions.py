"""The refusals of the alerts' life cycle."""

from django.utils.translation import gettext_lazy as _

from inventario.dominio.exceptions import ErrorDeDominio


class AlertaResuelta(ErrorDeDominio):
    codigo = "alerta_resuelta"
    mensaje = _("La alerta ya está resuelta.")
