"""Sees that the tests notice a wrong gateway: each change to a file is expected of a gateway built without it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from gateway import build
from main import Trial
from reading import read

CAPABILITIES = Path(__file__).parent / "capabilities"
# File, text, and what stands in its place in what is expected.
CHANGES = {
    "paths.yaml": (
        ("path: /things/{id}.json\n      operations:", "path: /things/{id}.xml\n      operations:"),
        (
            "path: /double//slash/{id}\n      operations:\n      - {name",
            "path: /double/slash/{id}\n      operations:\n      - {name",
        ),
        ("Version=2010-05-08", "Version=2010-05-09"),
        ("add_shared_link", "add%20shared_link"),
        ("{name: remove, method: DELETE}", "{name: remove, method: POST}"),
        ("/trailing/{id}/", "/trailing/{id}"),
        ("?copy", "?copy="),
        ("token: '{{env.PATHS_TOKEN}}'", "token: 'x{{env.PATHS_TOKEN}}'"),
        ("{name: tenant, in: query, type: string}", "{name: tenant, in: header, type: string}"),
        ("- path: /v1/things/special\n", "- path: /v1/things/other\n"),
        ("description: Of the customer.", "description: Of another."),
        ("{name: list, in: path, type: array}", "{name: list, in: path, type: string, required: true}"),
    ),
    "parameters.yaml": (
        ("conversation.id: {in: query, required: true}", "conversation.id: {in: query}"),
        ("name[]: {in: query, type: array}", "name: {in: query, type: array}"),
        ("shape: {in: query, type: object}", "shape: {in: query, type: string}"),
        ("X-Flag: {in: header, type: boolean}", "X-Flags: {in: header, type: boolean}"),
        ("theme: {in: cookie}", "theme: {in: header}"),
        ("count: {in: body, type: integer}", "count: {in: body, type: string}"),
        ("placement: query", "placement: header"),
        ("label: '7'", "label: 7"),
        ("hints: {destructive: false, idempotent: true}", "hints: {destructive: false}"),
        ("label: List names", "label: List the names"),
        ("how-many: {type: integer, required: false}", "how-many: {type: integer}"),
        ("with: {name: rest.title, size: odd-rest.amount}", "with: {name: rest.text, size: odd-rest.amount}"),
        ("optional: {method: PATCH,", "optional: {method: PUT,"),
    ),
}


def main() -> int:
    """Tries every change, and gives the exit status: 1 where one was not noticed."""
    missed, tried = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, changes) in enumerate(CHANGES.items()):
            original = (CAPABILITIES / name).read_text(encoding="utf-8")
            binary, _ = build(CAPABILITIES / name, number)
            for old, new in changes:
                changed = Path(folder) / name
                changed.write_text(original.replace(old, new), encoding="utf-8")
                tried += 1
                if old not in original or not _noticed(changed, binary):
                    missed += 1
                    print(f"FAILED {name}: {new!r} in the place of {old!r} was not noticed")
            binary.unlink()
    print(f"{tried} changes, {tried - missed} noticed")
    return 1 if missed else 0


def _noticed(changed: Path, binary: Path) -> bool:
    trial = Trial(read(changed), binary)
    trial.run()
    return bool(trial.failures)


if __name__ == "__main__":
    sys.exit(main())
