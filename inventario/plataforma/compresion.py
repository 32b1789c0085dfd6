"""Answers compressed by this server, for there may be no proxy that does."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers
from whitenoise.middleware import WhiteNoiseFileResponse  # type: ignore[import-untyped]

COMPRIMIBLES = ("text/", "application/json", "application/problem+json", "application/vnd.oai.openapi", "image/svg+xml")


class CompresionMiddleware(GZipMiddleware):
    """Django's own, which adds a random number of bytes, so that the length of a page that repeats what a stranger sent tells
    nothing of its secrets (BREACH). What streams goes on streaming. Not for what is compressed already: workbooks and the
    files of /static/.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if isinstance(response, WhiteNoiseFileResponse):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))  # also of a 304, and of what is too short to compress
        if not response.get("Content-Type", "").startswith(COMPRIMIBLES):
            return response
        return super().process_response(request, response)
