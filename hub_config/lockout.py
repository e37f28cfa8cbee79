"""Lock-out after wrong passwords: who failed how often, from where, and how long they wait."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from ipaddress import ip_address, ip_network


class Failures:
    """Failures per key within a window, with bounded memory.

    Parameters
    ----------
    limit : int
        That many failures within `window` lock the key, for `window` from the last of them.
    window : float
        Seconds.
    capacity : int
        The most keys remembered; the ones that failed longest ago are forgotten first.
    clock : callable
        Returns seconds, never going backwards.
    """

    def __init__(
        self, limit: int, window: float, capacity: int = 10_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.limit = limit
        self.window = window
        self.capacity = capacity
        self.clock = clock
        self._times: OrderedDict[Hashable, deque[float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._times)

    def record(self, key: Hashable) -> bool:
        """Note one failure of `key` now; say whether it locked the key."""
        now = self.clock()
        times = self._times.setdefault(key, deque(maxlen=self.limit))
        self._times.move_to_end(key)
        times.append(now)
        while len(self._times) > self.capacity:
            self._times.popitem(last=False)
        return len(times) == self.limit and now - times[0] < self.window

    def forget(self, key: Hashable) -> None:
        """Forget the failures of `key`."""
        self._times.pop(key, None)

    def seconds_left(self, key: Hashable) -> float:
        """Return how long `key` stays locked [s]; 0 where it is not."""
        times = self._times.get(key)
        if times is None or len(times) < self.limit or times[-1] - times[0] >= self.window:
            return 0.0
        return max(0.0, times[-1] + self.window - self.clock())


class Lockout:
    """Two bounds on wrong passwords: for a name from an address, and for an address whatever the name.

    The second bound is wide, because a class of thirty may sit behind one address.

    Parameters
    ----------
    per_pair, per_address : int
        Failures within `window` that lock.
    window : float
        Seconds, of counting and of being locked.
    clock : callable
        Returns seconds, never going backwards.
    """

    def __init__(
        self,
        per_pair: int = 5,
        per_address: int = 300,
        window: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pairs = Failures(per_pair, window, clock=clock)
        self._addresses = Failures(per_address, window, clock=clock)

    def failed(self, name: str, address: str) -> bool:
        """Note a wrong password; say whether `name` is now locked out from `address`."""
        source = network(address)
        pair_locked = self._pairs.record((name, source))
        return self._addresses.record(source) or pair_locked

    def succeeded(self, name: str, address: str) -> None:
        """Forget the failures of `name` from `address`."""
        self._pairs.forget((name, network(address)))

    def seconds_left(self, name: str, address: str) -> float:
        """Return how long `name` is still locked out from `address` [s]; 0 where it is not."""
        source = network(address)
        return max(self._pairs.seconds_left((name, source)), self._addresses.seconds_left(source))


def network(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or the /64 in which an IPv6 host may wander."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    return str(ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
