"""An answer is the same value whoever gives it and whoever sends it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from werkzeug.wsgi import FileWrapper

from publisher.web.reply import Measured, Reply, Varies, answering, response, whole


def greeting(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [("Content-Length", "5")])
    return [b"he", b"llo"]


def test_an_application_is_a_function_to_its_answers() -> None:
    reply = answering(greeting)({})
    assert (reply.status, reply.headers, whole(reply.body)) == ("200 OK", [("Content-Length", "5")], b"hello")


def test_a_body_that_was_read_is_closed() -> None:
    file = BytesIO(b"hello")
    assert whole(FileWrapper(file)) == b"hello"
    assert file.closed


def test_a_body_that_nobody_reads_to_its_end_is_closed_too() -> None:
    file, sizes = BytesIO(b"hello"), list[int]()
    body = Measured(FileWrapper(file, 2), sizes.append)
    assert next(body) == b"he"
    body.close()
    assert (file.closed, sizes) == (True, [2])


@pytest.mark.parametrize("body", [b"hello", FileWrapper(BytesIO(b"hello"))], ids=["bytes", "file"])
def test_flask_says_the_length_that_the_view_has_said_or_none(body: Any) -> None:
    assert "Content-Length" not in response(Reply("200 OK", [], body)).headers
    assert response(Reply("200 OK", [("Content-Length", "9")], body)).headers["Content-Length"] == "9"


def test_headers_that_come_to_the_same_have_one_key() -> None:
    varies = Varies(("text/html", "text/turtle"), encoded=True)
    first = {"HTTP_ACCEPT": "text/turtle", "HTTP_ACCEPT_ENCODING": "gzip, br"}
    same = {"HTTP_ACCEPT": "text/html;q=0.1, text/*", "HTTP_ACCEPT_ENCODING": "gzip, br"}
    assert varies.key(first) == varies.key(first | {"HTTP_ACCEPT": "application/pdf, text/turtle;q=0.2"})
    assert varies.key(first) == varies.key(same)
    assert varies.key(first) != varies.key(first | {"HTTP_ACCEPT": "*/*"})
    assert varies.key(first) != varies.key(first | {"HTTP_ACCEPT_ENCODING": "identity"})
    assert Varies().key(first) == Varies().key({})
