"""Stores what format 3 has more than those before, as it comes; `staging` gathers and calls."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from tracker.commitments import loading as commitments
from tracker.commitments.life.states import Move
from tracker.interchange.dumping import life_queries
from tracker.interchange.dumping.queries import Ids
from tracker.interchange.judging import dossier_checks
from tracker.interchange.judging.known import Record
from tracker.interchange.loading import life_rows
from tracker.programmes import loading as programmes
from tracker.progress import loading as progress

Row = dict[str, Any]


@dataclass
class Life:
    """Templates, dossiers, requests on their way into the database."""

    session: Session
    ids: Ids
    versions: dict[tuple[str, int], int] = field(default_factory=dict)  # of templates, by code and number

    def template(self, record: Record) -> None:
        """A template that does not stand yet, with its versions."""
        if not self.versions:
            self.versions = life_queries.version_ids(self.session)
        if (record["code"], 1) not in self.versions:
            rows = [life_rows.template_version(one) for one in record["versions"]]
            added = programmes.template(self.session, life_rows.template(record), rows)
            self.versions |= {(record["code"], number): version_id for number, version_id in added.items()}

    def plan(self, record: Record, calendar_id: int) -> None:
        """A programme in preparation, or as it was approved."""
        row = life_rows.plan(record, self.ids.agencies, self.ids.programmes)
        programmes.plan(self.session, {**row, "calendar_id": calendar_id})

    def asked(
        self, targets: Sequence[tuple[Record, Row]], target_ids: Sequence[int], made: Mapping[str, Mapping[Any, int]]
    ) -> None:
        """What was asked and decided on targets; `made`: ids of extensions and suspensions by (target, day)."""
        whole = [(record, owner, one) for (record, owner), one in zip(targets, target_ids, strict=True)]
        asked = [
            (one, {"target_id": target_id, "agency_id": owner["agency_id"]})
            for record, owner, target_id in whole
            for one in record.get("requests", ())
        ]
        ids = progress.requests(self.session, [{**life_rows.request(one), **whose} for one, whose in asked])
        decided: list[tuple[Record, Row, Row]] = [
            (one["answer"], whose, life_rows.ruling(one["answer"], one["kind"], request_id))
            for (one, whose), request_id in zip(asked, ids, strict=True)
            if "answer" in one
        ]
        decided += [
            (one, {"target_id": target_id, "agency_id": owner["agency_id"]}, life_rows.ruling(one, one["kind"], None))
            for record, owner, target_id in whole
            for one in record.get("rulings", ())
        ]
        progress.rulings(self.session, [{**row, **whose, **_made(one, whose, made)} for one, whose, row in decided])

    def dossiers(self, records: Sequence[Record]) -> None:
        """Many at once, with all that belongs to them."""
        heads = [life_rows.dossier(record) for record in records]
        named = [record.get("amends") or head["number"] for record, head in zip(records, heads, strict=True)]
        named += [one["follows"]["commitment"] for record in records for one in record["targets"] if "follows" in one]
        signed, targets = life_queries.signed_ids(self.session, {number for number in named if number})
        rows = []
        for record, head in zip(records, heads, strict=True):
            whose = (self.ids.programmes[record["programme"]], self.ids.agencies[record["agency"]])
            number = record.get("amends") or (head["number"] if head["in_force_from"] else None)
            commitment = {"commitment_id": signed[number] if number else None}
            rows.append({**head, "programme_id": whose[0], "agency_id": whose[1], **commitment})
        ended = [(row["commitment_id"], life_rows.closed_on(record)) for row, record in zip(rows, records, strict=True)]
        commitments.closed(self.session, [(one, day) for one, day in ended if one is not None and day is not None])
        for row, record, dossier_id in zip(rows, records, commitments.dossiers(self.session, rows), strict=True):
            self._inside(record, dossier_id, row, signed, targets)

    def _inside(
        self,
        record: Record,
        dossier_id: int,
        head: Row,
        signed: Mapping[str, int],
        targets: Mapping[tuple[int, str], int],
    ) -> None:
        drafted, entered = [], head["in_force_from"] is not None
        for one in record["targets"]:
            pinned, follows = one.get("template", {}), one.get("follows", {})
            whose = (head["commitment_id"] or 0, one["terms"]["code"])
            became = targets.get(whose) if dossier_checks.stands(one, entered) else None
            followed = (signed.get(follows.get("commitment", ""), 0), follows.get("target", ""))
            more = {
                "dossier_id": dossier_id,
                "template_version_id": self.versions.get((pinned.get("code", ""), pinned.get("version", 0))),
                "follows_id": targets.get(followed),
                "target_id": became,
            }
            drafted.append({**life_rows.draft(one), **more})
        ids = commitments.drafts(self.session, drafted)
        of = {row["code"]: draft_id for row, draft_id in zip(drafted, ids, strict=True)}
        told = record["moves"]
        answers = {one["answers"]: one for one in told if "answers" in one}
        said = {place: one for place, one in enumerate(told, 1) if one["move"] == Move.COMMENT}
        proposed = {place: one for place, one in enumerate(told, 1) if one["move"] == Move.PROPOSE}

        def about(one: Record, key: str) -> Row:
            return {"dossier_id": dossier_id, "draft_target_id": of.get(one[key].get("target", ""))}

        comments, proposals = commitments.said(
            self.session,
            [{**life_rows.comment(one), **about(one, "comment")} for one in said.values()],
            [{**life_rows.proposal(one, answers.get(n)), **about(one, "proposal")} for n, one in proposed.items()],
        )
        comment_ids, proposal_ids = dict(zip(said, comments, strict=True)), dict(zip(proposed, proposals, strict=True))
        rows = [
            {
                **row,
                "dossier_id": dossier_id,
                "comment_id": comment_ids.get(place),
                "proposal_id": proposal_ids.get(one.get("answers", place)),
            }
            for place, (one, row) in enumerate(zip(told, life_rows.moves(record), strict=True), 1)
        ]
        commitments.moves(self.session, rows)


def _made(record: Record, whose: Row, made: Mapping[str, Mapping[Any, int]]) -> Row:
    """The extension and the suspension that a decision made."""
    return {
        f"{name}_id": made[name][(whose["target_id"], record[name])] if name in record else None
        for name in ("extension", "suspension")
    }
