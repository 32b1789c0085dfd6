app_name = "reportes"
urlpatterns: list = []
