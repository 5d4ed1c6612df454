"""Real mail servers on loopback: SMTP by aiosmtpd, IMAP by Dovecot, both under a certificate of a throw-away authority."""

from __future__ import annotations

import datetime
import imaplib
import ipaddress
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from support.daemon import until

USER, PASSWORD = "bot", "s3cret-of-mail"
NOBODY = 65534


class Authority(NamedTuple):
    """Files: who vouches, and what it vouches for (`localhost`, 127.0.0.1)."""

    root: Path
    chain: Path
    key: Path

    def server(self) -> ssl.SSLContext:
        """What a server of this certificate needs."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain, self.key)
        return context


def authority(folder: Path, host: str = "localhost") -> Authority:
    """A new one that vouches for `host`; nobody trusts it who is not told to."""
    now = datetime.datetime.now(datetime.UTC)

    def certificate(name: str, key: Any, issuer: str, signer: Any, *, ca: bool) -> x509.Certificate:
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        names: list[x509.GeneralName] = [x509.DNSName(host)]
        names += [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))] if host == "localhost" else []
        builder = x509.CertificateBuilder().subject_name(subject).public_key(key.public_key())
        builder = builder.issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(1))
        builder = builder.not_valid_after(now + datetime.timedelta(2))
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        return builder.add_extension(x509.SubjectAlternativeName(names), critical=False).sign(signer, hashes.SHA256())

    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = certificate("throw-away", root_key, "throw-away", root_key, ca=True)
    leaf = certificate("localhost", key, "throw-away", root_key, ca=False)
    files = Authority(folder / "root.pem", folder / "chain.pem", folder / "key.pem")
    pem = serialization.Encoding.PEM
    files.root.write_bytes(root.public_bytes(pem))
    files.chain.write_bytes(leaf.public_bytes(pem))
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    files.key.write_bytes(key.private_bytes(pem, *plain))
    return files


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Inbox:
    """What a server took: envelopes as they came."""

    def __init__(self) -> None:
        self.envelopes: list[Any] = []
        self.encrypted: list[bool] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Called for each mail."""
        self.envelopes.append(envelope)
        self.encrypted.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)
        return "250 taken"


@contextmanager
def smtp(security: str, signed: Authority) -> Iterator[tuple[Inbox, int]]:
    """A server that wants `USER` and `PASSWORD`, and what it took."""
    inbox, port = Inbox(), free_port()

    def login(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=(given.login, given.password) == (USER.encode(), PASSWORD.encode()), handled=False)

    context = signed.server()
    options: dict[str, Any] = {"authenticator": login, "auth_require_tls": security != "none", "auth_required": True}
    if security == "tls":
        options["ssl_context"] = context
        options["auth_require_tls"] = False  # aiosmtpd means STARTTLS by that
    elif security == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    controller = Controller(inbox, hostname="127.0.0.1", port=port, **options)
    probe = lambda: socket.create_connection(("127.0.0.1", port)).close()  # noqa: E731
    controller._trigger_server = probe  # type: ignore[method-assign]  # the library's own knows no such authority
    controller.start()
    try:
        yield inbox, port
    finally:
        controller.stop()


_DOVECOT = """
base_dir = {0}/run
state_dir = {0}/state
log_path = {0}/log
protocols = imap
ssl = yes
disable_plaintext_auth = no
ssl_cert = <{0}/chain.pem
ssl_key = <{0}/key.pem
mail_location = maildir:{0}/mail
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = 0
first_valid_gid = 0
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={0}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {plain}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class Mailbox(NamedTuple):
    """An inbox that its owner reads over IMAP."""

    port: int
    plain: int
    """Without TLS, or with STARTTLS."""
    signed: Authority

    def client(self) -> imaplib.IMAP4_SSL:
        """The owner's own client."""
        context = ssl.create_default_context(cafile=str(self.signed.root))
        client = imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=context, timeout=20)
        client.login(USER, PASSWORD)
        client.select("INBOX")
        return client

    def deliver(self, letter: bytes) -> None:
        """Put a mail in."""
        client = self.client()
        client.append("INBOX", "", "", letter)
        client.logout()


@contextmanager
def imap(signed: Authority) -> Iterator[Mailbox]:
    """Dovecot, as a user without any rights."""
    program = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "dovecot is not installed: apt install dovecot-imapd"
    as_root = os.geteuid() == 0
    uid, gid = (NOBODY, NOBODY) if as_root else (os.getuid(), os.getgid())
    with tempfile.TemporaryDirectory(prefix="imap-", ignore_cleanup_errors=True) as place:
        folder, port, plain = Path(place), free_port(), free_port()
        for name in ("run", "state", "mail"):
            (folder / name).mkdir()
        shutil.copy(signed.chain, folder / "chain.pem")
        shutil.copy(signed.key, folder / "key.pem")
        text = _DOVECOT.format(
            folder, user=_name("-un", uid), group=_name("-gn", uid), password=PASSWORD, uid=uid, gid=gid, port=port,
            plain=plain,
        )  # fmt: skip
        (folder / "dovecot.conf").write_text(text)
        for path in (folder, *folder.rglob("*")):
            os.chown(path, uid, gid)
        other: dict[str, Any] = {"user": uid, "group": gid, "extra_groups": []} if as_root else {}
        server = subprocess.Popen([program, "-F", "-c", str(folder / "dovecot.conf")], **other)
        try:
            found = Mailbox(port, plain, signed)
            assert until(lambda: _answers(found), 30), (folder / "log").read_text()
            yield found
        finally:
            server.terminate()
            server.wait(20)


def _name(option: str, uid: int) -> str:
    return subprocess.run(["id", option, str(uid)], capture_output=True, text=True, check=True).stdout.strip()


def _answers(mailbox: Mailbox) -> bool:
    try:
        mailbox.client().logout()
    except (OSError, imaplib.IMAP4.error):
        return False
    return True
