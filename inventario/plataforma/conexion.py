"""What the application tells the server about the connection. Imported before Django is ready: it needs nothing."""

from collections.abc import Callable
from typing import Any

LEIDO = "inventario.leido"  # in the environment: nothing of the body is left on the connection


def cerrando(aplicacion: Callable[..., Any]) -> Callable[..., Any]:
    """`aplicacion`, which ends the connection with any answer that comes before its request was read, and says so: what
    is left unread would be taken for the next request. No header can do it, for WSGI keeps `Connection` to the server.
    """

    def con_cierre(environ: dict[str, Any], start_response: Any) -> Any:
        def empezar(*respuesta: Any) -> Any:
            escribir = start_response(*respuesta)
            largo = environ.get("CONTENT_LENGTH") or "0"
            if (largo != "0" or "HTTP_TRANSFER_ENCODING" in environ) and not environ.get(LEIDO):
                servidor = start_response.__self__
                if hasattr(servidor, "force_close"):
                    servidor.force_close()  # gunicorn's
                else:
                    servidor.headers["Connection"] = "close"  # wsgiref's
            return escribir

        return aplicacion(environ, empezar)

    return con_cierre
