"""docs/operating.md, followed command by command: a real PostgreSQL with two roles, a real mail server, a real nginx.

The blocks and commands are the page's own. What cannot be followed here is named with its reason.
"""

from __future__ import annotations

import json
import re
import secrets
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from click.testing import CliRunner
from flask import Flask

from jobs import runner
from jobs.timetable import entry
from tests.bench.client import hidden_fields
from tests.faults.browser import Answer, Browser
from tests.faults.proxy import HOST, Proxied, proxying
from tests.faults.server import ROOT, free_port, running
from tests.jobs.conftest import Postbox
from tests.support.postgres import PostgresServer, connect
from tests.unit.interchange import sample
from tracker import cli, create_app
from tracker.core import clock
from tracker.core.db import database
from tracker.headless import headless_app

PATIENCE_SECONDS = 240
PAGE = (ROOT / "docs/operating.md").read_text()
# A block between fences or set in by four, and a command in the middle of a sentence.
PIECES = re.compile(r"^```\w+\n(?P<fenced>.*?)^```|(?P<set_in>(?:^    [^\n]+\n)+)", re.MULTILINE | re.DOTALL)
LEADING = re.compile(r"^(?:\w+='[^']*' )?(?:\.venv/bin/)?")  # of a line: what is set for it, and where the program is
COMMAND = re.compile(r"`((?:tracker|make|curl|docker|python) [^`]+)`")
PASSWORD, ADDRESS = "mật khẩu của quản trị viên", "quan-tri@camket.example.vn"
BODIES = "code,name,kind\nSXD,Sở Xây dựng,department\n"
PEOPLE = f"email,name,agency,office,from_on\nchuyen-vien@example.vn,Chuyên viên,SXD,officer,{clock.today():%d/%m/%Y}\n"


def blocks() -> dict[str, str]:
    """The page's blocks in their order, by their first lines."""
    found = [match["fenced"] or match["set_in"] for match in PIECES.finditer(PAGE)]
    return {
        text.strip().partition("\n")[0]: "".join(f"{line.strip()}\n" for line in text.splitlines()) for text in found
    }


def commands() -> list[str]:
    """The commands that stand in sentences, each once; not those that are a whole line of a block."""
    lines = {LEADING.sub("", line) for block in blocks().values() for line in block.splitlines()}
    return [text for text in dict.fromkeys(COMMAND.findall(PIECES.sub("", PAGE))) if text not in lines]


class Operator:
    """Whoever follows the page, on a machine whose paths, hosts and ports are other ones."""

    def __init__(self, postgres: PostgresServer, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack, self.postgres = folder, stack, postgres
        self.port, self.ports, self.name = free_port(), (free_port(), free_port()), f"page_{secrets.token_hex(4)}"
        self.postbox, mail_port = Postbox(), free_port()
        server = Controller(self.postbox, hostname="127.0.0.1", port=mail_port)
        server.start()
        stack.callback(server.stop)
        self.environment: dict[str, str] = {}
        self.process: subprocess.Popen[bytes] | None = None
        self.backup = ""
        self.here = {
            "/srv/tracker/instance": str(folder / "instance"),
            "/mnt/backup/tracker": str(folder / "backups"),
            "/etc/tracker.env": str(folder / "tracker.env"),
            "province.json": str(folder / "province.json"),
            "@localhost/": f"@127.0.0.1:{postgres.port}/",
            "localhost:25": f"127.0.0.1:{mail_port}",
            "localhost:8000": f"127.0.0.1:{self.port}",
            f"https://{HOST}": f"https://{HOST}:{self.ports[1]}",
            f"Host: {HOST}": f"Host: {HOST}:{self.ports[1]}",
            "SECRET_KEY='…'": f"SECRET_KEY='{secrets.token_urlsafe(36)}'",
            "--email …": f"--email {ADDRESS}",
            "VPUBND": "SNV",
            "tracker serve": f"tracker serve --bind 127.0.0.1:{self.port}",
            "…": PASSWORD.replace(" ", "-"),
        }

    def on_this_machine(self, text: str) -> str:
        """A piece of the page with the names of this machine."""
        for there, here in {
            **self.here,
            "tracker_": f"{self.name}_",
            "DATABASE tracker ": f"DATABASE {self.name} ",
        }.items():
            text = text.replace(there, here)
        return re.sub(r"(/)tracker(?=')", rf"\g<1>{self.name}", text)

    def run(self, line: str, code: int = 0, typed: str | None = None, **environment: str) -> str:
        """One command of the product, in this process: what it says. It ends with `code`."""
        first, *words = shlex.split(line.replace(".venv/bin/", ""))
        while "=" in first:
            name, _, value = first.partition("=")
            environment[name], (first, *words) = value, words
        assert first == "tracker", line
        done = CliRunner().invoke(cli.tracker, words, env=self.environment | environment, input=typed)
        assert done.exit_code == code, (line, done.output, done.exception)
        return done.output

    def roles(self, block: str) -> None:
        """As the superuser."""
        with connect(self.postgres.port) as server:
            for statement in filter(str.strip, self.on_this_machine(block).split(";")):
                server.execute(statement.encode())

    def variables(self, block: str) -> None:
        (self.folder / "tracker.env").write_text(self.on_this_machine(block))

    def first_start(self, block: str) -> None:
        (self.folder / "province.json").write_text(json.dumps(sample.package()))
        make, read, *lines, serve = self.on_this_machine(block).splitlines()
        assert make == "make setup", "whoever runs this test has done so"
        told = subprocess.run(["sh", "-ec", f"{read}; env -0"], capture_output=True, text=True, check=True, env={})
        seen = dict(one.split("=", 1) for one in told.stdout.split("\0") if one.startswith("TRACKER_"))
        self.environment = seen | {"TRACKER_LOG_JSON": "0"}
        for line in lines:
            self.run(line, typed=f"{PASSWORD}\n{PASSWORD}\n")
        self.serve(serve)

    def serve(self, line: str) -> None:
        words = shlex.split(line.replace(".venv/bin/tracker", "-m tracker.cli"))
        log = self.folder / "served.log"
        self.process = self.stack.enter_context(running([sys.executable, *words], self.environment, log))
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while self.health().status == 0:
            assert self.process.poll() is None, log.read_text()
            assert time.monotonic() < give_up_at
            time.sleep(0.1)

    @contextmanager
    def application(self, made: Callable[[], Flask]) -> Iterator[Flask]:
        """The product in this process, where nothing hangs on a process of its own."""
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.environment.items():
                patch.setenv(name, value)
            app = made()
            yield app
            with app.app_context():
                database.db.engine.dispose()

    def health(self) -> Answer:
        """The page's `curl`, past the proxy."""
        browser = Browser(self.ports[1], name=HOST)
        browser.connection = lambda: type(Browser(0).connection())("127.0.0.1", self.port)  # type: ignore[method-assign]
        return browser.get("/readyz")

    def stop(self) -> None:
        """As a service manager does; the page says how it ends then."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(PATIENCE_SECONDS) == 0

    def unit(self, block: str) -> None:
        """There is no systemd here, but its lines name what was followed above."""
        assert f"ExecStart=/srv/tracker/{list(blocks().values())[2].splitlines()[-1]}\n" in block
        assert "EnvironmentFile=/etc/tracker.env\n" in block

    def proxy(self, _block: str) -> None:
        folder = self.folder / "nginx"
        folder.mkdir()
        self.stack.enter_context(proxying(folder, self.ports, self.port, 100))
        browser = Proxied(self.ports[1], scheme="https", name=HOST, folder=folder)
        browser.token = hidden_fields(browser.get("/sign-in").page)["csrf_token"]
        entered = browser.post("/sign-in", email=ADDRESS, password=PASSWORD)
        assert entered.status == 303, entered.text
        assert browser.get("/").headers.get("Location", "").startswith("/account/second-factor"), "an administrator"

    def imports(self, _command: str) -> None:
        for kind, text in (("agencies", BODIES), ("people", PEOPLE)):
            (self.folder / "sheet.csv").write_text(text)
            line = f"tracker import {kind} {self.folder / 'sheet.csv'} --by {ADDRESS} --reason 12/QĐ"
            assert "It would come to: 1 new" in self.run(f"{line} --dry-run")
            assert "Imported: 1 new" in self.run(line)

    def asked(self, command: str) -> None:
        """On the machine itself each check has a line; through the proxy there is none."""
        assert self.on_this_machine(command).endswith(f"'Host: {HOST}:{self.ports[1]}' 127.0.0.1:{self.port}/readyz")
        checks = [json.loads(line) for line in self.health().page.splitlines()]
        assert {one["check"]: one["ok"] for one in checks if one["required"]} == {
            "database": True,
            "migrations": True,
            "smtp": True,
        }
        seen = Proxied(self.ports[1], scheme="https", name=HOST, folder=self.folder / "nginx").get("/readyz")
        assert (seen.status, seen.page) == (200, "ready\n")

    def job(self, _command: str) -> None:
        """`publish` tells each administrator the end of the chain, `deliver` carries it to the mail server."""
        publish = entry("publish")
        assert publish is not None
        with self.application(headless_app) as app:
            assert runner.run(app, publish, clock.now()) == "done"
        self.run("tracker jobs run deliver")
        assert [mail["To"] for mail in self.postbox.mails] == [ADDRESS]

    def forecast(self, command: str) -> None:
        assert json.loads(self.run(f"{command} --programme PAR-2021")) == [], "it ended long ago"

    def difference(self, command: str) -> None:
        days = iter(("2021-06-01", "2021-07-01"))
        self.run(f"{re.sub('DAY', lambda _match: next(days), command)} --programme PAR-2021")

    def verify(self, _command: str) -> None:
        assert ": every one is what was linked and published." in self.run("tracker audit verify")

    def seal(self, command: str) -> None:
        assert "Every fact stands in the record already." in self.run(command)

    def another_administrator(self, command: str) -> None:
        """Of somebody who has an account name and password are left out; of nobody they cannot be."""
        self.run(f"{command.replace('…', f'--email {ADDRESS}')} --agency SXD")
        self.run(f"{command.replace('…', '--email x@example.vn')} --agency SXD", code=2)

    def rotate(self, command: str) -> None:
        """The service is ended for it; with both keys the product is started below, on what was restored."""
        self.stop()
        old = self.environment["TRACKER_SECRET_KEY"]
        self.environment |= {"TRACKER_SECRET_KEY": secrets.token_urlsafe(36), "TRACKER_OLD_SECRET_KEYS": old}
        assert "Encrypted with the new key" in self.run(command)

    def erase(self, _command: str) -> None:
        line = f"tracker erase person chuyen-vien@example.vn --by {ADDRESS} --reason 12/QĐ"
        self.run(line)
        self.run(f"{line} --yes")
        assert "Nothing had come back." in self.run("tracker erase again")

    def rebuild(self, command: str) -> None:
        self.run(f"{command} --workers 1")

    def prove(self, command: str) -> None:
        self.run(command)

    def load(self, command: str) -> None:
        """What stands here already is refused, and said so."""
        self.run(command.replace("FILE", str(self.folder / "province.json")), code=2)

    def dump(self, command: str) -> None:
        assert json.loads(self.run(command.partition(" >")[0]))["commitments"]

    def back_up(self, _command: str) -> None:
        self.backup = self.run("tracker backup").strip().splitlines()[-1]
        assert self.backup.startswith(str(self.folder / "backups"))

    def restore(self, command: str) -> None:
        """Into an empty database with the roles, and an empty folder."""
        heads = self.folder / "instance/audit-heads.txt"
        (self.folder / "kept-heads.txt").write_bytes(heads.read_bytes())
        before, self.name = self.name, f"{self.name}_anew"
        self.roles(next(iter(blocks().values())))
        for name, value in self.environment.items():
            self.environment[name] = value.replace(before, self.name).replace("/instance", "/new")
        (upgrade,) = [line for line in blocks()["make setup"].splitlines() if line.endswith("db upgrade")]
        owner = shlex.split(self.on_this_machine(upgrade))[0]
        line = command.partition(" [")[0].replace("FOLDER", self.backup)
        assert "All of it is whole" in self.run(f"{shlex.quote(owner)} {line}")

    def hold_against(self, command: str) -> None:
        self.run(command.replace("FILE", str(self.folder / "kept-heads.txt")))
        with self.application(create_app) as app:
            browser, where = app.test_client(), self.environment["TRACKER_BASE_URL"]
            csrf = hidden_fields(browser.get("/sign-in", base_url=where).text)["csrf_token"]
            typed = {"csrf_token": csrf, "email": ADDRESS, "password": PASSWORD}
            assert browser.post("/sign-in", base_url=where, data=typed, headers={"Referer": where}).status_code == 303


NOT_HERE = "a machine of its own, or minutes"
FOLLOWED: Mapping[str, Callable[[Operator, str], None] | str] = {
    "CREATE ROLE tracker_owner LOGIN PASSWORD '…';": Operator.roles,
    "TRACKER_DATABASE_URL='postgresql://tracker_app:…@localhost/tracker'": Operator.variables,
    "make setup": Operator.first_start,
    "[Service]": Operator.unit,
    "limit_conn_zone $binary_remote_addr zone=camket:10m;": Operator.proxy,
    "make run": "the demo: tests/browser start it",
    "tracker restore": "with its folder, below",
    "tracker mail bounced": "tests/jobs/test_bounces.py",
    "tracker keys push FILE": "tests/jobs/test_channels.py",
    "python -m jobs": "a second scheduler: tests/jobs/test_steadiness.py",
    "docker stop --time 20": "no container here; the signal is that of `stop`",
    "tracker import people|agencies FILE [--dry-run] [--same-names] [--by ADDRESS --reason …]": Operator.imports,
    "curl -H 'Host: camket.example.vn' localhost:8000/readyz": Operator.asked,
    "make test": NOT_HERE,
    "make faults": NOT_HERE,
    "tracker jobs run NAME [--on DAY]": Operator.job,
    "tracker seal change --old OLD.p12": "tests/integration/signing/test_seal_command.py",
    "tracker seal change --old-label LABEL": "tests/jobs/test_seal_on_a_token.py",
    "tracker seal change --lost-since DAY --note '…'": "tests/integration/signing/test_seal_command.py",
    "tracker forecast --days 30": Operator.forecast,
    "tracker difference --from DAY --to DAY": Operator.difference,
    "tracker audit verify [--head FILE]": Operator.verify,
    "tracker audit seal": Operator.seal,
    "tracker add-account … --office administrator": Operator.another_administrator,
    "tracker keys rotate": Operator.rotate,
    "tracker erase person|file|again": Operator.erase,
    "tracker spans rebuild": Operator.rebuild,
    "tracker package load FILE": Operator.load,
    "tracker package dump > FILE": Operator.dump,
    "tracker receipt CODE": "tests/integration/home/test_receipts.py",
    "tracker receipt verify FILE": "tests/unit/rule/test_receipt.py",
    "tracker spans verify": Operator.prove,
    "tracker backup [--to FOLDER]": Operator.back_up,
    "tracker restore FOLDER [--erasures FILE]…": Operator.restore,
    "tracker audit verify --head FILE": Operator.hold_against,
}


@pytest.fixture
def operator(postgres: PostgresServer, tmp_path: Path) -> Iterator[Operator]:
    """On an empty machine."""
    with ExitStack() as stack:
        found = Operator(postgres, tmp_path, stack)
        yield found
    for name in (found.name, found.name.removesuffix("_anew")):
        postgres.drop_database(name)


def test_each_piece_of_the_page_is_followed_or_named() -> None:
    assert [*blocks(), *commands()] == list(FOLLOWED)


def test_the_page_can_be_followed_to_its_end(operator: Operator) -> None:
    for piece, step in FOLLOWED.items():
        if not isinstance(step, str):
            step(operator, blocks().get(piece, piece))
