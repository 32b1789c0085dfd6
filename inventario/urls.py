from collections.abc import Callable
from types import ModuleType
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.http import HttpResponse
from django.urls import include, path, re_path

from inventario.api.errores import no_encontrado
from inventario.cuentas import views
from inventario.demo.views import empezar
from inventario.empresa import views as empresa
from inventario.paginas import catalogo, preferencias
from inventario.paginas.admin import acceso
from inventario.paginas.views import ayuda
from lotes import urls as lotes
from lotes.catalogo import ALMACEN
from movimientos.catalogo import MOTIVO
from productos import urls as productos
from productos.catalogo import CATEGORIA, EMPAQUE
from reportes.fichas import buscar, guia, lote, panel, producto


def con_ficha(rutas: ModuleType, ficha: Callable[..., HttpResponse]) -> Any:
    """The routes of an app plus `ficha`, the page of one of its rows. It shows apps above, so it lives in `reportes`."""
    return include(([*rutas.urlpatterns, path("<int:pk>/", ficha, name="detalle")], rutas.app_name))


urlpatterns = [
    path("", panel.ver, name="panel"),
    path("buscar/", buscar.ver, name="buscar"),
    path("entrar/", views.entrar, name="entrar"),
    path("salir/", LogoutView.as_view(), name="salir"),
    path("idioma/", views.idioma, name="idioma"),
    path("tema/", views.tema, name="tema"),
    path("cuenta/", views.cuenta, name="cuenta"),
    path("cuenta/contrasena/", views.cambiar_contrasena, name="cambiar_contrasena"),
    path("cuenta/tokens/", views.crear_token, name="crear_token"),
    path("cuenta/tokens/<slug:pk>/revocar/", views.revocar_token, name="revocar_token"),
    path("empresa/empezar/", empezar, name="empezar_de_cero"),
    path("guia/cerrar/", guia.cerrar, name="cerrar_guia"),
    path("empresa/", empresa.editar, name="empresa"),
    path("empresa/logo/", empresa.ver_logo, name="logo"),
    path("vistas/<slug:lista>/", preferencias.guardar, name="vista_de_lista"),
    path("ayuda/", ayuda, name="ayuda"),
    path("admin/login/", acceso),
    path("admin/", admin.site.urls),
    path("cuenta/dos-factores/", include("inventario.cuentas.dos_factores.urls")),
    path("productos/", con_ficha(productos, producto.ver)),
    path("lotes/", con_ficha(lotes, lote.ver)),
    path("", include("movimientos.urls")),
    *catalogo.rutas(CATEGORIA),
    *catalogo.rutas(EMPAQUE),
    *catalogo.rutas(ALMACEN),
    *catalogo.rutas(MOTIVO),
    path("alertas/", include("alertas.urls")),
    path("reportes/", include("reportes.urls")),
    path("api/v1/", include("inventario.api_urls")),
    path("api/", include("inventario.api.urls")),
    re_path("^api/", no_encontrado),
]

handler400 = "inventario.paginas.views.peticion_invalida"
handler403 = "inventario.paginas.views.prohibido"
handler404 = "inventario.paginas.views.no_existe"
handler500 = "inventario.paginas.errores.interno"
