"""`make mutants`: changes the rule in one place after the other, and fails where the tests did not notice one.

A mutant that nobody can notice is explained in tests/unit/rule/equivalent_mutants.toml; an explanation that is no
longer needed fails too.
"""

import argparse
import os
import sys
import time
import tomllib
from pathlib import Path

# Few examples, the same each time: most mutants fall to the tables before.
os.environ.setdefault("RULE_EXAMPLES", "6")

import tracker  # noqa: F401 - all that the tests import besides the rule, once and not in each process
from tools.mutants import running
from tools.mutants.making import Mutant, mutants_of

ROOT = Path(__file__).parents[2]
RULE = ROOT / "tracker/rule"
EXPLAINED = ROOT / "tests/unit/rule/equivalent_mutants.toml"
TABLES = (
    *("words", "records", "exact", "status", "scores", "questions", "figures", "reasons", "next_change", "stories"),
    *("asked_twice", "calendar", "standing", "shared_days", "examples"),
)
PROPERTIES = ("view", "steps", "invariants")  # last, since they take longest
SURVIVED = "  survived: "
IMPORTED_ANEW = ("tracker.rule", "tracker.compliance.steps.derivation", "tests.")


def main() -> None:
    """Exit 1 where a mutant survived unexplained or an explanation fits none."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", help="of tracker/rule, such as status; all if left out")
    parser.add_argument("--match", default="", help="only mutants whose name holds this")
    parser.add_argument("--quick", action="store_true", help="with the tables of cases only: more may survive")
    parser.add_argument("--skip-explained", action="store_true", help="do not try what is explained as equivalent")
    parser.add_argument("--again", type=Path, help="only what this output of a former run names as survived")
    given = parser.parse_args()
    explained = _explained()
    again = None if given.again is None else _survivors(given.again.read_text(encoding="utf-8"))
    paths = [RULE / f"{name}.py" for name in given.modules] or sorted(RULE.glob("*.py"))
    failed = False
    for path in paths:
        mutants = [m for m in mutants_of(path, f"tracker.rule.{path.stem}") if given.match in m.name]
        names = {mutant.name for mutant in mutants}
        tried = [m for m in mutants if not (given.skip_explained and m.name in explained)]
        tried = [m for m in tried if again is None or m.name in again]
        known = {name for name in explained if name.partition(":")[0].partition(".")[0] == path.stem}
        unfit = [] if given.match else sorted(known - names)
        failed |= _report(path.stem, tried, explained, unfit, TABLES if given.quick else TABLES + PROPERTIES)
    sys.exit(failed)


def _report(
    module: str, mutants: list[Mutant], explained: dict[str, str], unfit: list[str], tests: tuple[str, ...]
) -> bool:
    started, survived = time.monotonic(), set[str]()

    def tell(mutant: Mutant, noticed: bool) -> None:
        if not noticed:
            survived.add(mutant.name)
            if mutant.name not in explained:
                print(f"{SURVIVED}{mutant.name}", flush=True)
        elif mutant.name in explained:
            print(f"  explained as equivalent, but noticed: {mutant.name}", flush=True)

    if mutants:
        running.run(mutants, [f"tests/unit/rule/test_{name}.py" for name in tests], IMPORTED_ANEW, tell)
    for name in unfit:
        print(f"  explained, but there is no such mutant: {name}")
    killed, alike = len(mutants) - len(survived), len(survived & explained.keys())
    seconds = time.monotonic() - started
    print(f"{module}: {len(mutants)} mutants, {killed} killed, {alike} equivalent, {seconds:.0f} s", flush=True)
    tried = {mutant.name for mutant in mutants}
    return bool(survived - explained.keys() or (explained.keys() & tried) - survived or unfit)


def _survivors(output: str) -> set[str]:
    return {line.removeprefix(SURVIVED) for line in output.splitlines() if line.startswith(SURVIVED)}


def _explained() -> dict[str, str]:
    """Name of the mutant → why nobody can notice it."""
    if not EXPLAINED.exists():
        return {}
    groups = tomllib.loads(EXPLAINED.read_text(encoding="utf-8"))["equivalent"]
    return {name: group["why"] for group in groups for name in group["mutants"]}


if __name__ == "__main__":
    main()
