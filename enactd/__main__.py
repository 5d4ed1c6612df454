"""`enactd`: start, stop, status. The composition root: everything is built and wired here, and only here."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import structlog
import uvloop

from enactd import __version__, bundle_store, config, enclosure, instance, machine, peer, startup
from enactd.agents.base import Registration
from enactd.approval_control import ApprovalControl
from enactd.approvals.proof import Proofs
from enactd.approvals.web.service import WebPage
from enactd.assembly import Assembly
from enactd.books import Books
from enactd.boundary import Boundary, tell_page
from enactd.config import Layout, Settings
from enactd.consent import Consent
from enactd.control import ADMIN, OBSERVE, Control, Route, failed
from enactd.control_client import Client
from enactd.disk import signs
from enactd.effects.shell.readers import Readers
from enactd.errors import EnactError, ExitCode, RefusedError, UsageError
from enactd.gate import Gate, InForce, attempt, places
from enactd.health import CALLER_UNSURE, Health
from enactd.notify import Notifier, handed_over
from enactd.origin import MARKS, Origins
from enactd.peer import Seen
from enactd.policy_control import PolicyControl
from enactd.policy_stats import PolicyStats
from enactd.proof_control import ProofControl
from enactd.reload import Reloader, Watch
from enactd.report import MacCheck, Reloaded, Status, Version
from enactd.scout.sight import Sight
from enactd.server import Server
from enactd.workers import Pool
from enactd.world import open_world

log = structlog.get_logger()


def main(argv: Sequence[str] | None = None) -> None:
    """The command line. Exits with an `ExitCode`; errors are told in four lines, never as a traceback."""
    arguments = _parser().parse_args(argv)
    try:
        layout = _layout(arguments)
        sys.exit(arguments.run(layout, arguments))
    except EnactError as error:
        print(error, file=sys.stdout if getattr(arguments, "report", False) else sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="enactd",
        description="The daemon that decides what AI coding agents may do. `enactctl` is for everything else.",
    )
    parser.add_argument("--version", action="version", version=f"enactd {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, text in (
        ("start", _start, "start the daemon, or replace one of another version"),
        ("stop", _stop, "let running calls end, then end the daemon"),
        ("status", _status, "say whether the daemon answers and is well"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--home", metavar="DIR", help="absolute; keep everything below DIR")
        command.set_defaults(run=run)
        command.add_argument("--system", type=int, metavar="UID", help="be the machine's daemon that guards this user")
        command.add_argument("--prefix", default="/", help=argparse.SUPPRESS)
        if name == "start":
            command.add_argument("--foreground", action="store_true", help="stay, and log to stderr")
            command.add_argument(
                "--accept-damage",
                action="store_true",
                help="go on behind damaged receipts, and record that you said so",
            )
            command.add_argument("--report", action="store_true", help=argparse.SUPPRESS)
    return parser


def _layout(arguments: argparse.Namespace) -> Layout:
    if arguments.system is not None:
        return Layout.system(arguments.system, arguments.prefix)
    return Layout.find(arguments.home, os.environ)


def _start(layout: Layout, arguments: argparse.Namespace) -> int:
    if arguments.accept_damage:
        _check_person()
    if arguments.foreground:
        return run(layout, report=arguments.report, accept_damage=arguments.accept_damage)
    running = instance.start_in_background(layout, accept_damage=arguments.accept_damage)
    print(f"enactd {running.version} is running, process {running.pid}, socket {layout.socket}")
    return ExitCode.OK


def _check_person() -> None:
    """Raise `UsageError` under an agent's marks: damage may be what it did."""
    marks = MARKS & os.environ.keys()
    if marks:
        raise UsageError(
            "an agent may not accept damaged receipts",
            cause=f"`{min(marks)}` is set, as agents do for what they run",
            effect="nothing was changed",
            fix="run the command yourself, in a terminal outside the agent",
        )


def _stop(layout: Layout, _: argparse.Namespace) -> int:
    instance.stop(Client(layout))
    print("enactd has ended; agents using the hook are denied until it runs again")
    return ExitCode.OK


def _status(layout: Layout, _: argparse.Namespace) -> int:
    status = Client(layout).status()
    policies = f"{status.policies.count} policies" if status.policies else "no policies"
    print(f"enactd {status.version} is running, process {status.pid}, {policies}")
    for ailment in status.health:
        print(f"{ailment.severity}: {ailment.title}: {ailment.text}\n   fix: {ailment.fix}")
    return ExitCode.UNHEALTHY if any(ailment.severity == "red" for ailment in status.health) else ExitCode.OK


def run(layout: Layout, *, report: bool = False, accept_damage: bool = False) -> int:
    """Be the daemon until told to stop. Raises `EnactError` if it cannot start.

    With `report`, stdout hears one line when calls are answered, and is let go. With `accept_damage` a new
    segment of receipts begins behind a damaged one, and its first record says so.
    """
    startup.harden()
    layout.prepare()
    settings = config.load(layout)
    startup.set_up_log(layout, settings.daemon.log_level)
    notifier = Notifier.from_environment(os.environ)
    given = handed_over(os.environ, layout.socket)
    if given is None and layout.guarded is not None:
        raise machine.not_handed_over(layout)
    lock = instance.Lock(layout.lock)
    try:
        with contextlib.closing(Pool()) as pool:
            daemon = Running(layout, settings, pool, report=report, accept_damage=accept_damage)
            try:
                listener = given or instance.listen(layout)
                with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                    runner.run(daemon.serve(listener, notifier))
                if given is None:
                    layout.socket.unlink(missing_ok=True)
            finally:
                daemon.books.close()
                daemon.origins.close()
    finally:
        lock.release()
    return ExitCode.OK


class Running:
    """A daemon with all its parts."""

    def __init__(
        self, layout: Layout, settings: Settings, pool: Pool, *, report: bool = False, accept_damage: bool = False
    ) -> None:
        self.layout = layout
        self.report = report
        self.started = time.time()
        self.health = Health()
        self.stop = asyncio.Event()
        self.mechanisms = self._mechanisms()
        self.readers = Readers(pool)
        pool.prestart()
        self.origins = Origins(layout.agents_file, guarded=layout.guarded)
        self.machine = machine.Machine.of(layout, self.origins, self.health)
        sight = machine.sight_of(self.machine)
        self.stats = PolicyStats()
        self._prepare_judging(sight)
        first = self.build(settings)
        startup.load_parts()
        self.books = Books.open(
            layout, self.mechanisms, self.health, accept_damage=accept_damage, look=sight.signs if sight else signs
        )
        self.ledger = self.books.ledger
        self.reloader = Reloader(
            layout, self.rebuild, self.assembly.agreed() or first, self.health, self._tell,
            compare=self.assembly.compare, together=self.assembly.together, keep=self.assembly.keep,
        )  # fmt: skip
        self.boundary = Boundary(
            layout, self.ledger, self.health, lambda: self.reloader.in_force.settings, sight.world if sight else open_world
        )  # fmt: skip
        self.approvals = ApprovalControl(
            self.boundary, Proofs(layout.keys), shape=self.consent.shape,
            policies=lambda: self.reloader.in_force.posture.policies.by_id, sessions=lambda: self.ledger.sessions_seen(10_000),
        )  # fmt: skip
        self.policy_control = PolicyControl(
            layout, lambda: self.reloader.in_force, reload=self.reloader.reload, tell=self._tell, stats=self.stats
        )
        self.page = WebPage(self.boundary.desk, troubled=lambda why: tell_page(self.health, why), attempt=attempt)
        self.executor = ThreadPoolExecutor(settings.daemon.threads, thread_name_prefix="judge")
        self.gate = self._gate()
        self.control = self._control()

    def _prepare_judging(self, sight: Sight | None) -> None:
        """What people agreed to, and what settings and bundles come to; `sight` sees for a daemon of the machine."""
        self.consent = Consent(
            self.layout, self.health, book=lambda: self.boundary.desk.book, tell=self._tell, verify=self._verify, reload=self._reload,
            policies=lambda: self.reloader.in_force.posture.policies.by_id,
            look=sight.enclosure if sight else enclosure.look,
        )  # fmt: skip
        self.assembly = Assembly(
            self.layout, self.readers, watch=self.stats, note=self.consent.hear, sight=sight,
            granted=lambda: self.boundary.granted(),  # noqa: PLW0108 - there is none yet
        )  # fmt: skip

    def _mechanisms(self) -> dict[str, str]:
        """How well the kernel's mechanisms hold here."""
        if (caller := peer.mechanism()) != "full":
            self.health.report(CALLER_UNSURE, caller)
        return {"caller": caller, "set-up": machine.mechanism(self.layout)}

    def _gate(self) -> Gate:
        return Gate(
            in_force=lambda: self.reloader.in_force,
            origins=self.origins,
            ledger=self.ledger,
            health=self.health,
            pool=self.executor,
            registration=Registration(
                shim=str(self.layout.shim), home=str(self.layout.root or ""), system=self.layout.listeners
            ),
            sight=machine.sight_of(self.machine),
            desk=self.boundary,
        )

    def build(self, settings: Settings) -> InForce:
        """Read and compile the policies. Raises `PolicyError`."""
        return self.assembly.build(settings, bundle_store.installed(self.layout))

    def rebuild(self, settings: Settings) -> InForce:
        """The same for a daemon that runs: no bundle that is in force goes, or goes back, by itself."""
        found = bundle_store.installed(self.layout)
        self.policy_control.check(found)
        return self.assembly.build(settings, found)

    async def serve(self, listener: socket.socket, notifier: Notifier) -> None:
        """Answer until told to stop."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: log.error("fault", where=_where(context)))
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop.set)
        server = Server(
            listener, self.gate, self._answer_control, lambda: self.reloader.in_force.settings.daemon, self.health,
            admits=self.machine.authority.admits if self.machine else None,
        )  # fmt: skip
        loop.add_signal_handler(signal.SIGHUP, lambda: server.start(self._reload_quietly()))
        await self._tell("started", {"version": __version__, "pid": str(os.getpid())})
        await self._reload_quietly()  # against what was agreed to before
        watch = Watch(
            (self.layout.config_file, self.layout.machine_config_file),
            self.layout.policy_folders,
            self._reload_quietly,
            self.health,
        )
        await server.serve(
            self.stop,
            lambda: self._ready(notifier),
            alongside=(
                watch.run(),
                self._stay_alive(notifier, server),
                self.consent.run(),
                self.boundary.run(self.stop),
                self.page.run(lambda: self.reloader.in_force.settings.approvals.web),
                self.books.upkeep(lambda: self.reloader.in_force.settings.receipts),
            ),
        )
        self.executor.shutdown(wait=False, cancel_futures=True)
        await attempt(self._tell("stopped", {"served": str(server.served)}))

    def _ready(self, notifier: Notifier) -> None:
        # What is loaded by now stays: a full collection would look at all of it, and stop every call for some 70 ms.
        gc.collect()
        gc.freeze()
        policies = self.reloader.in_force.policies
        notifier.ready(f"{policies.count} policies in force")
        log.info("ready", socket=str(self.layout.socket), policies=policies.count, digest=policies.digest)
        if self.report:
            with contextlib.suppress(OSError):
                os.write(1, instance.READY)
                null = os.open(os.devnull, os.O_WRONLY)
                os.dup2(null, 1)
                os.close(null)

    async def _stay_alive(self, notifier: Notifier, server: Server) -> None:
        """Tell the service manager that the loop turns, and how we are."""
        pause = notifier.watchdog_s / 2 or 30.0
        while True:
            notifier.alive()
            notifier.status(f"{self.health.colour}, {server.served} calls, {len(server.connections)} open")
            await asyncio.sleep(pause)

    async def _tell(self, event: str, detail: dict[str, Any]) -> None:
        digest = self.reloader.in_force.policies.digest
        fault = await attempt(self.ledger.daemon(event, digest, **detail))
        if fault is not None:
            log.error("no receipt", about=event, fault=type(fault).__name__)

    async def _verify(self, first: int, last: int | None) -> MacCheck:
        return await self.ledger.verify_macs(first, last)

    async def _reload(self) -> Reloaded:
        return await self.reloader.reload()

    async def _reload_quietly(self) -> None:
        """For files and signals: who asked hears of a refusal by health, log and receipt."""
        fault = await attempt(self.reloader.reload())
        if isinstance(fault, Exception) and not isinstance(fault, EnactError):
            log.error("fault", where=places(fault), fault=type(fault).__name__)

    async def _answer_control(self, payload: bytes, witness: Seen | RefusedError) -> bytes:
        result = await attempt(self.control.answer(payload, witness))
        if isinstance(result, Exception):
            log.error("fault", where=places(result), fault=type(result).__name__)
            return failed(EnactError("a fault of the daemon", cause=type(result).__name__, fix="enactctl log"))
        return result

    async def _control_refused(self, route: str, seen: Seen, error: RefusedError) -> None:
        log.warning("control refused", route=route, cause=error.cause, pid=seen.process.pid)
        await self._tell("control-refused", {"route": route, "cause": error.cause, "pid": str(seen.process.pid)})

    def _control(self) -> Control:
        authority = machine.authority_of(self.machine)
        return Control(self._routes(), self.origins, self._control_refused, authority, self.approvals.prove)

    def _routes(self) -> tuple[Route, ...]:
        def now(value: Callable[[], Any]) -> Callable[[Any], Awaitable[Any]]:
            async def run(_: Any) -> Any:
                return value()

            return run

        return (
            Route("version", needs=OBSERVE, run=now(self._version)),
            Route("status", needs=OBSERVE, run=now(self._status)),
            Route("health", needs=OBSERVE, run=now(self.health.ailments)),
            Route("stop", needs=ADMIN, run=now(self.stop.set)),
            *self.reloader.routes(),
            *self.books.routes(),
            *self.policy_control.routes(),
            *self.consent.routes(),
            *self.approvals.routes(),
            *ProofControl(
                self.approvals.proofs, self.layout.keys, lambda: self.reloader.in_force.settings.approvals, self._tell
            ).routes(),
        )

    def _version(self) -> Version:
        return Version(version=__version__, pid=os.getpid(), started=self.started)

    def _status(self) -> Status:
        in_force = self.reloader.in_force
        return Status(
            version=__version__,
            pid=os.getpid(),
            started=self.started,
            socket=str(self.layout.socket),
            policies=in_force.policies,
            agents=tuple(self.gate.agents.values()),
            sessions=self.ledger.sessions_seen(),
            health=self.health.ailments(),
            mechanisms=self.mechanisms,
            counters=dict(self.readers.asked),
            freeze=in_force.settings.frozen(),
            places=self.books.places(),
            pending=len(self.boundary.desk.pending()),
        )


def _where(context: dict[str, Any]) -> list[str]:
    """The place of a fault in a callback of the loop; its message could hold what an agent sent."""
    fault = context.get("exception")
    return [type(fault).__name__, *places(fault)] if isinstance(fault, Exception) else [str(context.get("message"))]


if __name__ == "__main__":
    main()
