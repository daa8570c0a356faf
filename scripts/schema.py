"""Prints one JSON schema of everything that crosses to a browser; `make types` reads it."""

import importlib
import importlib.util
import json

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode
from pydantic_core import CoreSchema

from signaling.events import EVENT
from signaling.messages import FROM_DEVICE, TO_DEVICE

Root = tuple[str, JsonSchemaMode, CoreSchema]


def roots() -> list[Root]:
    """What TypeScript starts from: its name there, whether we read or write it, its shape."""
    found: list[Root] = [
        ("FromDevice", "validation", FROM_DEVICE.core_schema),
        ("ToDevice", "serialization", TO_DEVICE.core_schema),
        ("Event", "serialization", EVENT.core_schema),
    ]
    if importlib.util.find_spec("recorder.replay"):
        replay = importlib.import_module("recorder.replay").Replay
        found.append(("Replay", "serialization", TypeAdapter(replay).core_schema))
    return found


def tidy(value: object, *, fields: bool = False) -> object:
    """Without what makes poor TypeScript: a name for each field, tuples by length, absent tags."""
    if isinstance(value, list):
        return [tidy(one) for one in value]
    if not isinstance(value, dict):
        return value
    dropped: set[str] = set() if fields else {"title", "maxItems", "minItems", "default"}
    kept: dict[str, object] = {
        name: tidy(inner, fields=name in ("properties", "$defs"))
        for name, inner in value.items()
        if name not in dropped
    }
    if not fields and "type" in value.get("properties", {}):
        kept["required"] = sorted({"type", *value.get("required", [])})
    return kept


def schema() -> dict[str, object]:
    """One schema whose definitions are the roots and everything they are made of."""
    inputs = roots()
    refs, definitions = GenerateJsonSchema().generate_definitions(inputs)
    named = {name: refs[(name, mode)] for name, mode, _ in inputs}
    shapes: dict[str, object] = dict(named)
    shapes.update((str(name), shape) for name, shape in definitions.items())
    tidied = {name: tidy(shape) for name, shape in shapes.items()}
    return {
        "title": "Wire",
        "type": "object",
        "properties": {name: {"$ref": f"#/$defs/{name}"} for name in named},
        "$defs": dict(sorted(tidied.items())),
    }


if __name__ == "__main__":
    print(json.dumps(schema(), indent=1, ensure_ascii=False))
