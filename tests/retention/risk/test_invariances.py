"""What must not change what is said of anyone: the order of rows, the calendar, the currency, ids, the future."""

import csv
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from retcon.cli.main import main
from retcon.desk import ranking
from retcon.retention.risk import past, scores
from retcon.retention.risk.log import NEVER, RETURN, UNKNOWN, purchase_log
from retcon.retention.risk.signals import SIGNALS, signal_log
from tests.pictures import DAY, assert_same, log_of, picture

NOW = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp())
START = NOW - 1_000 * DAY


def shop(customers: int = 300, seed: int = 1) -> tuple[list, list]:
    """Orders until a hundred days after NOW, and refunds, some of whole orders; those dated later among them."""
    draw = np.random.default_rng(seed)
    orders, refunds = [], []
    for customer in range(1, customers + 1):
        at, gap = START + int(draw.uniform(0, 950) * DAY), draw.gamma(1.5, 30) + 4
        while at < NOW + 100 * DAY:
            amount, voided = int(draw.integers(900, 20_000)), NEVER
            if draw.random() < 0.08:
                back = at + int(draw.uniform(1, 40) * DAY)
                whole = draw.random() < 0.3
                voided = back if whole else NEVER
                refunds.append((customer, len(orders), back, amount if whole else amount // 3, voided))
            orders.append((customer, at, amount, voided))
            if draw.random() < 0.15:
                break
            at += int(draw.exponential(gap) * DAY) + 3_600
    return orders, refunds


def known(orders, refunds, as_of=NOW):
    """What had happened before the instant."""
    return [row for row in orders if row[1] < as_of], [row for row in refunds if row[2] < as_of]


@cache
def plain():
    return picture(log_of(*known(*shop())), NOW)


def test_shuffled_rows_change_nothing():
    orders, refunds = known(*shop())
    draw = np.random.default_rng(2)
    mixed = [orders[place] for place in draw.permutation(len(orders))]
    back = [refunds[place] for place in draw.permutation(len(refunds))]
    assert_same(plain(), picture(log_of(mixed, back), NOW))


def test_two_runs_say_exactly_the_same():
    assert repr(picture(log_of(*known(*shop())), NOW)) == repr(plain())


def test_another_process_with_other_hashes_says_exactly_the_same():
    program = (
        "import sys, hashlib; sys.path.insert(0, '.'); import importlib.util as u;"
        f"spec = u.spec_from_file_location('invariances', {__file__!r}); told = u.module_from_spec(spec);"
        "spec.loader.exec_module(told); print(hashlib.sha256(repr(told.plain()).encode()).hexdigest())"
    )

    def run(seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        return subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        ).stdout

    assert run("1") == run("4242")


@pytest.mark.parametrize("weeks", [-400, -1, 1, 37])
def test_a_log_that_is_weeks_older_or_younger_says_the_same(weeks):
    later = weeks * 7 * DAY
    orders, refunds = known(*shop())
    moved = [
        (who, at + later, amount, voided + later if voided != NEVER else NEVER) for who, at, amount, voided in orders
    ]
    back = [
        (who, of, at + later, amount, voided + later if voided != NEVER else NEVER)
        for who, of, at, amount, voided in refunds
    ]
    assert_same(plain(), picture(log_of(moved, back), NOW + later), later=later)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Seoul", "America/New_York"])
def test_dates_without_a_time_say_the_same_in_every_zone(zone):
    """A date is a local midnight, also where the clock changes between two of them."""

    def local(at: int) -> int:
        return int(datetime.fromtimestamp(at, UTC).replace(tzinfo=ZoneInfo(zone)).timestamp())

    orders, refunds = shop()
    dates = [(who, at // DAY * DAY, amount) for who, at, amount, _ in orders]
    given_back = [(who, of, at // DAY * DAY, amount) for who, of, at, amount, _ in refunds]
    there = [(who, local(at), amount) for who, at, amount in dates]
    back_there = [(who, of, local(at), amount) for who, of, at, amount in given_back]
    numbers = ("p_churn", "expected_orders", "band", "tier", "stage", "causes")
    assert_same(
        picture(log_of(dates, given_back), NOW),
        picture(log_of(there, back_there, zone), local(NOW)),
        fields=numbers,
    )


@pytest.mark.parametrize("times", [100, 0.01, 1_000, 137.3])
def test_amounts_in_another_unit_only_scale_the_money(times):
    orders, refunds = known(*shop())
    large = [(who, at, times * amount, voided) for who, at, amount, voided in orders]
    back = [(who, of, at, times * amount, voided) for who, of, at, amount, voided in refunds]
    assert_same(plain(), picture(log_of(large, back), NOW), money=times)


def test_other_ids_say_the_same_of_the_same_people():
    orders, refunds = known(*shop())
    new_id = dict(enumerate((np.random.default_rng(4).permutation(301) * 7 + 10**9).tolist()))
    renamed = picture(
        log_of([(new_id[row[0]], *row[1:]) for row in orders], [(new_id[row[0]], *row[1:]) for row in refunds]), NOW
    )
    old_id = {new: old for old, new in new_id.items()}
    assert_same(plain(), {old_id[id_]: told for id_, told in renamed.items()})


def test_other_ids_draw_the_same_sample_of_a_log_of_dates_alone(monkeypatch):
    """Many begin and end on the same days there; who is looked at may not depend on who comes first."""
    monkeypatch.setattr(past, "SAMPLE", 100)
    orders = [(who, at // DAY // 30 * 30 * DAY, amount) for who, at, amount, _ in known(*shop())[0]]
    new_id = dict(enumerate(np.random.default_rng(5).permutation(301).tolist()))
    renamed = picture(log_of([(new_id[who], *rest) for who, *rest in orders]), NOW)
    assert_same(picture(log_of(orders), NOW), {old: renamed[new] for old, new in new_id.items() if new in renamed})


def test_what_comes_after_the_instant_changes_nothing():
    """Orders, refunds of orders from before it, and whole orders given back: none of it was known."""
    orders, refunds = shop()
    assert any(row[1] >= NOW for row in orders)
    assert any(row[2] >= NOW and row[1] < NOW for row in refunds)
    late = [
        (who, at, amount, NOW + DAY if who % 5 == 0 and voided == NEVER else voided)
        for who, at, amount, voided in orders
    ]
    later = [(row[0], place, NOW + DAY, row[2], NOW + DAY) for place, row in enumerate(orders) if row[0] % 5 == 0]
    before, back_before = known(orders, refunds)
    # What is given back after the instant still counted on it.
    unknown = [(who, at, amount, voided if voided < NOW else NEVER) for who, at, amount, voided in before]
    assert_same(picture(log_of(unknown, back_before), NOW), picture(log_of(late, [*refunds, *later]), NOW))


def test_new_customers_after_the_instant_change_nothing():
    orders, refunds = known(*shop())
    crowd = [(10_000 + place, NOW + place * 3_600, 5_000) for place in range(500)]
    assert_same(plain(), picture(log_of([*orders, *crowd], refunds), NOW))


def test_what_comes_in_the_very_second_of_the_instant_is_not_known():
    orders, refunds = known(*shop())
    assert_same(plain(), picture(log_of([*orders, *((who, NOW, 100) for who in range(1, 50))], refunds), NOW))


def test_parcels_pauses_and_signals_after_the_instant_change_nothing():
    """A parcel that is sent or arrives later, a return that is opened later, a complaint that is made later."""

    def told(until: int):
        draw = np.random.default_rng(6)
        orders = [row for row in shop(150)[0] if row[1] < NOW]
        placed = np.array([row[1] for row in orders])
        sent = placed + (draw.uniform(0, 20, len(orders)) * DAY).astype(int)
        here = sent + (draw.uniform(1, 30, len(orders)) * DAY).astype(int)
        opened = placed + (draw.uniform(5, 60, len(orders)) * DAY).astype(int)
        closed = opened + 9 * DAY
        pausing = (draw.random(len(orders)) < 0.2) & (opened < until)
        customer = np.array([row[0] for row in orders])
        log = purchase_log(
            zone="UTC",
            customer=customer,
            placed=placed,
            amount=[row[2] for row in orders],
            shipped=np.where(sent < until, sent, UNKNOWN),
            arrived=np.where(here < until, here, UNKNOWN),
            pause_customer=customer[pausing],
            pause_from=opened[pausing],
            pause_until=np.where(closed < until, closed, NEVER)[pausing],
            pause_kind=np.full(pausing.sum(), RETURN),
        )
        at = START + (draw.uniform(0, 1_200, 2_000) * DAY).astype(int)
        who, kind = draw.integers(1, 150, 2_000), draw.integers(0, len(SIGNALS), 2_000)
        ends = at + (draw.uniform(0, 300, 2_000) * DAY).astype(int)
        heard = at < until
        events = signal_log(
            log.customer_ids,
            customer=who[heard],
            kind=kind[heard],
            at=at[heard],
            since=dict.fromkeys(SIGNALS, START + 100 * DAY),
            until=np.where(ends < until, ends, NEVER)[heard],
        )
        return picture(replace(log, signals=events), NOW)

    assert_same(told(NOW), told(NOW + 500 * DAY))


@pytest.mark.parametrize("chosen", [{7}, {3, 150, 299}, set(range(1, 300, 2))])
def test_a_log_of_a_few_customers_says_of_them_what_the_whole_log_says(chosen):
    orders, refunds = known(*shop())
    fit = scores.fit_shop(log_of(orders, refunds), NOW, 60)
    few = log_of([row for row in orders if row[0] in chosen], [row for row in refunds if row[0] in chosen])
    whole = {id_: told for id_, told in plain().items() if id_ in chosen}
    assert_same(whole, picture(few, NOW, fit=fit))


def test_another_customer_changes_no_score_of_a_fit_that_is_kept():
    orders, refunds = known(*shop())
    fit = scores.fit_shop(log_of(orders, refunds), NOW, 60)
    more = log_of([*orders, *((9_999, NOW - place * 11 * DAY, 400) for place in range(1, 30))], refunds)
    told = picture(more, NOW, fit=fit)
    del told[9_999]
    assert_same(plain(), told)


@some.composite
def small_shops(draw):
    """Up to forty customers with a few orders each, in any rhythm, over three years; amounts of any size or none."""
    orders = []
    for customer in range(draw(some.integers(1, 40))):
        days = draw(some.lists(some.integers(1, 1_100), min_size=1, max_size=8))
        amount = draw(some.sampled_from([0, 1, 999, 10**7, float("nan")]))
        orders += [(customer, NOW - day * DAY, amount) for day in days]
    return orders


@settings(max_examples=15, deadline=None)
@given(small_shops(), some.randoms(use_true_random=False), some.sampled_from([14, 90, 365]))
def test_a_small_shop_is_told_alike_shuffled_moved_renamed_and_with_a_future(orders, chance, horizon):
    told = picture(log_of(orders), NOW, horizon)
    weeks = 52 * 7 * DAY
    other = [(customer + 70, at + weeks, amount) for customer, at, amount in orders]
    other += [(customer + 70, NOW + weeks + place * DAY, 5) for place, (customer, _, _) in enumerate(orders)]
    chance.shuffle(other)
    again = picture(log_of(other), NOW + weeks, horizon)
    assert_same(told, {id_ - 70: one for id_, one in again.items()}, later=weeks)


# The same through the command, from files as a seller has them.


def ranked(home, monkeypatch, capsys, rows) -> dict[str, tuple[float, ...]]:
    """What `retcon rank` says of a home into which these rows were imported, in this order."""
    home.mkdir()
    monkeypatch.setenv("RETCON_HOME", str(home))
    (home / "config.toml").write_text('[shop]\ntimezone = "UTC"\n')
    lines = (f"c{who},{datetime.fromtimestamp(at, UTC).isoformat()},{amount / 100:.2f}" for who, at, amount in rows)
    file = home / "orders.csv"
    file.write_text("\n".join(("customer_id,placed_at,total", *lines)) + "\n")
    for arguments in (
        ["import", str(file), "--preset", "orders"],
        ["rank", "--as-of", "2026-06-01", "--horizon", "60"],
    ):
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(arguments)
        assert left.value.code == 0
    told = csv.reader(capsys.readouterr().out.splitlines()[1:])
    return {name: tuple(map(float, figures)) for name, *figures in told}


def test_the_command_says_the_same_of_shuffled_rows_and_of_a_file_that_goes_on(tmp_path, monkeypatch, capsys):
    told, rows, later = files(tmp_path, monkeypatch, capsys)
    mixed = [rows[place] for place in np.random.default_rng(8).permutation(len(rows))]
    for name, other in (("shuffled", mixed), ("later", rows + later)):
        assert ranked(tmp_path / name, monkeypatch, capsys, other) == told


def test_a_part_of_a_large_shop_is_drawn_from_those_who_had_ordered(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(ranking, "SAMPLE", 80)
    told, rows, later = files(tmp_path, monkeypatch, capsys)
    assert ranked(tmp_path / "later", monkeypatch, capsys, rows + later) == told


def files(folder, monkeypatch, capsys):
    """What is said of a file, its rows, and rows that come later, of new customers as well."""
    orders, refunds = shop(160)
    rows = [(who, at, amount) for who, at, amount, _ in orders if at < NOW]
    rows += [(who, at, -amount) for who, _, at, amount, _ in refunds if at < NOW]
    later = [(who + 100, NOW + place * 3_600, 7_000) for place, (who, *_) in enumerate(orders)]
    later += [(who, at, -amount) for who, _, at, amount, _ in refunds if at >= NOW]
    told = ranked(folder / "one", monkeypatch, capsys, rows)
    assert len(told) == len({who for who, _, amount in rows if amount >= 0})
    return told, rows, later
