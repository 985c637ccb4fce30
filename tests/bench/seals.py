"""`make bench`: the seal verified offline, and the public page of a sealed document, on both databases.

Told beside floors of the same run: the same file hashed, opened and one signature of the seal's kind checked; and a
static 50-row table served by the same stack.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
import psutil
import sqlalchemy as sa
import time_machine
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.bench import server
from tests.bench.client import Client, median_ms
from tests.bench.commitments import address_of
from tests.bench.engine import Report
from tests.factories import lives
from tests.jobs import test_seal
from tests.support.pki import Authority
from tracker import create_app
from tracker.core import clock
from tracker.core.db import database, migrating
from tracker.settings import Secret, Settings
from tracker.signing import originals
from tracker.signing.codes import digest
from tracker.signing.models import MadeDocument
from tracker.signing.sealing import seal_keys
from tracker.signing.verifying import verifying

ROUNDS, PAGES, WARM_UP = 20, 120, 20


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    chosen = parser.parse_args()
    for kind in ["sqlite", "postgresql"] if chosen.database == "both" else [chosen.database]:
        with tempfile.TemporaryDirectory() as folder, address_of(kind, Path(folder)) as address:
            _measure(kind, address, Path(folder))


def _measure(kind: str, address: str, folder: Path) -> None:
    report, settings = Report(), Settings(database_url=address, secret_key=Secret(server.SECRET), instance=folder)
    app = create_app(settings)
    with app.app_context():
        migrating.upgrade()
        begun = datetime.combine(lives.BEGUN_ON, datetime.min.time(), clock.VIETNAM).replace(hour=9)
        with time_machine.travel(begun, tick=False):
            test_seal.signed_by_both(settings)
            path = folder / "seal.p12"
            path.write_bytes(Authority(clock.now()).holder("Dấu của tỉnh").p12(b"secret"))
            session = database.session()
            sealed = test_seal.direct(session, settings, path)
            keys = seal_keys.published(seal_keys.all_keys(session))["keys"]
            made = session.scalars(sa.select(MadeDocument)).one()
            of_page, begin = made.address, digest(originals.pdf(made, settings.files_folder))
            now = clock.now()
            session.rollback()
        database.db.engine.dispose()
    report.note(f"\n{kind}: one sealed document of {len(sealed) // 1024} KB")
    _offline(report, sealed, lambda: verifying.verify(sealed, keys, now))
    port = server.free_port()
    with server.serve(address, folder, port) as process:
        _pages(report, process, Client(port), f"/verify/{of_page}", digest(sealed), begin)


def _offline(report: Report, sealed: bytes, verify: Callable[[], verifying.Verified]) -> None:
    key = rsa.generate_private_key(65537, 2048)
    signature = key.sign(b"", padding.PKCS1v15(), hashes.SHA256())

    def floor() -> None:
        sha256(sealed).digest()
        with pikepdf.open(BytesIO(sealed)) as opened:
            len(opened.pages)
        key.public_key().verify(signature, b"", padding.PKCS1v15(), hashes.SHA256())

    assert verify().faults == []
    report.floor = 0
    least = _worked_ms(floor)
    report.line("floor: hashed, opened, one signature checked", least, "ms")
    report.floor = least / 1000
    report.line("one sealed file verified offline", _worked_ms(verify), "ms", 300)


def _worked_ms(act: Callable[[], object]) -> float:
    """Median of the milliseconds that the process worked: nothing here waits for anybody."""
    act()
    used = []
    for _round in range(ROUNDS):
        worked = time.process_time()
        act()
        used.append((time.process_time() - worked) * 1000)
    return statistics.median(used)


def _pages(report: Report, process: psutil.Process, client: Client, page: str, whole: str, begin: str) -> None:
    report.floor = 0
    floor = median_ms(lambda: client.get("/bench/floor/"))
    report.line("floor: static 50-row table", floor, "ms")
    report.floor = floor / 1000
    for name, address in (
        ("the page of verification", "/verify"),
        ("the public page of a document", page),
        ("the same in Russian", f"{page}?lang=ru"),
        ("a file by its fingerprints", f"/verify/file?whole={whole}&begin={begin}"),
    ):
        before = _worked(process)
        taken = median_ms(lambda address=address: client.get(address), PAGES, WARM_UP)  # type: ignore[misc]
        report.line(name, taken, "ms", 50, cpu=(_worked(process) - before) / (PAGES + WARM_UP))


def _worked(process: psutil.Process) -> float:
    """Seconds that the web workers have worked so far."""
    times = [one.cpu_times() for one in (process, *process.children(recursive=True))]
    return sum(one.user + one.system for one in times)


if __name__ == "__main__":
    main()
