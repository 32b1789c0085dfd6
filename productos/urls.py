app_name = "productos"
urlpatterns: list = []
