"""The page of costs is what its script says, and the script's sums are what they should be."""

from __future__ import annotations

import pytest

from infra import cost
from tests.infra.template import ROOT


def test_the_page_is_up_to_date() -> None:
    assert cost.PAGE.read_text() == cost.page(), "run `make cost`"


def test_every_price_has_its_source_and_is_named_once() -> None:
    assert all(price.source.startswith("https://aws.amazon.com/") for price in cost.PRICES.values())
    assert len({price.unit for price in cost.PRICES.values()}) == len(cost.PRICES)


def test_a_drawing_is_billed_for_the_states_that_it_enters() -> None:
    # Begin; Prepare, Read, Relate with 2, 3, 2 branches; TakeAnalysis, Compile, …, Done
    assert cost.states_of_a_drawing() == 1 + (1 + 2) + (1 + 3) + (1 + 2) + 5


def test_a_call_costs_its_seconds_times_its_memory() -> None:
    warm = cost.calls("PrepareFunction", 1e6, 1000 - 1000 * cost.assumed("cold") * 1.5)
    # https://aws.amazon.com/lambda/pricing/: a million seconds of 2 GB, and a million calls
    assert warm == pytest.approx(2e6 * 0.0000166667 + 0.20)


def test_what_is_said_to_stay_below_a_dollar_does() -> None:
    bill = cost.drawings(1000)
    assert sum(bill.values()) - bill["Textract"] < 1.0 < sum(bill.values())
    assert bill["Textract"] == pytest.approx(1.5)
    assert sum(cost.sentences(1000).values()) < 1.0


def test_costs_grow_with_what_is_done_and_idle_is_the_least() -> None:
    totals = [sum(cost.month(users).values()) for users in cost.USERS]
    assert sum(cost.idle("prod").values()) < totals[0] < totals[1] < totals[2]
    assert sum(cost.idle("dev").values()) < sum(cost.idle("prod").values())
    assert sum(cost.viewer_hours(2).values()) == pytest.approx(
        2 * sum(cost.viewer_hours(1).values())
    )


def test_what_is_measured_is_what_was_reported() -> None:
    report = (ROOT / "tests/bench/READING.md").read_text()
    stages = {
        "PrepareFunction": "prepare",
        "FindMarksFunction": "marks",
        "RelateFunction": "relate",
    }
    stages |= {"CompileFunction": "compile", "SimulateFunction": "simulate"}
    for function, stage in stages.items():
        assert f"| {stage} | {cost.TASK_MS[function]:.0f} |" in report
    recordings = list((ROOT / "tests/data/motion/runs").glob("*.sgfs"))
    mean = sum(path.stat().st_size for path in recordings) / len(recordings)
    assert pytest.approx(mean, rel=0.05) == cost.RECORDING_BYTES


def test_the_quota_that_is_met_first_has_a_remedy() -> None:
    for users in cost.USERS:
        name, share = cost.first_met(users)
        assert share == max(cost.peak(users)[n] / q.limit for n, q in cost.QUOTAS.items())
        assert cost.QUOTAS[name].remedy
    assert cost.QUOTAS.keys() == cost.peak(1).keys()
