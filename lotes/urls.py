from django.urls import path

from . import camara, views
from .rotulos.views import etiquetas

app_name = "lotes"
urlpatterns = [
    path("", views.lista, name="lista"),
    path("sugerencias/", views.sugerencias, name="sugerencias"),
    path("camara/", camara.leer, name="camara"),
    path("escaneado/", views.escaneado, name="escaneado"),
    path("etiquetas/", etiquetas, name="etiquetas"),
    path("<int:pk>/cambiar/<slug:accion>/", views.cambiar, name="cambiar"),
]
