"""Boosted trees for the tools fit_*.py: gradient boosting of a log-loss on binned features, numpy alone.

Small and slow on purpose: what is fitted is a table that a person can print. The same rows and numbers give the same
trees; there is no randomness.
"""
import ctypes
import pathlib
import subprocess
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data" / "behaviour"


def library(*sources):
    """C files of src/ as a library: features have one home, and that is C."""
    target = pathlib.Path(tempfile.mkdtemp()) / "features.so"
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-D_GNU_SOURCE", f"-I{ROOT / 'src'}", "-o", target]
                   + [ROOT / "src" / s for s in sources] + ["-lm"], check=True)
    return ctypes.CDLL(str(target))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Trees:
    """Complete binary trees of one depth: node k has children 2k+1 and 2k+2; left if value <= threshold."""

    def __init__(self, depth=4, count=100, rate=0.1, bins=48, least=20, ridge=1.0):
        self.depth, self.count, self.rate, self.bins, self.least, self.ridge = depth, count, rate, bins, least, ridge

    def fit(self, x, y, weight=None):
        weight = np.ones(len(y)) if weight is None else weight
        self.edges = [self._edges(x[:, j]) for j in range(x.shape[1])]
        binned = np.stack([np.searchsorted(e, x[:, j], side="left") for j, e in enumerate(self.edges)], 1)
        self.base = float(np.log((weight * y).sum() / (weight * (1 - y)).sum()))
        score = np.full(len(y), self.base)
        self.feature, self.threshold, self.leaf = [], [], []
        for _ in range(self.count):
            p = sigmoid(score)
            score += self._grow(x, binned, weight * (p - y), weight * p * (1 - p))
        return self

    def _edges(self, column):
        """Thresholds halfway between two values that there are: what is printed of them cuts where they do."""
        values = np.unique(column)
        at = np.unique(np.searchsorted(values, np.quantile(column, np.linspace(0, 1, self.bins + 1)[1:-1])))
        at = at[at < len(values) - 1]
        return (values[at] + values[at + 1]) / 2

    def _grow(self, x, binned, g, h):
        nodes = (1 << self.depth) - 1
        feature, threshold = np.zeros(nodes, int), np.full(nodes, np.inf)
        place = np.zeros(len(g), int)
        for level in range(self.depth):
            self._split(binned, g, h, place, level, feature, threshold)
            node = (1 << level) - 1 + place
            place = 2 * place + (x[np.arange(len(g)), feature[node]] > threshold[node])
        leaves = 1 << self.depth
        gain_g, gain_h = np.bincount(place, g, leaves), np.bincount(place, h, leaves)
        leaf = -self.rate * gain_g / (gain_h + self.ridge)
        self.feature.append(feature)
        self.threshold.append(threshold)
        self.leaf.append(leaf)
        return leaf[place]

    def _split(self, binned, g, h, place, level, feature, threshold):
        width, groups = self.bins, 1 << level
        best = np.full(groups, 1e-9)
        for j, edges in enumerate(self.edges):
            if not len(edges):
                continue
            key = place * width + binned[:, j]
            sums = [np.bincount(key, v, groups * width).reshape(groups, width).cumsum(1) for v in (g, h)]
            rows = np.bincount(key, minlength=groups * width).reshape(groups, width).cumsum(1)
            total_g, total_h, total = sums[0][:, -1:], sums[1][:, -1:], rows[:, -1:]
            gain = (sums[0] ** 2 / (sums[1] + self.ridge) + (total_g - sums[0]) ** 2 / (total_h - sums[1] + self.ridge)
                    - total_g ** 2 / (total_h + self.ridge))
            gain[(rows < self.least) | (total - rows < self.least)] = -1
            gain = gain[:, :len(edges)]
            at = gain.argmax(1)
            for k in range(groups):
                if gain[k, at[k]] > best[k]:
                    best[k] = gain[k, at[k]]
                    feature[groups - 1 + k], threshold[groups - 1 + k] = j, edges[at[k]]

    def score(self, x):
        total = np.full(len(x), self.base)
        for feature, threshold, leaf in zip(self.feature, self.threshold, self.leaf):
            place = np.zeros(len(x), int)
            for level in range(self.depth):
                node = (1 << level) - 1 + place
                place = 2 * place + (x[np.arange(len(x)), feature[node]] > threshold[node])
            total += leaf[place]
        return total

    def write(self, path, about):
        """The table as C reads it: VG_TREES_BASE(log-odds), then a VG_TREE({features}, {thresholds}, {leaves}) each."""
        with open(path, "w", encoding="utf-8") as out:
            out.write("/*\n" + "".join(f" * {line}".rstrip() + "\n" for line in about) + " */\n")
            out.write(f"VG_TREES_BASE({self.base:.6g})\n")
            for feature, threshold, leaf in zip(self.feature, self.threshold, self.leaf):
                cuts = ["INFINITY" if np.isinf(t) else f"{t:.9g}" for t in threshold]
                parts = [", ".join(map(str, feature)), ", ".join(cuts), ", ".join(f"{v:.5g}" for v in leaf)]
                out.write("VG_TREE({" + "}, {".join(parts) + "})\n")


def folds_of(count, folds=5, seed=3):
    """Which fold each of `count` things is in: equal parts, drawn by a seed."""
    return np.random.default_rng(seed).permutation(count) % folds


def spread(values):
    return f"{np.mean(values):.3f} ±{np.std(values, ddof=1):.3f}"
