"""English is complete: nothing missing or fuzzy, the .mo is the .po's, and nothing marked in the code is left out."""

import gettext
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

CARPETA = Path(settings.BASE_DIR) / "locale" / "en" / "LC_MESSAGES"
CON_GETTEXT = pytest.mark.necesita("msgfmt")


def _mensajes(po: str) -> set[tuple[str, ...]]:
    """Context, singular and plural of each message in use."""
    bloques = [b for b in po.split("\n\n")[1:] if "\nmsgid " in f"\n{b}" and not b.startswith("#~")]
    return {tuple(re.findall(r'^(?:msgctxt|msgid|msgid_plural) ((?:".*"\n?)+)', b, re.M)) for b in bloques}


def _catalogo(archivo: Path) -> dict:
    with archivo.open("rb") as abierto:
        return gettext.GNUTranslations(abierto)._catalog


@CON_GETTEXT
def test_no_message_is_untranslated_or_fuzzy():
    hecho = subprocess.run(
        [shutil.which("msgattrib"), "--untranslated", "--no-obsolete", CARPETA / "django.po"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    po = (CARPETA / "django.po").read_text()

    assert hecho.stdout.strip() == ""
    assert "#, fuzzy" not in po


@CON_GETTEXT
def test_the_compiled_catalogue_is_fresh_and_its_formats_agree(tmp_path):
    subprocess.run(
        [shutil.which("msgfmt"), "--check-format", "-o", tmp_path / "nuevo.mo", CARPETA / "django.po"], check=True
    )
    nuevo, viejo = (_catalogo(archivo) for archivo in (tmp_path / "nuevo.mo", CARPETA / "django.mo"))

    assert viejo == nuevo


@CON_GETTEXT
def test_every_string_marked_in_the_code_is_in_the_catalogue(tmp_path, monkeypatch):
    """Runs makemessages on a copy of the sources."""
    copia = tmp_path / "copia"
    fuera = shutil.ignore_patterns(".*", "tests", "node_modules", "staticfiles", "benchmarks", "herramientas", "docs")
    shutil.copytree(settings.BASE_DIR, copia, ignore=fuera)
    monkeypatch.chdir(copia)
    monkeypatch.setattr(settings, "LOCALE_PATHS", [str(copia / "locale")])

    call_command("makemessages", locale=["en"], no_wrap=True, no_location=True, verbosity=0)

    nuevas = _mensajes((copia / "locale/en/LC_MESSAGES/django.po").read_text())
    assert nuevas == _mensajes((CARPETA / "django.po").read_text())


@pytest.mark.parametrize(
    ("idioma", "uno", "dos"), [("es", "queda 1 día", "quedan 2 días"), ("en", "1 day left", "2 days left")]
)
def test_plurals_follow_the_language(idioma, uno, dos):
    def quedan(n: int) -> str:
        return ngettext("queda %(n)s día", "quedan %(n)s días", n) % {"n": n}

    with translation.override(idioma):
        assert (quedan(1), quedan(2)) == (uno, dos)


def test_the_page_speaks_the_language_of_the_browser_until_the_user_chooses(client, operador):
    client.force_login(operador)
    ingles = client.get("/ayuda/", headers={"Accept-Language": "en"}).content.decode()
    operador.idioma = "es"
    operador.save()
    espanol = client.get("/ayuda/", headers={"Accept-Language": "en"}).content.decode()

    with translation.override("en"):
        assert _("Cómo piensa Inventario") in ingles
    assert "Cómo piensa Inventario" in espanol
