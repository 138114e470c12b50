"""Train the model: `python -m comments.screening.complaints.train FILE...`.

A line of a file is a comment after `+ ` (a complaint) or `- ` (none). Deterministic: the samples go
in an order of their own checksums, and no random numbers are used.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from math import exp, sqrt
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from comments.screening.complaints import model, russian
from comments.screening.words.folding import fold

_EPOCHS, _RATE, _DECAY = 10, 0.3, 1e-3
_RAREST = 3
_FOLDS = 4
_FALSE_ALARMS = 0.02


class _Sample(NamedTuple):
    text: str
    is_complaint: bool
    features: frozenset[str]


def samples(paths: Iterable[Path]) -> list[_Sample]:
    lines = {
        line
        for path in paths
        for line in path.read_text(encoding="utf-8").splitlines()
        if line[:2] in {"+ ", "- "}
    }
    return [
        _Sample(line[2:], line[0] == "+", frozenset(model.all_features(line[2:], _folded(line))))
        for line in sorted(lines, key=lambda line: (crc32(line.encode()), line))
    ]


def train(data: Sequence[_Sample]) -> tuple[dict[str, int], int]:
    """Return the weights and the bias, found by gradient descent with a step for each weight."""
    counts = Counter(name for sample in data for name in sample.features)
    weights = dict.fromkeys((name for name, count in counts.items() if count >= _RAREST), 0.0)
    squares = dict.fromkeys(weights, 1e-6)
    bias, bias_squares = 0.0, 1.0
    rows = [
        (sorted(sample.features & weights.keys()), float(sample.is_complaint)) for sample in data
    ]
    for _ in range(_EPOCHS):
        for names, label in rows:
            share = 1 / sqrt(max(len(names), model.FEWEST))
            score = bias + share * sum(weights[name] for name in names)
            error = 1 / (1 + exp(-score)) - label
            bias_squares += error * error
            bias -= _RATE * error / sqrt(bias_squares)
            for name in names:
                slope = error * share + _DECAY * weights[name]
                squares[name] += slope * slope
                weights[name] -= _RATE * slope / sqrt(squares[name])
    rounded = {name: round(weights[name] * model.SCALE) for name in sorted(weights)}
    return rounded, round(bias * model.SCALE)


def threshold(data: Sequence[_Sample]) -> tuple[int, float]:
    """Return the threshold, and the share of complaints above it, both by cross-validation.

    Innocent comments that a rule takes for complaints count as false alarms at any threshold.
    """
    scores: list[tuple[float, bool]] = []
    for fold_number in range(_FOLDS):
        flat, bias = train([one for at, one in enumerate(data) if at % _FOLDS != fold_number])
        weights = model.weights_of(
            {name: weight / model.SCALE for name, weight in flat.items()}, bias / model.SCALE
        )
        for sample in data[fold_number::_FOLDS]:
            folded = fold(sample.text).text
            by_rule = next(russian.spans(folded), None) is not None
            points = sys.maxsize if by_rule else model.score(sample.text, folded, weights)
            scores.append((points, sample.is_complaint))
    innocent = sorted((points for points, is_complaint in scores if not is_complaint), reverse=True)
    lowest = round(innocent[int(_FALSE_ALARMS * len(innocent))] * model.SCALE) + 1
    complaints = [points for points, is_complaint in scores if is_complaint]
    above = sum(points * model.SCALE > lowest for points in complaints)
    return lowest, above / len(complaints)


def _folded(line: str) -> str:
    return fold(line[2:]).text


def main(paths: Sequence[str]) -> None:
    data = samples(map(Path, paths))
    lowest, recall = threshold(data)
    weights, bias = train(data)
    content = {"bias": bias, "threshold": lowest, "weights": weights}
    serialized = json.dumps(content, ensure_ascii=False, indent=0, sort_keys=True)
    model.WEIGHTS.write_text(f"{serialized}\n", encoding="utf-8")
    sys.stdout.write(
        f"{len(data)} comments, {len(weights)} weights, threshold {lowest / model.SCALE}\n"
        f"Recognised by cross-validation: {recall:.0%} at {_FALSE_ALARMS:.0%} false alarms\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
