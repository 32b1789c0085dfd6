from django.urls import path

from . import views

app_name = "lotes"
urlpatterns = [
    path("", views.lista, name="lista"),
    path("sugerencias/", views.sugerencias, name="sugerencias"),
    path("<int:pk>/etiqueta/", views.etiqueta, name="etiqueta"),
    path("<int:pk>/cambiar/<slug:accion>/", views.cambiar, name="cambiar"),
]
