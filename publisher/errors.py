"""The tree of things that can go wrong.

    PublisherError
    ├── ConfigError                 publisher.toml is missing, unreadable or says something we do not know
    ├── SourceError                 the folder or the revision cannot be read
    ├── ContentError                the content does not conform; carries the Report
    ├── EditingError                a file of the content cannot be changed as asked
    ├── ReleaseError                a release cannot be written or opened
    │   ├── ReleaseMissing          nothing has been published yet
    │   ├── ReleaseDamaged          a release is not what its manifest says
    │   └── ReleaseLocked           another publisher is at work
    ├── ServeError                  the server cannot start (occupied port, no right to bind)
    ├── RequestError                what a client asked cannot be done; carries nothing of ours
    │   ├── ResourceNotFound        no such resource
    │   ├── NotAcceptable           no representation that the client accepts
    │   └── BadRequest              malformed parameters
    ├── QueryError                  a SPARQL query that gets no answer
    │   ├── QuerySyntaxError        not SPARQL 1.1
    │   ├── QueryTooComplex         too deep, too many operators or tokens
    │   ├── QueryTooLong            more characters than we read
    │   ├── QueryNotAllowed         SERVICE, an update, or a graph from elsewhere
    │   ├── QueryParameterError     a value for a saved query that is unknown, missing or not of its type
    │   ├── QueryMediaType          a POST whose Content-Type or encoding we do not read
    │   ├── DeadlineExceeded        not answered within the deadline
    │   ├── MemoryExceeded          needed more memory than a query may have
    │   ├── AnswerTooLarge          more bytes than one answer may have
    │   ├── ClientOverBudget        its client has asked too much already
    │   └── EngineCrashed           the engine died of this query
    └── EngineUnavailable           the engine cannot answer anybody now
        └── EngineBusy              all workers are busy and the queue is full

Findings about content are not exceptions but values (`report.Finding`). Exceptions mean that we could not do
our job; they are caught at two edges only: `cli` (exit codes) and `web.problems` (statuses).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.report import Report


class PublisherError(Exception):
    """Something we can explain: the message says what, where and what to do."""


class ConfigError(PublisherError):
    """publisher.toml is missing, unreadable or says something we do not know."""


class SourceError(PublisherError):
    """The folder or the revision cannot be read."""


class ContentError(PublisherError):
    """The content does not conform, so nothing is published."""

    def __init__(self, message: str, report: Report) -> None:
        super().__init__(message)
        self.report = report


class EditingError(PublisherError):
    """A file of the content cannot be changed as asked; the message says why, and nothing was changed."""


class ReleaseError(PublisherError):
    """A release cannot be written or opened."""


class ReleaseMissing(ReleaseError):
    """Nothing has been published yet."""


class ReleaseDamaged(ReleaseError):
    """A release is not what its manifest says."""


class ReleaseLocked(ReleaseError):
    """Another publisher is at work in the same directory."""


class ServeError(PublisherError):
    """The server cannot start."""


class RequestError(PublisherError):
    """What a client asked cannot be done."""


class ResourceNotFound(RequestError):
    """No resource has this address."""


class NotAcceptable(RequestError):
    """No representation that the client accepts."""


class BadRequest(RequestError):
    """Malformed parameters."""


class QueryError(PublisherError):
    """A SPARQL query that gets no answer."""


class QuerySyntaxError(QueryError):
    """Not SPARQL 1.1; the message names line and column where they are known."""


class QueryTooComplex(QueryError):
    """Too deep, or too many operators, tokens or patterns."""


class QueryTooLong(QueryError):
    """More characters than we read."""


class QueryNotAllowed(QueryError):
    """SERVICE or an update."""


class QueryParameterError(QueryError):
    """A parameter of a saved query is unknown, missing or not of its type; the message names it."""


class QueryMediaType(QueryError):
    """A POST whose Content-Type or Content-Encoding we do not read."""


class DeadlineExceeded(QueryError):
    """Not answered within the deadline."""


class MemoryExceeded(QueryError):
    """Needed more memory than a query may have."""


class AnswerTooLarge(QueryError):
    """More bytes than one answer may have."""


class ClientOverBudget(QueryError):
    """The client has asked too much already; it may come back after `retry` seconds."""

    def __init__(self, message: str, retry: int = 1) -> None:
        super().__init__(message)
        self.retry = retry


class EngineCrashed(QueryError):
    """The engine died of this query."""


class EngineUnavailable(PublisherError):
    """The engine cannot answer anybody now."""


class EngineBusy(EngineUnavailable):
    """All workers are busy and the queue is full."""
