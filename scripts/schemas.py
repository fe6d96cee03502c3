"""The schemas of what the gate prints for machines: locks their versions, and holds documents to them."""

import argparse
import hashlib
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def identity(schema):
    """Name and version that a schema says of itself: `("run", "1.0")`."""
    _, name, version = schema["properties"]["schema"]["const"].split("/")
    return name, version


def load(folder):
    return {path.name: (path.read_bytes(), json.loads(path.read_bytes())) for path in sorted(folder.glob("*.json"))}


def locked(path):
    lines = path.read_text().splitlines() if path.exists() else []
    return {(name, version): digest for name, version, digest in (line.split() for line in lines)}


def drift(schemas, lock):
    """What a lock and the schemas do not agree on."""
    problems = []
    for file, (content, schema) in schemas.items():
        name, version = identity(schema)
        digest = hashlib.sha256(content).hexdigest()
        if file != f"{name}-v{version.split('.')[0]}.schema.json":
            problems.append(f"{file}: it says of itself that it is {name} {version}")
        if (name, version) not in lock:
            problems.append(f"{file}: version {version} is not locked: run 'python3 scripts/schemas.py lock'")
        elif lock[name, version] != digest:
            problems.append(f"{file}: it changed, and is still version {version}: give it another one")
    return problems


def shape(file, node, where="#", is_closed=False):
    """What a schema of ours leaves open or unsaid; one of events is closed as a whole."""
    problems = []
    if isinstance(node, dict):
        properties = node.get("properties")
        if isinstance(properties, dict):
            is_closed = is_closed or node.get("unevaluatedProperties") is False
            is_event = is_closed and "event" in properties
            if node.get("additionalProperties") is not False and not is_event:
                problems.append(f"{file}: {where} lets other fields in")
            for name, each in properties.items():
                if not each.get("description"):
                    problems.append(f"{file}: {where}/{name} has no description")
        for key, value in node.items():
            problems += shape(file, value, f"{where}/{key}", is_closed)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            problems += shape(file, value, f"{where}/{index}", is_closed)
    return problems


def validators(schemas):
    from jsonschema import Draft202012Validator, FormatChecker
    from referencing import Registry, Resource

    registry = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for _, schema in schemas.values()
    )
    made = {}
    for _, schema in schemas.values():
        Draft202012Validator.check_schema(schema)
        made["/".join(["git-gatekeeper", *identity(schema)])] = Draft202012Validator(
            schema, registry=registry, format_checker=FormatChecker()
        )
    return made


def documents(path):
    """Documents of a file: one, or one on each line."""
    text = path.read_text()
    try:
        return [json.loads(text)]
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines() if line.strip()]


def check(schemas, paths, every):
    made, seen, problems = validators(schemas), set(), []
    for path in paths:
        for number, document in enumerate(documents(path), 1):
            name = document.get("schema") if isinstance(document, dict) else None
            if name not in made:
                problems.append(f"{path.name}:{number}: names no schema of ours: {name!r}")
                continue
            seen.add(name)
            for error in list(made[name].iter_errors(document))[:5]:
                problems.append(f"{path.name}:{number}: {name}: {error.json_path}: {error.message[:400]}")
    if every:
        problems += [f"no document of {name} was seen" for name in sorted(set(made) - seen)]
    print(f"{len(paths)} files, {len(seen)} of {len(made)} schemas")
    return problems


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["lock", "verify", "check"])
    parser.add_argument("paths", nargs="*", type=pathlib.Path, help="with check: documents, or folders of them")
    parser.add_argument("--schemas", type=pathlib.Path, default=ROOT / "docs/schemas")
    parser.add_argument("--lock", type=pathlib.Path, default=ROOT / "docs/schemas.lock")
    parser.add_argument("--every", action="store_true", help="with check: every schema has to have been seen")
    arguments = parser.parse_args()
    schemas, lock = load(arguments.schemas), locked(arguments.lock)
    if arguments.action == "lock":
        problems = [each for each in drift(schemas, lock) if "is not locked" not in each]
        if not problems:
            for content, schema in schemas.values():
                lock.setdefault(identity(schema), hashlib.sha256(content).hexdigest())
            lines = [f"{name} {version} {digest}\n" for (name, version), digest in sorted(lock.items())]
            arguments.lock.write_text("".join(lines))
    elif arguments.action == "verify":
        validators(schemas)
        problems = drift(schemas, lock)
        for file, (_, schema) in schemas.items():
            problems += shape(file, schema)
    else:
        files = []
        for path in arguments.paths:
            files += sorted(path.iterdir()) if path.is_dir() else [path]
        problems = check(schemas, files, arguments.every)
    for problem in problems:
        print(problem, file=sys.stderr)
    sys.exit(1 if problems else 0)


main()
