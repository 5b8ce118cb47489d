#!/usr/bin/env python3
"""Fits the model of gaps (src/behaviour/gap_model.def) and says how it does on folds kept back.

usage: tools/fit_gaps.py [FILE]     (without it: ../shared/data/behaviour/gaps_labelled.csv.gz)

Needs python3-numpy and a C compiler. Features come from src/behaviour/gap_features.c; the label is none of them.
"""
import csv
import ctypes
import gzip
import sys

import numpy as np

from fit_trees import ROOT, SHARED, Trees, folds_of, library, sigmoid, spread

COLUMNS = ("reception_positions_per_day_off", "positions_12h_before", "positions_12h_after", "positions_Xh_before",
           "positions_Xh_after")
FEATURES, THRESHOLD = 13, 0.63
HOW = {"depth": 3, "count": 150, "rate": 0.12, "least": 60, "ridge": 5.0}


def load(path):
    c = library("behaviour/gap_features.c")
    with gzip.open(path, "rt") as text:
        rows = [([float(r[k]) for k in COLUMNS], int(r["label"])) for r in csv.DictReader(text)]
    x, buffer = np.zeros((len(rows), FEATURES)), (ctypes.c_double * FEATURES)()
    for i, (reception, _) in enumerate(rows):
        c.vg_gap_features((ctypes.c_double * len(COLUMNS))(*reception), buffer)
        x[i] = buffer[:]
    return x, np.array([float(label) for _, label in rows])


def auc(y, p):
    order = np.argsort(p, kind="stable")
    rank = np.empty(len(p))
    rank[order] = np.arange(1, len(p) + 1)
    ones = y.sum()
    return (rank[y == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(y) - ones))


def f05(y, p):
    said, true = p >= THRESHOLD, y == 1
    hits = (said & true).sum()
    precision, recall = hits / said.sum(), hits / true.sum()
    return 1.25 * precision * recall / (0.25 * precision + recall)


def decile_error(y, p):
    return max(abs(y[i].mean() - p[i].mean()) for i in np.array_split(np.argsort(p, kind="stable"), 10))


def main():
    path = sys.argv[1] if len(sys.argv) > 1 else SHARED / "gaps_labelled.csv.gz"
    x, y = load(path)
    fold, p = folds_of(len(y)), np.zeros(len(y))
    for k in range(5):
        p[fold == k] = sigmoid(Trees(**HOW).fit(x[fold != k], y[fold != k]).score(x[fold == k]))
    parts = [(y[fold == k], p[fold == k]) for k in range(5)]
    said = [f"F0.5 {spread([f05(*v) for v in parts])}, AUC {spread([auc(*v) for v in parts])} (mean and standard deviation "
            "of the folds),", f"largest error of a decile of all rows kept back {decile_error(y, p):.3f}."]
    print("\n".join(said))
    Trees(**HOW).fit(x, y).write(ROOT / "src/behaviour/gap_model.def", [
        f"The model of gaps: {HOW['count']} trees, made by tools/fit_gaps.py of {len(y)} rows of gaps_labelled.csv.gz", "(docs/QUALITY.md).",
        "On five folds kept back: " + said[0], said[1], "Do not edit; fit anew."])


main()
