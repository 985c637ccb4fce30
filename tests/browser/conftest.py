"""One browser for each test process; one product, with a demo of its own, for those tests that share it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import gallery, unpainted
from tests.browser.product import Product, Scenes, serving
from tests.factories.first_start import HALF, first_start
from tests.support import migrated

HERE = Path(__file__).parent
DEMO, EMPTY = "demo", "empty"

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
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scenes]:
    """The product, and the states that tests begin with: first what its demo held before anybody had done anything."""
    folder = tmp_path_factory.mktemp("product")
    shutil.copytree(first_start(tmp_path_factory) / HALF, folder / "instance")
    with serving(folder / "instance") as running:
        found = Scenes(running, folder)
        found.enter(DEMO, lambda: None)
        yield found


@pytest.fixture(scope="session")
def product(scenes: Scenes) -> Product:
    """The product, for tests that do not count on what others left of it."""
    return scenes.product


@pytest.fixture
def empty_product(scenes: Scenes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product with nothing in it but two administrators; what it held at first is put back."""
    scenes.enter(EMPTY, lambda: scenes.product.empty(migrated.file(tmp_path_factory)))
    yield scenes.product
    scenes.kept[DEMO].put_back(scenes.product)


@pytest.fixture
def fresh_product(scenes: Scenes) -> Product:
    """The product for a test that counts on the desks of the demo as they were left."""
    scenes.kept[DEMO].put_back(scenes.product)
    return scenes.product


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Function, nextitem: pytest.Item | None) -> Iterator[None]:
    """With the last test of this folder browser and product end: what they run costs, and while Playwright is at work
    no other test of this process may start a loop of its own (as those do that sign files)."""
    yield
    if nextitem is None or HERE not in nextitem.path.parents:
        for name in ("scenes", "browser"):
            for fixture in item.session._fixturemanager.getfixturedefs(name, item) or ():
                fixture.finish(item._request)  # type: ignore[arg-type] # of a test it is a request too
