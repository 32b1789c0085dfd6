"""The refusals of stock operations."""

from django.utils.translation import gettext_lazy as _

from inventario.dominio.exceptions import ErrorDeDominio


class StockInsuficiente(ErrorDeDominio):
    """There is not enough. `lineas`: per product asked, available, missing, and the lots passed over with their reason."""

    codigo = "stock_insuficiente"
    mensaje = _("No hay existencias suficientes.")


class CaducidadDistinta(ErrorDeDominio):
    """The lot exists with another expiry. `lote_codigo`, `registrada`, `recibida`."""

    codigo = "caducidad_distinta"
    mensaje = _("El lote ya existe con otra fecha de caducidad.")


class FabricacionDistinta(ErrorDeDominio):
    """The lot exists with another date of manufacture. `lote_codigo`, `registrada`, `recibida`."""

    codigo = "fabricacion_distinta"
    mensaje = _("El lote ya existe con otra fecha de fabricación.")


class LoteNoDespachable(ErrorDeDominio):
    """Expired or held stock does not leave for consumption. `lote`, `lote_codigo`, `razon`."""

    codigo = "lote_no_despachable"
    mensaje = _("El lote no puede salir para consumo.")


class YaRevertida(ErrorDeDominio):
    codigo = "ya_revertida"
    mensaje = _("La operación ya fue revertida.")


class ReversoImposible(ErrorDeDominio):
    codigo = "reverso_imposible"
    mensaje = _("La operación no se puede revertir.")


class RetroactivoImposible(ErrorDeDominio):
    codigo = "retroactivo_imposible"
    mensaje = _("La operación no puede llevar esa fecha.")


class MovidoDesde(ErrorDeDominio):
    """What left since it was counted would take a balance below zero. `contadas`: what was counted, was there and moved."""

    codigo = "movido_desde"
    mensaje = _("Desde que se contó salió tanto que el saldo quedaría por debajo de cero: cuente de nuevo.")


class MotivoIncompatible(ErrorDeDominio):
    codigo = "motivo_incompatible"
    mensaje = _("El motivo no corresponde a esta operación.")


class ProductoInactivo(ErrorDeDominio):
    codigo = "producto_inactivo"
    mensaje = _("El producto está inactivo: solo admite devoluciones.")


class AlmacenInactivo(ErrorDeDominio):
    codigo = "almacen_inactivo"
    mensaje = _("El almacén está cerrado: no admite que entre nada.")


class ConteoCerrado(ErrorDeDominio):
    """The session takes no more of this in its state. `conteo_estado` says which."""

    codigo = "conteo_cerrado"
    mensaje = _("El conteo ya no admite eso.")


class ConteoAbierto(ErrorDeDominio):
    codigo = "conteo_abierto"
    mensaje = _("El conteo sigue abierto: ciérrelo antes de aprobarlo.")


class ConteoVacio(ErrorDeDominio):
    codigo = "conteo_vacio"
    mensaje = _("Nadie ha contado nada en este conteo.")


class RecuentoPendiente(ErrorDeDominio):
    """Somebody else must count `por_contar` again: they differ over a threshold, or two people disagree."""

    codigo = "recuento_pendiente"
    mensaje = _("Hay diferencias que otra persona debe contar de nuevo.")


class ConteoMismoUsuario(ErrorDeDominio):
    """Who counted `por_contar`, which differ over a threshold, does not approve them."""

    codigo = "conteo_mismo_usuario"
    mensaje = _("Usted contó diferencias que pasan del umbral: debe aprobarlas quien no las contó.")
