"""Stores a package's records as they come, inside the caller's transaction: gathered, then added many at once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from tracker.agencies import loading as agencies
from tracker.commitments import loading as commitments
from tracker.interchange.dumping.queries import Ids
from tracker.interchange.judging.known import Record, day
from tracker.interchange.loading import life_rows, rows
from tracker.interchange.loading.life_staging import Life
from tracker.interchange.loading.reading import Part
from tracker.programmes import loading as programmes
from tracker.progress import loading as progress
from tracker.signing import loading as signing

GATHERED = 500  # targets that are added at once; and dossiers, each with its own

Row = dict[str, Any]


@dataclass
class Staging:
    """One package on its way into the database. `ids` are those of what stands there; at the end comes `finish`."""

    session: Session
    ids: Ids
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("commitments", "targets", "reports"), 0))
    new_programmes: dict[str, int] = field(default_factory=dict)  # code → id
    added_targets: list[int] = field(default_factory=list)  # of programmes that stood before
    _calendar_id: int = 0
    _successors: list[tuple[str, list[str]]] = field(default_factory=list)
    _agencies: list[Row] = field(default_factory=list)
    _classifications: list[list[Row]] = field(default_factory=list)
    _commitments: list[Record] = field(default_factory=list)
    _dossiers: list[Record] = field(default_factory=list)
    _numbers: list[Row] = field(default_factory=list)
    _targets: int = 0

    def __post_init__(self) -> None:
        self._life = Life(self.session, self.ids)

    def add(self, part: Part) -> None:
        """Take a record without faults, in the order in which a package is read."""
        match part.kind:
            case "calendar":
                self._calendar(part.record)
            case "agency":
                self._agency(part.record)
            case "template":
                self._life.template(part.record)
            case "programme":
                self._programme(part.record)
            case "plan":
                self._add_agencies()
                self._life.plan(part.record, self._calendar_id)
            case "number":
                self._numbers.append(life_rows.number(part.record))
            case "dossier":
                self._dossier(part.record)
            case _:
                self._commitment(part.record)

    def finish(self) -> None:
        """Add what is still gathered."""
        self._add_agencies()
        self._add_commitments()
        self._add_dossiers()
        signing.numbers(self.session, self._numbers)
        commitments.analyse(self.session)
        progress.analyse(self.session)

    def _calendar(self, record: Record) -> None:
        found = self.ids.calendars.get(record["name"])
        if found is None:
            days = (map(day, record["off_days"]), map(day, record["working_days"]))
            found = programmes.calendar(self.session, record["name"], *days)
        self._calendar_id = found

    def _agency(self, record: Record) -> None:
        if record["code"] not in self.ids.agencies:
            self._agencies.append(rows.agency(record))
            self._classifications.append(rows.classifications(record))
            self._successors.append((record["code"], list(record.get("successors", ()))))

    def _programme(self, record: Record) -> None:
        row = rows.programme(record, self._calendar_id)
        periods = [rows.period(period) for period in record["periods"]]
        changes = [[life_rows.change(one) for one in period.get("changes", ())] for period in record["periods"]]
        signing_ways = [life_rows.signing(one) for one in record.get("signing", ())]
        policy = record.get("policy", {})
        programme_id = programmes.programme(self.session, row, policy, periods, changes, signing_ways)
        self.ids.add_programme(self.session, record["code"], programme_id)
        self.new_programmes[record["code"]] = programme_id

    def _commitment(self, record: Record) -> None:
        self._commitments.append(record)
        self._targets += len(record["targets"])
        if self._targets >= GATHERED:
            self._add_commitments()

    def _dossier(self, record: Record) -> None:
        self._dossiers.append(record)
        if len(self._dossiers) >= GATHERED:
            self._add_dossiers()

    def _add_dossiers(self) -> None:
        """Behind the commitments that they became, or that they change."""
        if not self._dossiers:
            return
        self._add_commitments()
        self._life.dossiers(self._dossiers)
        self._dossiers = []

    def _add_agencies(self) -> None:
        """Bodies first, then who succeeded whom: a successor may stand behind its predecessor in the file."""
        if not self._agencies:
            return
        added = agencies.bodies(self.session, self._agencies)
        self.ids.agencies.update(zip((row["code"] for row in self._agencies), added, strict=True))
        agencies.classifications(self.session, list(zip(added, self._classifications, strict=True)))
        of = self.ids.agencies
        successors = [(of[code], [of[successor] for successor in found]) for code, found in self._successors]
        agencies.successions(self.session, successors)
        self._agencies, self._classifications, self._successors = [], [], []

    def _add_commitments(self) -> None:
        self._add_agencies()
        records, self._commitments, self._targets = self._commitments, [], 0
        of = self.ids
        owners = [(of.programmes[record["programme"]], of.agencies[record["agency"]]) for record in records]
        whole = [rows.commitment(record, *owner) for record, owner in zip(records, owners, strict=True)]
        added = commitments.commitments(self.session, whole)
        targets = [
            (target, {"commitment_id": commitment_id, "programme_id": owner[0], "agency_id": owner[1]})
            for record, owner, commitment_id in zip(records, owners, added, strict=True)
            for target in record["targets"]
        ]
        self._add_targets(targets)
        self.counts["commitments"] += len(records)

    def _add_targets(self, targets: list[tuple[Record, Row]]) -> None:
        added = commitments.targets(self.session, [{**rows.target(record), **owner} for record, owner in targets])
        made = self._add_granted([record for record, _owner in targets], added)
        self._life.asked(targets, added, made)
        periods = self.ids.periods
        reports = [
            (report, {"target_id": target_id}, rows.report(report, owner, period_id))
            for (record, owner), target_id in zip(targets, added, strict=True)
            for report in record.get("reports", ())
            for period_id in (periods[owner["programme_id"]].get(report.get("period")),)
        ]
        whole = [{**row, **of_target} for _report, of_target, row in reports]
        report_ids = progress.reports(self.session, whole)
        self._add_revisions([report for report, _of_target, _row in reports], report_ids, whole)
        self.counts["targets"] += len(added)
        self.counts["reports"] += len(report_ids)
        new = set(self.new_programmes.values())
        self.added_targets += [
            target_id for (_, owner), target_id in zip(targets, added, strict=True) if owner["programme_id"] not in new
        ]

    def _add_granted(self, records: list[Record], target_ids: list[int]) -> dict[str, dict[tuple[int, str], int]]:
        """Returns the ids of extensions by (target, new deadline), of suspensions by (target, first day)."""

        def of(key: str, make: Callable[[Record], Row]) -> list[Row]:
            return [
                {**make(fact), "target_id": target_id}
                for record, target_id in zip(records, target_ids, strict=True)
                for fact in record.get(key, ())
            ]

        extensions, suspensions = of("extensions", rows.extension), of("suspensions", rows.suspension)
        made = commitments.granted(self.session, extensions, suspensions, of("amendments", rows.amendment))
        named = {"extension": (extensions, "due_on"), "suspension": (suspensions, "from_on")}
        return {
            name: {(row["target_id"], row[key].isoformat()): fact_id for row, fact_id in zip(some, ids, strict=True)}
            for (name, (some, key)), ids in zip(named.items(), made, strict=True)
        }

    def _add_revisions(self, reports: list[Record], report_ids: list[int], owners: list[Row]) -> None:
        found = [
            (revision, {**rows.revision(revision), "report_id": report_id})
            for report, report_id in zip(reports, report_ids, strict=True)
            for revision in report["revisions"]
        ]
        revision_ids = progress.revisions(self.session, [row for _revision, row in found])
        decided = [
            {**rows.decision(decision, seq), "revision_id": revision_id}
            for (revision, _row), revision_id in zip(found, revision_ids, strict=True)
            for seq, decision in enumerate(revision.get("decisions", ()), 1)
        ]
        decision_ids = progress.decisions(self.session, decided)
        self._add_corrections(
            [(revision, row["report_id"]) for revision, row in found],
            revision_ids,
            decision_ids,
            dict(zip(report_ids, owners, strict=True)),
        )

    def _add_corrections(
        self, sent: list[tuple[Record, int]], revision_ids: list[int], decision_ids: list[int], owners: dict[int, Row]
    ) -> None:
        """The named decisions behind reopenings, and the corrections that were asked for: each that was granted is the
        reopening of that ground whose turn it is."""
        ids = iter(decision_ids)
        named: list[Row] = []
        asked: list[tuple[Record, Row, int | None]] = []
        for (record, report_id), revision_id in zip(sent, revision_ids, strict=True):
            told = [(one.get("named"), next(ids)) for one in record.get("decisions", ())]
            named += [{**rows.reopening(one), "decision_id": key} for one, key in told if one is not None]
            opened = iter([key for one, key in told if one is not None and one["ground"] == "correction"])
            for one in record.get("corrections", ()):
                decision_id = next(opened) if one.get("outcome") == "granted" else None
                owner = {key: owners[report_id][key] for key in ("target_id", "agency_id")}
                asked.append((one, {**rows.correction(one), **owner, "revision_id": revision_id}, decision_id))
        progress.reopenings(self.session, named)
        correction_ids = progress.corrections(self.session, [row for _record, row, _decision in asked])
        ends = [
            {**rows.correction_end(one), "correction_id": key, "decision_id": decision_id}
            for (one, _row, decision_id), key in zip(asked, correction_ids, strict=True)
            if "outcome" in one
        ]
        progress.correction_ends(self.session, ends)
