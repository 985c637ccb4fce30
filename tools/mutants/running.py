"""Runs tests against mutants, each in a process forked for it. Knows neither how mutants are made nor what is expected.

A mutant inside a function takes the place of that function's code in a process that has collected the tests already:
that costs milliseconds. One outside (a constant, a default, a field) is imported instead of the real module.
"""

import gc
import importlib.abc
import importlib.machinery
import importlib.util
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from types import CodeType, FunctionType, ModuleType

import hypothesis
import pytest

from tools.mutants.making import Mutant

OPTIONS = (
    *("-q", "-s", "--no-header", "--assert=plain"),
    *("-p", "no:cacheprovider", "-p", "no:randomly", "-p", "no:faulthandler"),
)
AT_LEAST_SECONDS = 20  # of CPU time; a mutant that takes ten times as long as none runs for ever
LONGEST_SECONDS = 600
NOT_REPLACED = 3
KILLED, SURVIVED, FAILED = b"k", b"s", b"!"
MOST_MEMORY = 4 << 30
Tell = Callable[[Mutant, bool], None]


class NothingProved(Exception):
    """The tests fail without any mutant, or a mutant could not take its place."""


def run(mutants: Sequence[Mutant], tests: Sequence[str], imported_anew: Sequence[str], tell: Tell) -> None:
    """Tell of each mutant whether the tests noticed it. `imported_anew`: what has to be imported after the mutant."""
    inside = [mutant for mutant in mutants if mutant.function is not None]
    outside = [mutant for mutant in mutants if mutant.function is None]
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _quiet()
        os._exit(int(pytest.main([*OPTIONS, *tests], plugins=[_Hurry(), _Loop(inside, write)])))
    os.close(write)
    told = 0
    with os.fdopen(read, "rb", buffering=0) as answers:
        while (answer := answers.read(1)) in (KILLED, SURVIVED):
            tell(inside[told], answer == KILLED)
            told += 1
    os.waitpid(child, 0)
    if told < len(inside):
        raise NothingProved(inside[told].name)
    for mutant in outside:
        code = _in_fork(lambda: _import_and_test(mutant, tests, imported_anew), 3 * AT_LEAST_SECONDS)  # noqa: B023
        tell(mutant, code != 0)


class _Hurry:
    """The same generated examples for every mutant, none kept; the first failure is enough, and nobody reads it."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> None:
        """Leave at once: to print a failed comparison takes longer than most of the tests."""
        if call.excinfo is not None:
            os._exit(1)

    def pytest_sessionstart(self) -> None:
        """After the project's own profile, before the tests are imported."""
        hypothesis.settings.register_profile("mutants", parent=hypothesis.settings(), derandomize=True, database=None)
        hypothesis.settings.load_profile("mutants")


class _Loop:
    """In the place of pytest's own loop: all collected tests as they are, then until the first failure a mutant."""

    def __init__(self, mutants: Sequence[Mutant], write: int) -> None:
        self.mutants = mutants
        self.write = write

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Write one answer a mutant, in order; end early where nothing is proved."""
        gc.freeze()  # so that children share the memory of what was collected
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        if session.testsfailed or _in_fork(lambda: _tests(session), LONGEST_SECONDS) != 0:
            os.write(self.write, FAILED)
            return True
        seconds = int(10 * (resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before))
        for mutant in self.mutants:
            code = _in_fork(lambda: _replace_and_test(mutant, session), max(seconds, AT_LEAST_SECONDS))  # noqa: B023
            os.write(self.write, {0: SURVIVED, NOT_REPLACED: FAILED}.get(code, KILLED))
        return True


def _in_fork(work: Callable[[], int], seconds: int) -> int:
    """What the work returns, done in a process of its own; 1 where it died, ran longer or wanted all the memory."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
            signal.signal(signal.SIGXCPU, signal.SIG_DFL)
            code = work()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _tests(session: pytest.Session) -> int:
    for place, item in enumerate(session.items):
        following = session.items[place + 1] if place + 1 < len(session.items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    return 0


def _replace_and_test(mutant: Mutant, session: pytest.Session) -> int:
    code = compile(mutant.source, mutant.module, "exec")
    found: object = sys.modules[mutant.module]
    try:
        for name in mutant.function or ():
            code = next(c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == name)
            found = vars(found)[name]
        _function_in(found).__code__ = code
    except (StopIteration, KeyError, TypeError, ValueError):
        return NOT_REPLACED
    return _tests(session)


def _function_in(found: object) -> FunctionType:
    """The plain function under a property, a cache or a class's method."""
    if isinstance(found, property):
        found = found.fget
    elif isinstance(found, staticmethod | classmethod):
        found = found.__func__
    found = getattr(found, "__wrapped__", found)
    if not isinstance(found, FunctionType):
        raise TypeError(f"{found!r} holds no function")
    return found


class _Mutated(importlib.machinery.SourceFileLoader):
    """Loads the mutant, past any cache of bytecode."""

    def __init__(self, mutant: Mutant, path: str) -> None:
        super().__init__(mutant.module, path)
        self.mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        """The mutant's code."""
        return compile(self.mutant.source, str(self.path), "exec")


class _Instead(importlib.abc.MetaPathFinder):
    """Finds the mutant where its module is asked for."""

    def __init__(self, mutant: Mutant) -> None:
        spec = importlib.util.find_spec(mutant.module)
        self.loader = _Mutated(mutant, str(spec and spec.origin))

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The mutant, or none for the other finders."""
        if fullname != self.loader.mutant.module:
            return None
        return importlib.util.spec_from_file_location(fullname, self.loader.path, loader=self.loader)


def _import_and_test(mutant: Mutant, tests: Sequence[str], imported_anew: Iterable[str]) -> int:
    _quiet()
    instead = _Instead(mutant)
    anew = tuple(imported_anew)
    for name in [name for name in sys.modules if name.startswith(anew)]:
        del sys.modules[name]
    sys.meta_path.insert(0, instead)
    # One file after the other: most fall to the first, and to import them all takes longer than to run it.
    codes = (int(pytest.main([*OPTIONS, "-x", test], plugins=[_Hurry()])) for test in tests)
    return next((code for code in codes if code), 0)  # a mutant that cannot be imported is seen by no hook


def _quiet() -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(nothing, descriptor)
