"""A real mail server on this machine, as rude as a test wants it: it keeps what it took, and says what it is told."""

import asyncio
import base64
import ipaddress
import ssl
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LONGEST = 1 << 25
"""Bytes of a letter that it takes."""


@dataclass
class Mailbox:
    """What a mail server does, and what it got."""

    says: dict[str, list[str]] = field(default_factory=dict)
    """Address to answers that it gets before it is taken: '451 try later', or '550 no such user' for ever."""
    to_sender: str = "250 ok"
    hangs_up_after: int = 0
    """Letters a connection; 0: never."""
    mute_after: int = 0
    """Takes this letter, and hangs up before it says so; 0: none."""
    user: str = ""
    password: str = ""
    certificate: Path | None = None
    encrypted_from: str = ""
    """'start' or 'starttls'; '' for never."""
    when_taken: Callable[[int], None] = lambda _count: None
    """Told how many were taken, before the sender is."""
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    """Recipient and letter."""
    connections: int = 0
    port: int = 0
    tried: list[str] = field(default_factory=list)
    """Recipients in the order in which they were named."""

    def letters(self) -> dict[str, list[EmailMessage]]:
        """Find what each address got."""
        found = defaultdict(list)
        for address, text in self.taken:
            found[address].append(message_from_bytes(text, policy=default))
        return dict(found)

    @contextmanager
    def open(self) -> Iterator["Mailbox"]:
        """Take letters at `port`, in a thread of its own."""
        loop = asyncio.new_event_loop()
        there = threading.Event()
        over = asyncio.Event()

        async def serve() -> None:
            context = self.context if self.encrypted_from == "start" else None
            server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=context, limit=LONGEST)
            self.port = server.sockets[0].getsockname()[1]
            there.set()
            await over.wait()
            server.close()
            for conversation in asyncio.all_tasks() - {asyncio.current_task()}:
                conversation.cancel()
            await asyncio.sleep(0)

        thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
        thread.start()
        there.wait()
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(over.set)
            thread.join()
            loop.close()

    @property
    def context(self) -> ssl.SSLContext:
        """Show the certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        return context

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await _Conversation(self, reader, writer).go_on()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            return
        finally:
            writer.close()


class _Conversation:
    def __init__(self, box: Mailbox, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.box, self.reader, self.writer = box, reader, writer
        self.recipients: list[str] = []
        self.count = 0
        self.encrypted = box.encrypted_from == "start"
        self.known = not box.user

    async def go_on(self) -> None:
        await self.say("220 ready")
        while line := (await self.reader.readline()).decode():
            word, _, rest = line.strip().partition(" ")
            if self.box.hangs_up_after and self.count >= self.box.hangs_up_after:
                return
            if not await self.answer(word.upper(), rest):
                return

    async def say(self, text: str) -> None:
        self.writer.write(f"{text}\r\n".encode())
        await self.writer.drain()

    async def answer(self, word: str, rest: str) -> bool:
        if word == "EHLO":
            offers = ["here", *["STARTTLS"] * self.offers_encryption, *["AUTH PLAIN"] * bool(self.box.user)]
            await self.say("\r\n".join(f"250{' ' if offer == offers[-1] else '-'}{offer}" for offer in offers))
        elif word == "STARTTLS":
            await self.say("220 go on")
            await self.writer.start_tls(self.box.context)
            self.encrypted = True
        elif word == "AUTH":
            self.known = base64.b64decode(rest.split()[1]).decode() == f"\0{self.box.user}\0{self.box.password}"
            await self.say("235 welcome" if self.known else "535 5.7.8 wrong password")
        elif word == "MAIL":
            await self.say(self.box.to_sender if self.known else "530 log in first")
        elif word == "RCPT":
            await self.name(rest.partition("<")[2].partition(">")[0])
        elif word == "DATA":
            return await self.take()
        else:
            await self.say("221 bye" if word == "QUIT" else "250 ok")
        return word != "QUIT"

    @property
    def offers_encryption(self) -> bool:
        return self.box.encrypted_from == "starttls" and not self.encrypted

    async def name(self, address: str) -> None:
        self.box.tried.append(address)
        answers = deque(self.box.says.get(address, ()))
        said = answers.popleft() if answers else "250 ok"
        if said.startswith("4"):
            self.box.says[address] = list(answers)
        if said.startswith("2"):
            self.recipients.append(address)
        await self.say(said)

    async def take(self) -> bool:
        await self.say("354 go on")
        text = (await self.reader.readuntil(b"\r\n.\r\n"))[:-3].replace(b"\r\n..", b"\r\n.")
        self.box.taken.extend((address, text) for address in self.recipients)
        self.recipients.clear()
        self.count += 1
        self.box.when_taken(len(self.box.taken))
        if len(self.box.taken) == self.box.mute_after:
            return False
        await self.say("250 taken")
        return True


def certificate(folder: Path) -> Path:
    """A certificate for 'localhost' with its key, that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now() - timedelta(days=1)  # noqa: DTZ005  a day more or less is all the same
    places = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName(places), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return file
