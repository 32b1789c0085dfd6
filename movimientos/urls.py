app_name = "movimientos"
urlpatterns: list = []
