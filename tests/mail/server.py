"""An SMTP server that keeps what it takes, for tests.

    server.py FOLDER

Prints its port. Each mail is a file in FOLDER. To addresses that begin with `refused` it says no for good, and to those
that begin with `later` it says so twice before it takes one. While FOLDER has a file `slow`, it takes its time, and
the file `waiting` says that it does.
"""

import asyncio
import itertools
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP

folder = Path(sys.argv[1])
numbers = itertools.count(1)
put_off = {}


class Keeper:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later"):
            put_off[address] = put_off.get(address, 0) + 1
            if put_off[address] <= 2:
                return "451 4.3.0 not now"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        while (folder / "slow").exists():
            (folder / "waiting").touch()
            await asyncio.sleep(0.02)
        part = folder / f".{next(numbers)}"
        part.write_bytes(envelope.content)
        part.rename(folder / f"{next(numbers)}.eml")
        return "250 kept"


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Keeper(), enable_SMTPUTF8=True), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    # The test closes our input when it ends.
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
