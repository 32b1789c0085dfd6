"""Where a form leads back to: only ever to a page of ours."""

import pytest

from inventario.paginas.navegacion import destino_seguro

AJENOS = [
    "",
    "https://otro.example/",
    "//otro.example/",
    "http:///otro.example",
    "javascript:alert(1)",
    "panel",
    "٥",
    "http://testserver/x",
]


@pytest.mark.parametrize("propio", ["/lotes/?estado=retirado", "https://testserver/lotes/"])
@pytest.mark.parametrize("metodo", ["get", "post"])
def test_a_page_of_ours_is_gone_back_to(rf, metodo, propio):
    request = getattr(rf, metodo)("/", {"volver": propio}, secure=True)

    assert destino_seguro(request, "volver", "panel") == propio


@pytest.mark.parametrize("ajeno", AJENOS)
def test_another_site_another_scheme_less_security_or_a_word_leads_to_the_page_by_default(rf, ajeno):
    request = rf.post("/?volver=/alertas/", {"volver": ajeno}, secure=True)

    assert destino_seguro(request, "volver", "lotes:lista") == ("/lotes/" if ajeno else "/alertas/")
