"""Let ninja serve msgspec structs: they are read, written and described as they are, without a second model of each.

Ninja routes, reads addresses and parameters, and asks for tokens. Bodies and answers pass by it here, in `endpoint`:
a body is decoded into a struct that refuses unknown fields, an answer is encoded from one, and both stand in the
OpenAPI document with the schema that msgspec makes of them.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Final, Generic, Literal, NamedTuple, TypeVar, get_type_hints

import msgspec
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from msgspec import Meta
from ninja import NinjaAPI, Router
from ninja.openapi.schema import OpenAPISchema
from pydantic import Field

from tocsin.core.editions.canonical import canonical_bytes, sha256
from tocsin.core.model.base import Record
from tocsin.web.api.problems import BodyError, Problem
from tocsin.web.api.tokens import Scope, Token

T = TypeVar("T")

REF: Final = "#/components/schemas/{name}"
STATUSES: Final = {
    400: "The body is no JSON",
    401: "No token, or one that is not valid",
    403: "The token or the person may not",
    404: "There is no such thing, or not for this person",
    409: "It stands otherwise than was read",
    413: "The body is too large",
    415: "The body is not called JSON",
    422: "What was said cannot be recorded",
}

Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$", description="A key, unique where it stands")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256, lower-case hexadecimal")]
Limit = Annotated[int, Field(ge=1, le=500, description="How many at most")]
After = Annotated[int, Field(ge=0, le=2**53, description="`next` of the page before")]

_NUL = re.compile(rb"\\u0000")


class Area(NamedTuple):
    """A part of the API, as its description groups addresses."""

    name: str


class Change(msgspec.Struct, Generic[T], frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a record is to say. `seen` is the version that was read; left out, it is taken to be new."""

    says: T
    seen: Annotated[int, Meta(ge=1, le=2**31)] | None = None
    reason: str = ""


class Addition(msgspec.Struct, Generic[T], frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that is added, and why."""

    says: T
    reason: str = ""


class Why(Record, frozen=True, kw_only=True):
    """Why a step is taken."""

    reason: str = ""


class Kept(Record, frozen=True, kw_only=True):
    """The version that was recorded, or that said the same already."""

    path: str
    version: int
    state: str
    sha256: str


class Stepped(Record, frozen=True, kw_only=True):
    """The step that was taken."""

    path: str
    verb: str
    before: str
    state: str


class Stands(msgspec.Struct, Generic[T], frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record as it stands: what it says, at which version, in which state."""

    path: str
    key: str
    version: int
    state: str
    says: T


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Some of a list. `next` is given as `after` for those that follow; null at the end."""

    items: list[T]
    next: int | None = None


class Records(msgspec.Struct, Generic[T], frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Some records of a kind, as they stand. `next` is given as `after` for those that follow."""

    items: list[Stands[T]]
    next: int | None = None


class StructAPI(NinjaAPI):
    """A ninja API whose schemas come from msgspec."""

    structs: list[Any]

    def get_openapi_schema(self, **more: Any) -> OpenAPISchema:
        """The OpenAPI document, with every struct that a body or an answer holds."""
        schema = super().get_openapi_schema(**more)
        _, components = msgspec.json.schema_components((Problem, *STRUCTS), ref_template=REF)
        schema["components"]["schemas"].update(components)
        return schema


ROUTER: Final = Router()
"""All addresses: those of one path are served together, whichever area each method belongs to."""

STRUCTS: list[Any] = []
"""Every type that a body or an answer is, for the schema."""


def endpoint(
    area: Area,
    method: Literal["GET", "POST", "PUT"],
    path: str,
    *,
    gives: Any,
    takes: Any = None,
    scope: Scope | None = None,
    name: str = "",
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Serve a function at an address.

    gives: the struct that it returns, or one of the same shape (or a response, which passes as it is); several in a
           tuple, where it is one of them
    takes: the struct of the body, given to it as `said`
    scope: what a token must reach; None lets anybody in
    """

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        hints = get_type_hints(function, include_extras=True)
        wanted = inspect.signature(function).parameters.values()

        def view(request: HttpRequest, **words: Any) -> HttpResponseBase:
            if takes is not None:
                words["said"] = read_body(request, takes)
            return answer(request, function(request, **words), public=scope is None)

        view.__name__ = name or function.__name__
        view.__doc__ = function.__doc__
        view.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # ninja reads it for the parameters
            [each.replace(annotation=hints[each.name]) for each in wanted if each.name != "said"]
        )
        statuses = [404, 422, *((401, 403, 409) if scope else ()), *((400, 413, 415) if takes else ())]
        extra: dict[str, Any] = {"responses": {200: _content("Done", gives), **{s: _problem(s) for s in statuses}}}
        if scope is not None:
            extra["x-tocsin-scope"] = scope
        if takes is not None:
            extra["requestBody"] = {"required": True, **_content("", takes, described=False)}
            STRUCTS.append(takes)
        STRUCTS.extend(gives if isinstance(gives, tuple) else (gives,))
        ROUTER.api_operation(
            [method], path, tags=[area.name], auth=Token(scope) if scope else None,
            operation_id=name or function.__name__,
            summary=(inspect.getdoc(function) or "").split("\n")[0], openapi_extra=extra,
        )(view)  # fmt: skip
        return function

    return register


def read_body(request: HttpRequest, kind: Any) -> Any:
    """A request's body as a struct. Raises BodyError."""
    if request.content_type != "application/json":
        raise BodyError(f"the body is {request.content_type or 'nothing'}", status=415, remedy="Send application/json")
    try:
        data = request.body
    except RequestDataTooBig as error:
        raise BodyError("the body is too large", status=413, remedy="Send less at a time") from error
    if _NUL.search(data):
        raise BodyError("a text in it holds the character NUL", status=422, remedy="Leave it out")
    try:
        said = msgspec.json.decode(data, type=kind)
        canonical_bytes(said)  # numbers that have no canonical form cannot be kept
    except msgspec.ValidationError as error:
        problem, _, where = str(error).partition(" - at ")
        raise BodyError(problem, status=422, where=where.strip("`"), remedy="See /api/1/openapi.json") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BodyError(f"the body is no JSON: {error}", status=400) from error
    except ValueError as error:
        raise BodyError(f"a number in it cannot be kept: {error}", status=422) from error
    return said


def answer(request: HttpRequest, result: Any, *, public: bool) -> HttpResponseBase:
    """A struct as an answer; of public ones the browser and caches are told when they change."""
    if isinstance(result, HttpResponseBase):
        return result
    return as_json(request, msgspec.json.encode(result), public=public)


def as_json(request: HttpRequest, data: bytes, *, public: bool) -> HttpResponseBase:
    """Bytes of JSON as an answer, or 304 where the asker has them already."""
    response = HttpResponse(data, content_type="application/json")
    if not public:
        return response  # the gate tells every cache to keep nothing
    etag = quote_etag(sha256(data))
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=60"  # also of what has a hash: it may be withheld one day
    return get_conditional_response(request, etag=etag, response=response) or response


def kept(version: Any) -> Kept:
    """A version as the API gives it."""
    record = version.record
    return Kept(path=record.path, version=version.number, state=record.state, sha256=version.sha256)


def stepped(step: Any) -> Stepped:
    """A step as the API gives it."""
    return Stepped(path=step.record.path, verb=step.verb, before=step.before, state=step.after)


def page(items: Sequence[T], places: Sequence[int], limit: int) -> Page[T]:
    """A page of at most `limit` items out of those read, one more of which says that there are others."""
    more = len(items) > limit
    return Page(items=list(items[:limit]), next=places[limit - 1] if more else None)


def _schema(kind: Any) -> dict[str, Any]:
    if isinstance(kind, tuple):
        return {"anyOf": [_schema(each) for each in kind]}
    (schema,), _ = msgspec.json.schema_components((kind,), ref_template=REF)
    return schema


def _content(description: str, kind: Any, *, described: bool = True) -> dict[str, Any]:
    content = {"content": {"application/json": {"schema": _schema(kind)}}}
    return {"description": description, **content} if described else content


def _problem(status: int) -> dict[str, Any]:
    return {
        "description": STATUSES[status],
        "content": {"application/problem+json": {"schema": _schema(Problem)}},
    }
