"""Every error has its status, and none tells what is not the client's business."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from building import copy, published

from publisher import errors
from publisher.web import Site, create_app, open_site, problems

STATUSES = {
    errors.ResourceNotFound: (404, "not-found"),
    errors.NotAcceptable: (406, "not-acceptable"),
    errors.BadRequest: (400, "bad-request"),
    errors.QuerySyntaxError: (400, "syntax"),
    errors.QueryTooComplex: (400, "too-complex"),
    errors.QueryTooLong: (413, "too-long"),
    errors.QueryNotAllowed: (403, "not-allowed"),
    errors.QueryParameterError: (400, "parameter"),
    errors.QueryMediaType: (415, "media-type"),
    errors.DeadlineExceeded: (504, "deadline"),
    errors.MemoryExceeded: (503, "memory-limit"),
    errors.AnswerTooLarge: (400, "too-large"),
    errors.ClientOverBudget: (429, "budget"),
    errors.EngineCrashed: (500, "engine-crash"),
    errors.EngineBusy: (503, "busy"),
    errors.EngineUnavailable: (503, "unavailable"),
}


def below(kind: type[Exception]) -> Iterator[type[Exception]]:
    for each in kind.__subclasses__():
        yield each
        yield from below(each)


def test_every_error_of_a_request_has_a_row() -> None:
    kinds = [*below(errors.RequestError), *below(errors.QueryError), errors.EngineUnavailable, errors.EngineBusy]
    assert set(kinds) == set(STATUSES)


@pytest.mark.parametrize(("kind", "told"), STATUSES.items(), ids=lambda each: getattr(each, "__name__", ""))
def test_an_error_is_told_with_its_status_and_type(
    site: Site, kind: type[Exception], told: tuple[int, str]
) -> None:
    answer = failing(site, kind("What, where and what to do."))
    assert (answer.status_code, answer.json["type"].partition("#")[2]) == told
    assert answer.json["detail"] == "What, where and what to do."
    assert answer.headers["Cache-Control"] == "no-store"
    # More memory does not come by waiting; a free worker does, and so does a budget.
    waiting = (errors.EngineBusy, errors.EngineUnavailable, errors.ClientOverBudget)
    assert ("Retry-After" in answer.headers) == (kind in waiting)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (KeyError("secret"), 500),
        (RuntimeError("secret"), 500),
        (OSError("secret"), 503),
        (TimeoutError("secret"), 503),
    ],
    ids=repr,
)
def test_what_we_cannot_explain_is_logged_and_not_told(
    site: Site, capsys: pytest.CaptureFixture[str], error: Exception, status: int
) -> None:
    for accept in ("application/json", "text/html", "text/plain"):
        answer = failing(site, error, accept)
        assert answer.status_code == status
        assert "secret" not in answer.text
        assert "Traceback" not in answer.text
        (line,) = capsys.readouterr().err.splitlines()
        assert "secret" in json.loads(line)["error"]


def test_a_page_tells_a_reader_what_to_do(site: Site) -> None:
    answer = failing(site, errors.QueryTooComplex("Too many operators."), "text/html")
    assert answer.mimetype == "text/html"
    assert "De query is te ingewikkeld" in answer.text
    assert (
        '<span lang="en">Too many operators.</span> <small class="note">niet vertaald: Engels</small>'
        in answer.text
    )


def test_a_page_tells_which_parameter_is_wrong_and_stands_nowhere_in_the_menu(site: Site) -> None:
    answer = failing(site, errors.BadRequest("`year` must be a year of four digits."), "text/html")
    assert "`year` must be a year of four digits." in answer.text
    assert "Een deel van het adres kunnen we niet lezen." in answer.text
    assert 'aria-current="page"' not in answer.text


def test_a_text_sent_in_is_said_back_short() -> None:
    assert problems.echo("x" * 200) == "x" * 200
    assert len(problems.echo("x" * 5000)) == 201


def test_an_outage_is_never_an_absence(tmp_path: Path) -> None:
    folder = copy("tiny", tmp_path)
    documents = published(folder).documents
    site = open_site(folder)
    try:
        documents.write_bytes(b"damaged" * 1000)
        answer = create_app(site).test_client().get("/doc/concept/season/winter")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    finally:
        site.queries.close()


def failing(site: Site, error: Exception, accept: str = "*/*"):  # type: ignore[no-untyped-def]
    """The answer of a view that raises this."""

    def view() -> str:
        raise error

    app = create_app(site)
    app.add_url_rule("/failing", view_func=view)
    return app.test_client().get("/failing", headers={"Accept": accept})
