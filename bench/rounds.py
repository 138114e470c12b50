"""Run acts and their ceilings by turns, and compare them within each round."""

import random
import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
_RESAMPLES = 200


@dataclass(frozen=True, slots=True)
class Spread:
    """The median and the quartiles of some figures."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> "Spread":
        if len(figures) == 1:
            return cls(*figures, *figures, *figures)
        low, median, high = statistics.quantiles(figures, n=4, method="inclusive")
        return cls(median, low, high)

    @property
    def noise(self) -> float:
        """Return half of the distance between the quartiles."""
        return (self.high - self.low) / 2


def interleave(
    acts: Mapping[str, Callable[[int], T]], count: int, chance: random.Random
) -> Iterator[dict[str, T]]:
    """Yield the figures of each round.

    Each round runs every act once, in another order, so that other load of the machine falls on all
    alike. An act is given the number of the round.
    """
    for number in range(count):
        order = list(acts)
        chance.shuffle(order)
        figures = {name: acts[name](number) for name in order}
        yield {name: figures[name] for name in acts}


def ratio(rounds: Sequence[Mapping[str, float]], act: str, ceiling: str) -> Spread:
    """Return the spread of the ratios, each of one round."""
    return Spread.of([figures[act] / figures[ceiling] for figures in rounds])


def resampled(figures: Sequence[float], statistic: Callable[[Sequence[float]], float]) -> Spread:
    """Return how far a statistic of as many figures moves by chance (the bootstrap)."""
    chance = random.Random(0)
    moved = Spread.of(
        [statistic(chance.choices(figures, k=len(figures))) for _ in range(_RESAMPLES)]
    )
    return Spread(statistic(figures), moved.low, moved.high)


def p95(figures: Sequence[float]) -> float:
    return statistics.quantiles(figures, n=20, method="inclusive")[-1]
