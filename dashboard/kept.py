"""Results that all sessions share: the last few of them, each computed once however many ask at the same time."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

Result = TypeVar("Result")


class Kept(Generic[Result]):
    """The last results by key.

    Parameters
    ----------
    most
        How many are kept.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.results: OrderedDict[Hashable, Result] = OrderedDict()
        self.locks: WeakValueDictionary[Hashable, Lock] = WeakValueDictionary()
        self.lock = Lock()

    def get(self, key: Hashable, work: Callable[[], Result]) -> Result:
        """Give a result, or compute it; who asks for one that is being computed waits for it.

        Where the work fails or is interrupted, the next who asks begins it anew.
        """
        with self.lock:
            mine = self.locks.setdefault(key, Lock())
        with mine:
            with self.lock:
                if key in self.results:
                    self.results.move_to_end(key)
                    return self.results[key]
            found = work()
            with self.lock:
                self.results[key] = found
                while len(self.results) > self.most:
                    self.results.popitem(last=False)
            return found
