"""Commands for a running room, one JSON object a line on its standard input.

Any command of the protocol without its request id, such as `{"type": "send_chat", "text": "…"}`,
and one of the room's own: `{"type": "bitrate", "source": "camera", "bitrate": 300000}`. The end of
the input means goodbye.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator

from client.room.media import Say
from client.room.room import Room
from signaling.errors import Code, UserError
from signaling.messages import FROM_DEVICE, Command, Hello, Ping, Report

LONGEST = 64 * 1024
"""Characters of a line that are read."""


async def lines() -> AsyncIterator[str]:
    """The lines of standard input, without blocking the loop."""
    reader = asyncio.StreamReader(limit=LONGEST)
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    while line := await reader.readline():
        yield line.decode(errors="replace")


async def obey(room: Room, commands: AsyncIterator[str], say: Say) -> None:
    """Carry out commands until they end, then leave; each is answered by `done` or `refused`."""
    async for line in commands:
        word, data = await carry_out(room, line)
        say(word, data)
    await room.leave()


async def carry_out(room: Room, line: str) -> tuple[str, dict[str, object]]:
    """Carry out one line; what to say of it."""
    try:
        asked = json.loads(line)
        command = asked["type"]
    except (ValueError, KeyError, TypeError):
        return "refused", {"command": line.strip(), "code": Code.MALFORMED.value}
    try:
        if command == "bitrate":
            done = room.set_bitrate(asked["source"], int(asked["bitrate"]))
            return ("done" if done else "refused"), {"command": command}
        await room.command(lambda number: written(asked, number))
    except UserError as error:
        return "refused", {"command": command, "code": error.code.value}
    except (ValueError, KeyError, TypeError):
        return "refused", {"command": command, "code": Code.MALFORMED.value}
    return "done", {"command": command}


def written(asked: dict[str, object], number: int) -> Command:
    """A command of the protocol with its request id.

    Raises:
        ValueError: when it is none.
    """
    message = FROM_DEVICE.validate_json(json.dumps({**asked, "id": number}))
    if isinstance(message, Hello | Ping | Report):
        raise ValueError("no command")
    return message
