"""Judges capability files by a schema: judge.py SCHEMA [FILE…], in the folder of the repository."""

import json
import re
import sys
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

UI = Path("codegen/tests/ui")

# Mistakes that an editor is to mark, whether they stop the build or not.
MARKED = """empty_value fifteen_mistakes foreign_keys_of_digest invalid_transport missing_key other_spellings_of_oauth2
unknown_adapter unknown_authentication unknown_format unknown_key unknown_method unknown_place
unknown_token_validation unknown_type unnamed_item with_without_a_value wrong_document wrong_type""".split()


class Core(yaml.SafeLoader):
    """Reads the scalars of YAML 1.2 core: a date is text, and so are `on` and `yes`."""


Core.yaml_implicit_resolvers = {}
for kind, pattern, first in [
    ("null", r"(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("int", r"[-+]?[0-9]+$", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
]:
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(pattern), list(first))


def valid_files():
    """The samples, and every file of the UI tests that is right or has only what the compiler warns of or cannot build yet."""
    yield from [Path("capability.yaml"), Path("cli/templates/capability.yaml")]
    yield from sorted(Path("codegen/tests/golden").glob("*.yaml"))
    for path in sorted(UI.glob("*.yaml")):
        errors = re.findall(r"^error\[(\w+)\]", path.with_suffix(".stderr").read_text(), re.MULTILINE)
        only_not_built = path.stem.startswith("not_supported")
        if path.stem not in MARKED and (not errors or only_not_built):
            yield path


def problems(validator, path):
    """What the schema has against a file, a line each."""
    document = yaml.load(path.read_text(), Core)
    for error in validator.iter_errors(document):
        error = best_match([error])
        yield f"{error.json_path}: {error.message[:200]}"


def main():
    schema = json.loads(Path(sys.argv[1]).read_text())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    valid = [*valid_files(), *map(Path, sys.argv[2:])]
    failed = 0
    for path in valid:
        for problem in problems(validator, path):
            print(f"FAILED {path}: {problem}")
            failed += 1
    for path in (UI / f"{name}.yaml" for name in MARKED):
        if not any(problems(validator, path)):
            print(f"FAILED {path}: the schema has nothing against it")
            failed += 1
    print(f"{len(valid)} valid files and {len(MARKED)} with mistakes were judged: {failed} problems")
    sys.exit(failed > 0 or len(valid) < 20)


main()
