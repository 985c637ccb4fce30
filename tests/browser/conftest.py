"""One browser for each test process; one product, with a demo of its own, for those tests that share it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import gallery
from tests.browser.product import Product, copy_of, filled

PATIENCE_MS = 60_000  # the machine may be busy with the other tests


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=gallery.CHROMIUM, args=gallery.ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled demo, shared by the processes of this run, to be copied."""
    own = tmp_path_factory.getbasetemp()
    return filled(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own)


@pytest.fixture(scope="session")
def product(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product that tests share which do not count on what others left of it."""
    with copy_of(demo, tmp_path_factory.mktemp("product")) as running:
        yield running


@pytest.fixture
def own_product(demo: Path, tmp_path: Path) -> Iterator[Product]:
    """A product for one test, which may count on the desks of the demo as they were left."""
    with copy_of(demo, tmp_path) as running:
        yield running
