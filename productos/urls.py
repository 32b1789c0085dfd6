from django.urls import path

from inventario.paginas.catalogo import de_escritura

from . import views
from .catalogo import PRODUCTO

app_name = "productos"
urlpatterns = [
    path("", views.lista, name="lista"),
    path("sugerencias/", views.sugerencias, name="sugerencias"),
    path("rapido/", views.rapido, name="rapido"),
    *de_escritura(PRODUCTO),
]
