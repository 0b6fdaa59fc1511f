"""Paths with variables, and the characters that a path and a query may hold (RFC 3986)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

_VARIABLE = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}|\{\s*([^{}]+?)\s*\}")
_SEGMENT_SAFE = "!$&'()*+,;=:@-._~"
_LEGAL_PATH = re.compile(r"(?:[A-Za-z0-9!$&'()*+,;=:@\-._~/]|%[0-9A-Fa-f]{2})*")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class Variable:
    """A variable of a path."""

    name: str


Part = str | Variable


def parts(text: str) -> list[Part]:
    """Literals and variables, in order. `{Key+}` is the variable `Key`."""
    found: list[Part] = []
    end = 0
    for match in _VARIABLE.finditer(text):
        if match.start() > end:
            found.append(text[end : match.start()])
        found.append(Variable((match[1] or match[2]).removesuffix("+")))
        end = match.end()
    if end < len(text):
        found.append(text[end:])
    return found


def variables(text: str) -> list[str]:
    """The names of the variables of a path, each once."""
    return list(dict.fromkeys(part.name for part in parts(text) if isinstance(part, Variable)))


def split_query(path: str) -> tuple[str, list[tuple[str, str | None]]]:
    """A path without its query, and the query pair by pair; `None` is a name without `=`."""
    path, mark, query = path.partition("?")
    pairs: list[tuple[str, str | None]] = []
    for pair in query.split("&") if mark else []:
        name, equals, value = pair.partition("=")
        pairs.append((name, value if equals else None))
    return path, pairs


def segment(text: str) -> str:
    """A text as one segment: nothing in it can end the segment or the path."""
    return quote(text, safe=_SEGMENT_SAFE)


def literal(text: str) -> str:
    """A literal part of a path; its slashes are those of the path, and what its author encoded stays so."""
    pieces = _ESCAPE.split(text)
    return "".join(
        f"%{piece}" if number % 2 else quote(piece, safe=_SEGMENT_SAFE + "/") for number, piece in enumerate(pieces)
    )


def filled(text: str, values: dict[str, str]) -> str:
    """A path with values in the place of its variables, percent-encoded."""
    return "".join(literal(part) if isinstance(part, str) else segment(values[part.name]) for part in parts(text))


def canonical(path: str) -> str | None:
    """A path in the one spelling that `filled` gives, or `None` where it holds a character no path may hold."""
    if not _LEGAL_PATH.fullmatch(path):
        return None

    def spelling(match: re.Match[str]) -> str:
        byte = int(match[1], 16)
        character = chr(byte)
        plain = byte < 128 and (character.isalnum() or character in _SEGMENT_SAFE)
        return character if plain else f"%{byte:02X}"

    return _ESCAPE.sub(spelling, path)


def folded(name: str) -> str:
    """A name without case and punctuation."""
    return "".join(character for character in name.lower() if character.isalnum())


def matches(route: str, path: str) -> bool:
    """Whether a path, decoded, is of a route's shape."""
    pattern = "".join(re.escape(part) if isinstance(part, str) else "[^/]+" for part in parts(route))
    return re.fullmatch(pattern, path) is not None


def precedence(route: str) -> list[int]:
    """A key by which the route that wins is the least: literal, then partial, then variable, from the left."""
    return [0 if not variables(one) else 1 if len(parts(one)) > 1 else 2 for one in route.split("/")]


def segment_of(path: str, name: str) -> str:
    """The segment a variable stands in."""
    return next((one for one in path.split("/") if name in variables(one)), "")
