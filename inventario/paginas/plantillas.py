"""Templates write a number as a machine reads it: 1228 and 12.5, in any language.

Ids, addresses, values of forms, coordinates: nearly all that a template writes is read by a browser, a script or this server,
and one `{{ lote.pk }}` that came out as "1 228" broke a form. So `{{ n }}` is the plain number, everywhere, and what
people read goes through something that says so: `numero`, `dinero`, `costo`, `{% cantidad %}` (templatetags/interfaz.py).
"""

from typing import Any

from django.http import HttpRequest
from django.template.backends.django import DjangoTemplates, Template, reraise
from django.template.context import make_context
from django.template.exceptions import TemplateDoesNotExist
from django.utils.safestring import SafeString


class _Plantilla(Template):
    def render(self, context: Any = None, request: HttpRequest | None = None) -> SafeString:
        contexto = make_context(context, request, autoescape=self.backend.engine.autoescape)
        vars(contexto)["use_l10n"] = False
        try:
            return self.template.render(contexto)
        except TemplateDoesNotExist as error:
            reraise(error, self.backend)


class Plantillas(DjangoTemplates):
    def from_string(self, template_code: str) -> _Plantilla:
        return _Plantilla(self.engine.from_string(template_code), self)

    def get_template(self, template_name: str) -> _Plantilla:
        return _Plantilla(super().get_template(template_name).template, self)
