from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("productos/", include("productos.urls")),
    path("lotes/", include("lotes.urls")),
    path("", include("movimientos.urls")),
    path("alertas/", include("alertas.urls")),
    path("reportes/", include("reportes.urls")),
]
