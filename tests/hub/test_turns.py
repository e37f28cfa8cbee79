"""A few at a time, in the order of coming, and nobody is forgotten."""

from __future__ import annotations

import asyncio

from hub_config.turns import Turns


def test_no_more_than_the_limit_at_once_and_all_are_served() -> None:
    async def room() -> tuple[int, list[int]]:
        turns, inside, most, order = Turns(4), 0, 0, []

        async def person(number: int) -> None:
            nonlocal inside, most
            await turns.enter(number)
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.001)
            inside -= 1
            order.append(number)
            turns.leave(number)

        await asyncio.gather(*(person(number) for number in range(30)))
        return most, order

    most, order = asyncio.run(room())
    assert most == 4
    assert sorted(order) == list(range(30))


def test_the_place_is_told_and_moves_up() -> None:
    async def room() -> list[int]:
        turns = Turns(1)
        await turns.enter("a")
        waiting = [asyncio.ensure_future(turns.enter(name)) for name in "bc"]
        await asyncio.sleep(0)
        places = []
        async for place in turns.places("c", every=0.001):
            places.append(place)
            if place:
                turns.leave("a" if place == 2 else "b")
                await asyncio.sleep(0)
        assert all(turn.done() for turn in waiting)
        return places

    assert asyncio.run(room()) == [2, 1, 0]


def test_who_gives_up_waiting_does_not_hold_up_the_others() -> None:
    async def room() -> bool:
        turns = Turns(1)
        await turns.enter("a")
        leaving = asyncio.ensure_future(turns.enter("b"))
        staying = asyncio.ensure_future(turns.enter("c"))
        await asyncio.sleep(0)
        leaving.cancel()
        await asyncio.sleep(0)
        turns.leave("a")
        await asyncio.wait_for(staying, 1)
        turns.leave("c")
        await asyncio.wait_for(turns.enter("d"), 1)
        return turns.ahead("b") == 0

    assert asyncio.run(room())
