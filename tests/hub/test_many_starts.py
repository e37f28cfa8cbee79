"""A class of thirty logs in at the same moment."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from .conftest import Hub, Person, until

STUDENTS = 30


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_thirty_servers_started_together_all_start(own_hub: Hub) -> None:
    own_hub.start()
    begun = time.monotonic()
    with ThreadPoolExecutor(STUDENTS) as room:
        students = list(room.map(own_hub.member, (f"student{n}" for n in range(STUDENTS))))
        asked = list(room.map(Person.start_server, students))
        assert set(asked) <= {201, 202}
        until(lambda: all(room.map(Person.server_ready, students)), "all servers are ready", 600, every=3)
    print(  # noqa: T201
        f"{STUDENTS} servers were ready {time.monotonic() - begun:.0f} s after the first log-in"
    )
    failed = [line for line in own_hub.log().splitlines() if "ERROR" in line]
    assert failed == []
    for student in students[:: STUDENTS // 3]:
        assert student.http.get(f"{own_hub.url}user/{student.name}/lab", timeout=60).status_code == 200
