"""When a request has come whole, byte by byte, however it is cut."""

import random

import pytest

from inventario.plataforma.recepcion import CABEZA_MAXIMA, CUERPO_MAXIMO, Estado, Recepcion

CABEZA = b"POST /a HTTP/1.1\r\nHost: x\r\n"
POR_TROZOS = CABEZA + b"Transfer-Encoding: chunked\r\n\r\n"
ENTERAS = {
    "sin cuerpo": b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n",
    "con largo": CABEZA + b"content-length:  5 \r\n\r\nhola!",
    "largo cero": CABEZA + b"Content-Length: 0\r\n\r\n",
    "por trozos": POR_TROZOS + b"4\r\nhola\r\n1;a=b\r\n!\r\n0\r\n\r\n",
    "trozo con saltos": POR_TROZOS + b"6\r\n0\r\n\r\n!\r\n0\r\n\r\n",
    "con final": POR_TROZOS + b"4\r\nhola\r\n0\r\nX-Nada: 1\r\n\r\n",
}


@pytest.mark.parametrize("caso", ENTERAS)
@pytest.mark.parametrize("sigue", [b"", b"GET /b HTTP/1.1\r\n\r\n"], ids=["sola", "seguida"])
def test_it_is_whole_at_its_last_byte_and_not_before(caso, sigue):
    entera, azar = ENTERAS[caso], random.Random(caso)
    for _vez in range(50):
        recepcion, llevo = Recepcion(), 0
        while llevo < len(entera):
            paso = min(azar.randint(1, 9), len(entera) - llevo)
            estado = recepcion.tomar(entera[llevo : llevo + paso])
            llevo += paso
            assert (estado is Estado.LISTA) == (llevo == len(entera)), (entera[:llevo], estado)
    assert Recepcion().tomar(entera + sigue) is Estado.LISTA


@pytest.mark.parametrize(
    "mala",
    [
        CABEZA + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
        CABEZA + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        CABEZA + b"Content-Length: x\r\n\r\n",
        CABEZA + b"Transfer-Encoding: gzip\r\n\r\n",
        POR_TROZOS + b"zz\r\n",
        POR_TROZOS + b"\r\n",
        POR_TROZOS + b"1_0\r\n",
    ],
)
def test_what_makes_no_sense_is_not_waited_for(mala):
    assert Recepcion().tomar(mala) is Estado.LISTA


@pytest.mark.parametrize("largo", [CUERPO_MAXIMO + 1, 10**17])
def test_a_body_that_says_it_is_too_big_is_not_waited_for(largo):
    assert Recepcion().tomar(CABEZA + b"Content-Length: %d\r\n\r\n" % largo) is Estado.LISTA


def test_one_in_chunks_is_kept_up_to_a_limit():
    recepcion, pieza = Recepcion(), b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    assert recepcion.tomar(POR_TROZOS) is Estado.SIN_CUERPO
    estados = [recepcion.tomar(pieza) for _n in range(CUERPO_MAXIMO // len(pieza) + 1)]

    assert estados[-1] is Estado.LISTA
    assert set(estados[:-1]) == {Estado.SIN_CUERPO}


def test_a_head_without_end_is_kept_up_to_a_limit():
    recepcion = Recepcion()
    estados = [recepcion.tomar(b"X-Mas: 123\r\n") for _n in range(CABEZA_MAXIMA // 12 + 1)]

    assert estados[-1] is Estado.EXCESIVA
    assert set(estados[:-1]) == {Estado.SIN_CABEZA}


@pytest.mark.parametrize(("largo", "pide"), [(5, True), (CUERPO_MAXIMO + 1, False)])
def test_permission_to_send_is_asked_for_once(largo, pide):
    """It is given by who waits for the body, and gunicorn does not see that it was asked for."""
    recepcion = Recepcion()
    recepcion.tomar(CABEZA + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % largo)

    assert recepcion.pide_permiso == pide
    assert (b"Expect" in recepcion.datos) != pide
    if pide:
        assert recepcion.tomar(b"hola") is Estado.SIN_CUERPO
        assert recepcion.tomar(b"!") is Estado.LISTA
        assert recepcion.datos == CABEZA + b"Content-Length: 5\r\n\r\nhola!"
