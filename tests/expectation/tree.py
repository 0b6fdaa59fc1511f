"""A YAML document as nodes that keep their lines, read by the core rules of YAML 1.2: `on` and `yes` are text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import yaml

_INTEGER = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


class Unreadable(Exception):
    """A construct that these tests do not know, so that they would expect nothing of it."""


class Tree:
    """A node: a map, a list or a scalar."""

    def __init__(self, node: yaml.Node) -> None:
        self._node = node
        self.line = node.start_mark.line + 1

    def entries(self) -> Iterator[tuple[str, Tree]]:
        """The keys and values of a map, in order."""
        if isinstance(self._node, yaml.MappingNode):
            for key, value in self._node.value:
                yield key.value, Tree(value)

    def items(self) -> list[Tree]:
        """The items of a list; none of anything else."""
        return [Tree(item) for item in self._node.value] if isinstance(self._node, yaml.SequenceNode) else []

    def named(self) -> list[tuple[str, Tree]]:
        """Named things in either form: a list of maps with `name`, or a map by name."""
        if isinstance(self._node, yaml.SequenceNode):
            return [(item.text_of("name") or "", item) for item in self.items()]
        return list(self.entries())

    def get(self, *keys: str) -> Tree | None:
        """The value of the first of these synonyms that is there."""
        for key in keys:
            for name, value in self.entries():
                if name == key:
                    return value
        return None

    def children(self, key: str) -> list[tuple[str, Tree]]:
        """The named things under `key`."""
        value = self.get(key)
        return value.named() if value else []

    @property
    def text(self) -> str:
        """A scalar as it is written."""
        if not isinstance(self._node, yaml.ScalarNode):
            raise Unreadable(f"line {self.line}: a scalar is expected")
        return str(self._node.value)

    def text_of(self, *keys: str) -> str | None:
        value = self.get(*keys)
        return None if value is None or value.is_null else value.text

    def flag_of(self, key: str) -> bool | None:
        text = self.text_of(key)
        return None if text is None else text.lower() == "true"

    @property
    def is_null(self) -> bool:
        return self.is_plain and self._node.value in ("", "~", "null", "Null", "NULL")

    @property
    def is_plain(self) -> bool:
        return isinstance(self._node, yaml.ScalarNode) and self._node.style is None

    @property
    def json(self) -> str:
        """A scalar as JSON text."""
        text = self.text
        if self.is_plain and text in ("true", "false"):
            return text
        if self.is_plain and (_INTEGER.fullmatch(text) or _NUMBER.fullmatch(text)):
            return text
        return json.dumps(text)

    def only(self, where: str, *known: str) -> None:
        """Refuses a key that is none of `known`."""
        for name, value in self.entries():
            if name not in known:
                raise Unreadable(f"line {value.line}: `{name}` in {where} is not known to these tests")


def load(text: str) -> Tree:
    """The one document of a file."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if node is None:
        raise Unreadable("the file is empty")
    return Tree(node)
