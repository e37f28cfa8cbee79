"""Wrong passwords lock a name and address out, for a while, and cost no memory without end."""

from __future__ import annotations

import pytest

from hub_config.lockout import Failures, Lockout, network


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_the_fifth_failure_locks_for_five_minutes(clock: Clock) -> None:
    lockout = Lockout(clock=clock)
    assert [lockout.failed("anna", "10.0.0.1") for _ in range(5)] == [False] * 4 + [True]
    assert lockout.seconds_left("anna", "10.0.0.1") == 300
    clock.now += 299
    assert lockout.seconds_left("anna", "10.0.0.1") == 1
    clock.now += 1
    assert lockout.seconds_left("anna", "10.0.0.1") == 0


def test_others_are_not_locked_out(clock: Clock) -> None:
    lockout = Lockout(clock=clock)
    for _ in range(5):
        lockout.failed("anna", "10.0.0.1")
    assert lockout.seconds_left("anna", "10.0.0.2") == 0
    assert lockout.seconds_left("bela", "10.0.0.1") == 0


def test_slow_failures_do_not_lock(clock: Clock) -> None:
    lockout = Lockout(clock=clock)
    for _ in range(20):
        assert not lockout.failed("anna", "10.0.0.1")
        clock.now += 76  # five in 304 s
    assert lockout.seconds_left("anna", "10.0.0.1") == 0


def test_the_right_password_forgets_the_wrong_ones(clock: Clock) -> None:
    lockout = Lockout(clock=clock)
    for _ in range(4):
        lockout.failed("anna", "10.0.0.1")
    lockout.succeeded("anna", "10.0.0.1")
    assert [lockout.failed("anna", "10.0.0.1") for _ in range(4)] == [False] * 4


def test_thirty_mistyping_students_behind_one_address_are_let_in(clock: Clock) -> None:
    lockout = Lockout(clock=clock)
    for student in range(30):
        for _ in range(4):
            lockout.failed(f"student{student}", "192.0.2.7")
    assert lockout.seconds_left("student3", "192.0.2.7") == 0


def test_an_address_that_tries_name_after_name_is_locked_out(clock: Clock) -> None:
    lockout = Lockout(clock=clock)
    locked = [lockout.failed(f"name{number}", "192.0.2.7") for number in range(300)]
    assert locked == [False] * 299 + [True]
    assert lockout.seconds_left("anna", "192.0.2.7") == 300
    assert lockout.seconds_left("anna", "192.0.2.8") == 0


def test_memory_is_bounded_and_the_newest_stay(clock: Clock) -> None:
    failures = Failures(limit=2, window=300, capacity=100, clock=clock)
    for number in range(1000):
        failures.record(number)
    assert len(failures) == 100
    assert failures.record(999)
    assert not failures.record(0)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("unknown", "unknown"),
    ],
)
def test_an_ipv6_host_cannot_wander_in_its_network(address: str, counted: str) -> None:
    assert network(address) == counted
