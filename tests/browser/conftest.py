"""One browser for each test process; one product, with a demo of its own, for those tests that share it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import gallery, unpainted
from tests.browser.product import Kept, Product, serving
from tests.factories.first_start import HALF, first_start

PATIENCE_MS = 60_000  # the machine may be busy with the other tests
# axe comes anew with each page: to make its code quicker costs more than what it then takes less.
AS_IT_COMES = "--js-flags=--no-maglev,--no-turbofan"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        arguments = [*gallery.ARGUMENTS, *unpainted.ARGUMENTS, AS_IT_COMES]
        chromium = playwright.chromium.launch(executable_path=gallery.CHROMIUM, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Product, Kept]]:
    """The product, and what its demo held before anybody had done anything."""
    folder = tmp_path_factory.mktemp("product")
    shutil.copytree(first_start(tmp_path_factory) / HALF, folder / "instance")
    with serving(folder / "instance") as running:
        yield running, Kept.of(running, folder / "kept")


@pytest.fixture(scope="session")
def product(demo: tuple[Product, Kept]) -> Product:
    """The product, for tests that do not count on what others left of it."""
    return demo[0]


@pytest.fixture
def empty_product(demo: tuple[Product, Kept]) -> Iterator[Product]:
    """The product with nothing in it but two administrators; what it held at first is put back."""
    product, kept = demo
    product.empty()
    yield product
    kept.put_back(product)


@pytest.fixture
def fresh_product(demo: tuple[Product, Kept]) -> Product:
    """The product for a test that counts on the desks of the demo as they were left."""
    product, kept = demo
    kept.put_back(product)
    return product
