"""Files: only where a view says that it takes one, of its size and kind, from somebody who is in. Everything else is refused
before a byte of it is kept.
"""

import tempfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.http import JsonResponse
from django.test import Client
from django.urls import get_resolver, include, path
from django.views.decorators.http import require_POST
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from inventario import urls
from inventario.plataforma import archivos
from inventario.plataforma.archivos import MEGA, esperado, recibe_archivo
from pruebas.clientes import ClienteAPI
from pruebas.factories import UsuarioFactory

from .test_accesos_api import _legible, _patrones

MAXIMO = 3 * MEGA
CSV, XLSX, JPEG = b"sku;cantidad\nA;1\n", b"PK\x03\x04resto", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01resto"


def visto(request):
    (archivo,) = request.FILES.values()
    return {
        "bytes": archivo.size,
        "primeros": archivo.read(4).decode("latin-1"),
        "en_disco": isinstance(archivo, TemporaryUploadedFile),
        "nota": request.POST.get("nota"),
    }


@require_POST
@recibe_archivo(maximo=MAXIMO, tipos=("csv", "xlsx"))
def subir(request):
    return JsonResponse(visto(request))


class Subidas(ViewSet):
    parser_classes = [MultiPartParser]
    permisos = {"create": "productos.view_producto", "list": "productos.view_producto"}

    @recibe_archivo(maximo=MAXIMO, tipos=("csv", "xlsx"))
    def create(self, request):
        assert request.data["archivo"]
        return Response(visto(request))

    def list(self, request):
        return Response([])


class Rutas:
    app_name = None
    urlpatterns = [
        path("subir/", subir),
        path("api/v1/subidas/", Subidas.as_view({"post": "create", "get": "list"})),
        path("", include(urls)),
    ]
    handler400, handler403, handler404, handler500 = (getattr(urls, f"handler{n}") for n in (400, 403, 404, 500))


@pytest.fixture
def jefa(db):
    return UsuarioFactory(is_superuser=True, is_staff=True)


@pytest.fixture(params=["pagina", "api"])
def enviar(request, jefa, settings):
    """`enviar(campos, quien)`: a form with files to the view that takes one."""
    settings.ROOT_URLCONF = Rutas

    def _enviar(campos, de=jefa):
        cliente = Client(raise_request_exception=False)
        if request.param == "pagina":
            if de:
                cliente.force_login(de)
            return cliente.post("/subir/", campos)
        cabeceras = {"authorization": f"Token {ClienteAPI(de).clave}"} if de else {}
        return cliente.post("/api/v1/subidas/", campos, headers=cabeceras)

    return _enviar


@pytest.fixture
def sin_disco(monkeypatch):
    """No temporary file may be opened."""

    def negar(*args, **kwargs):
        raise AssertionError("a file was opened")

    for nombre in ("TemporaryFile", "NamedTemporaryFile", "mkstemp", "_mkstemp_inner"):
        monkeypatch.setattr(tempfile, nombre, negar)


def de(contenido, nombre="hoja.csv", tipo="text/csv"):
    return SimpleUploadedFile(nombre, contenido, tipo)


@pytest.mark.parametrize("contenido", [CSV, XLSX, "á;b".encode("utf-16"), CSV + b"x" * (MAXIMO - len(CSV))])
def test_a_view_that_takes_a_file_gets_it_whole(enviar, contenido):
    r = enviar({"archivo": de(contenido), "nota": "ñ"})

    assert r.status_code == 200, r.content
    datos = r.json()
    assert (datos["bytes"], datos["nota"]) == (len(contenido), "ñ")
    assert datos["primeros"].encode("latin-1") == contenido[:4]
    assert datos["en_disco"] == (len(contenido) > 2.5 * MEGA)


@pytest.mark.parametrize(
    ("campos", "estado"),
    [
        (lambda: {"archivo": de(CSV + b"x" * MAXIMO)}, 413),
        (lambda: {"archivo": de(b"x" * 5 * MEGA)}, 413),
        (lambda: {"archivo": de(JPEG)}, 415),
        (lambda: {"archivo": de(b"\x7fELF\x00\x00" + b"x" * MEGA)}, 415),
        (lambda: {"archivo": de(CSV), "otro": de(CSV)}, 415),
    ],
    ids=["grande", "mayor", "imagen", "programa", "dos"],
)
def test_what_is_too_big_or_of_another_kind_never_reaches_it(enviar, campos, estado):
    r = enviar(campos())

    assert r.status_code == estado
    if r["Content-Type"].startswith("application/problem"):
        assert r.json()["codigo"] in ("cuerpo_demasiado_grande", "tipo_no_admitido")


@pytest.mark.parametrize("bytes_", [10, MEGA // 2, 2 * MEGA])
def test_a_stranger_leaves_no_file_even_where_one_is_taken(enviar, sin_disco, bytes_):
    r = enviar({"archivo": de(CSV + b"x" * bytes_)}, de=None)

    assert r.status_code in ((413,) if bytes_ > MEGA else (415, 401))


def test_who_was_deactivated_is_a_stranger(enviar, sin_disco, jefa):
    jefa.is_active = False
    jefa.save()

    assert enviar({"archivo": de(CSV + b"x" * 2 * MEGA)}).status_code == 413


def _lugares():
    return sorted({_legible(ruta) for ruta, _vista in _patrones(get_resolver())})


@pytest.mark.parametrize("quien", ["anonimo", "usuario"])
def test_no_other_route_takes_a_file(jefa, sin_disco, quien, rf):
    """Every route: who sends a file where none is taken is told so, 415, or refused for another reason; nothing is kept."""
    cliente = Client(raise_request_exception=False)
    if quien == "usuario":
        cliente.force_login(jefa)
    fallos, negados = [], 0
    for ruta in _lugares():
        lugar = "/" + ruta.replace("{nombre}", "existencias").replace("{pk}", "1").replace(".*", "")
        if esperado(rf.post(lugar)) and quien == "usuario":
            continue
        estado = cliente.post(lugar, {"archivo": de(CSV)}).status_code
        negados += estado == 415
        bien = (415, 401, 403, 404, 405, 302) if lugar.startswith("/api/") else (415,)
        fallos += [f"{lugar}: {estado}"] if estado not in bien else []
    assert not fallos, fallos
    assert negados > 40


def test_without_the_doorkeeper_a_file_goes_in(client, db, monkeypatch):
    """The control of the tests above."""
    monkeypatch.setattr(archivos.Portero, "new_file", lambda *args, **kwargs: None)
    monkeypatch.setattr(archivos.Portero, "receive_data_chunk", lambda self, datos, donde: datos)

    assert client.post("/entrar/", {"username": "x", "archivo": de(CSV)}).status_code == 200


def test_an_empty_file_field_is_no_file(client, db):
    """Browsers send one for a field of files in which nothing was chosen."""
    limite = "zz"
    vacio = f'--{limite}\r\nContent-Disposition: form-data; name="a"; filename=""\r\n\r\n\r\n--{limite}--\r\n'

    r = client.generic("POST", "/entrar/", vacio, content_type=f"multipart/form-data; boundary={limite}")

    assert r.status_code == 200


def test_a_kind_that_does_not_exist_cannot_be_declared():
    with pytest.raises(ValueError, match="exe"):
        recibe_archivo(maximo=1, tipos=("exe",))
