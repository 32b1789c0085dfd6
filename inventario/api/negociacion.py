"""Which parser and which renderer."""

from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request


class SiempreJSON(BaseContentNegotiation):
    """There is one representation: what `Accept` says is not asked."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        tipo = (request.content_type or "").split(";")[0].strip().lower()
        return next((p for p in parsers if p.media_type == tipo), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type
