from django.urls import path

from . import views

app_name = "reportes"
urlpatterns = [
    path("", views.indice, name="indice"),
    path("<slug:nombre>/", views.reporte, name="reporte"),
]
