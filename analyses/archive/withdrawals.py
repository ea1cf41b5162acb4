"""Withdrawals in an archive: how one is written, read, and given to its edition."""

from dataclasses import dataclass
from datetime import datetime

from ..editions import Edition
from ..models import Analysis
from . import records
from .records import Rejected

KINDS = Edition.Withdrawal


@dataclass
class Withdrawal:
    at: datetime
    kind: str
    reason: str
    notice: str
    replaced_by: str  # the id of the text in the source


def read(given):
    """The Withdrawal of a published state, or None. Raises Rejected."""
    if given.get("withdrawn") is None:
        return None
    said = records.mapping(given, "withdrawn")
    found = Withdrawal(
        at=records.moment(said.get("at"), "withdrawn"),
        kind=records.string(said, "kind", 20) or KINDS.ERROR,
        reason=records.string(said, "reason", 500),
        notice=records.string(said, "notice", 1000),
        replaced_by=records.string(said, "replaced_by", 200),
    )
    if found.at is None:
        raise Rejected("withdrawn: the moment `at` is missing")
    if found.kind not in KINDS.values:
        raise Rejected(f"withdrawn: unknown kind “{found.kind}”")
    if found.kind == KINDS.WITHDRAWN and not found.notice:
        raise Rejected("withdrawn: one of this kind has a notice that tells readers why")
    return found


def carry_out(analysis, states):
    """End the editions of the withdrawn ones among the published `states` of a text.

    Returns `[(edition's primary key, the id of what replaces it)]` for `replace`, because that may stand further down.
    """
    last = {state.language: state.number for state in states}
    waiting = []
    for state in states:
        if (withdrawal := state.ended) is None:
            continue
        notice = withdrawal.notice if withdrawal.kind == KINDS.WITHDRAWN else ""
        edition = Edition.objects.filter(analysis=analysis, language=state.language, number=state.number)
        if state.number == last[state.language]:
            analysis.withdraw(state.language, withdrawal.reason, withdrawal.at, withdrawal.kind, notice)
        else:
            edition.update(
                live_until=max(state.live_from, withdrawal.at), withdrawal=withdrawal.kind,
                withdrawal_reason=withdrawal.reason, withdrawal_notice=notice,
            )  # fmt: skip
        if notice and withdrawal.replaced_by:
            waiting.append((edition.values_list("pk", flat=True).get(), withdrawal.replaced_by))
    return waiting


def replace(waiting):
    """Name what replaces withdrawn editions. Returns the ids that no text has."""
    known = dict(
        Analysis.objects.filter(source_id__in={identifier for _key, identifier in waiting}).values_list(
            "source_id", "pk"
        )
    )
    for key, identifier in waiting:
        if identifier in known:
            Edition.objects.filter(pk=key).update(replaced_by=known[identifier])
    return [identifier for _key, identifier in waiting if identifier not in known]


def written(edition, identify):
    """The key `withdrawn` of a text in the archive, or nothing; `identify(analysis)` gives a text's id."""
    if not edition.withdrawal:
        return {}
    said = {
        "at": records.written_moment(edition.live_until),
        "kind": edition.withdrawal,
        "reason": edition.withdrawal_reason,
        "notice": edition.withdrawal_notice,
        "replaced_by": identify(edition.replaced_by) if edition.replaced_by else "",
    }
    return {"withdrawn": {name: value for name, value in said.items() if value}}
