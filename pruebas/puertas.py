"""The doors through which a row of a catalogue is changed, for tests of what must hold at each."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.forms.models import model_to_dict
from django.test import Client
from django.urls import reverse

from inventario.cuentas.models import Usuario
from inventario.dominio.exceptions import ErrorDeDominio
from inventario.dominio.vida import ConHistoria
from inventario.paginas.catalogo import Catalogo
from lotes.catalogo import ALMACEN
from movimientos.catalogo import MOTIVO
from productos.catalogo import CATEGORIA, EMPAQUE, PRODUCTO
from pruebas.clientes import ClienteAPI

PAGINAS: dict[type, Catalogo] = {c.modelo: c for c in (ALMACEN, CATEGORIA, EMPAQUE, MOTIVO, PRODUCTO)}
PUERTAS = ("PATCH", "PUT", "page", "admin", "save", "save of it alone", "full_clean")
en_cada_puerta = pytest.mark.parametrize("puerta", PUERTAS)


def cambiador(client: Client, admin_user: Usuario) -> Callable[..., Any]:  # noqa: C901  a door each
    """What changes a row through a door: it returns None when that is done, else what the refusal says."""
    client.force_login(admin_user)
    api = ClienteAPI(admin_user)

    def por_api(fila: Any, cambios: Any, metodo: Any) -> Any:
        ruta = f"/api/v1/{PAGINAS[type(fila)].ruta}/{fila.pk}/"
        cuerpo = cambios
        if metodo == "PUT":
            campos = set(PAGINAS[type(fila)].formulario.base_fields)
            cuerpo = {k: v for k, v in api("GET", ruta).json().items() if k in campos} | cambios
        r = api(metodo, ruta, cuerpo)
        return None if r.status_code == 200 else (r.status_code, r.json()["codigo"])

    def por_formulario(fila: Any, cambios: Any, lugar: Any) -> Any:
        datos = {k: "" if v is None else v for k, v in (model_to_dict(fila) | cambios).items() if v is not False}
        if "/editar/" in lugar and "producto" in datos:  # a page names it as people do
            datos["producto"] = fila.producto.sku
        r = client.post(lugar, datos)
        return None if r.status_code == 302 else "refused"

    def por_modelo(fila: Any, cambios: Any, puerta: Any) -> Any:
        for campo, valor in cambios.items():
            setattr(fila, campo, valor)
        try:
            if puerta == "full_clean":
                fila.full_clean()
            fila.save(**({"update_fields": list(cambios)} if puerta == "save of it alone" else {}))
        except (ErrorDeDominio, ValidationError) as error:
            return error
        return None

    def _cambiar(puerta: Any, fila: Any, **cambios: Any) -> Any:
        fila = type(fila).objects.get(pk=fila.pk)
        meta = fila._meta
        if puerta in ("PATCH", "PUT"):
            return por_api(fila, cambios, puerta)
        if puerta == "page":
            return por_formulario(fila, cambios, f"/{PAGINAS[type(fila)].ruta}/{fila.pk}/editar/")
        if puerta == "admin":
            return por_formulario(
                fila, cambios, reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[fila.pk])
            )
        return por_modelo(fila, cambios, puerta)

    return _cambiar


def igual_que_antes(fila: ConHistoria) -> bool:
    return model_to_dict(type(fila).objects.get(pk=fila.pk)) == model_to_dict(fila)  # type: ignore[attr-defined]  # of each
