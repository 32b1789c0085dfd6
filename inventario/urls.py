from django.contrib import admin
from django.urls import include, path, re_path

from inventario.api.errores import no_encontrado

urlpatterns = [
    path("admin/", admin.site.urls),
    path("productos/", include("productos.urls")),
    path("lotes/", include("lotes.urls")),
    path("", include("movimientos.urls")),
    path("alertas/", include("alertas.urls")),
    path("reportes/", include("reportes.urls")),
    path("api/v1/", include("inventario.api_urls")),
    path("api/", include("inventario.api.urls")),
    re_path("^api/", no_encontrado),
]
