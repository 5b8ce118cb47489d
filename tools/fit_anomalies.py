#!/usr/bin/env python3
"""Fits the model of speed and course anomalies (src/behaviour/anomaly_model.def) and says how it does on tracks kept back.

usage: tools/fit_anomalies.py [FILE]     (without it: ../shared/data/behaviour/injected_anomalies_gulf.csv.gz)

Needs python3-numpy and a C compiler. Features come from src/behaviour/anomaly_features.c; labels are none of them.
Folds are of whole tracks; the threshold of a fold is chosen on the other four.
"""
import csv
import ctypes
import gzip
import sys

import numpy as np

from fit_trees import ROOT, SHARED, Trees, folds_of, library, sigmoid, spread

FEATURES, JOIN_S = 35, 9000  # as in anomaly_features.h and anomaly_model.h
HOW = {"depth": 3, "count": 120, "rate": 0.1, "least": 20, "ridge": 1.0}
THRESHOLDS = np.arange(0.3, 0.85, 0.05)


class Fix(ctypes.Structure):
    _fields_ = [("time_us", ctypes.c_int64)] + [(n, ctypes.c_double) for n in ("lat", "lon", "sog", "cog")]


def load(path):
    """Per track: times in seconds, features, (first, last) of what was injected or None."""
    c, tracks = library("behaviour/anomaly_features.c"), {}
    with gzip.open(path, "rt") as text:
        for row in csv.DictReader(text):
            tracks.setdefault(row["track"], []).append(row)
    buffer, found = (ctypes.c_double * FEATURES)(), []
    for rows in tracks.values():
        fixes = (Fix * len(rows))(*[Fix(int(r["unix_s"]) * 1000000, *(float(r[k]) for k in ("lat", "lon", "sog_kn", "cog")))
                                    for r in rows])
        x = np.zeros((len(rows), FEATURES))
        for i in range(len(rows)):
            c.vg_anomaly_features(fixes, ctypes.c_size_t(len(rows)), ctypes.c_size_t(i), buffer)
            x[i] = buffer[:]
        bad = (int(rows[0]["first_bad"]), int(rows[0]["last_bad"])) if rows[0]["track_anomalous"] == "1" else None
        found.append((np.array([int(r["unix_s"]) for r in rows]), x, bad))
    return found


def spans(time, p, threshold):
    """As src/behaviour/anomaly_model.c makes them."""
    found = []
    for i in np.flatnonzero(p >= threshold):
        if found and time[i] - time[found[-1][1]] <= JOIN_S:
            found[-1][1] = i
        else:
            found.append([i, i])
    return found


def score(tracks, chances, threshold):
    """F1, false ones for 100 hours."""
    hits = false = events = hours = 0
    for (time, _, bad), p in zip(tracks, chances):
        events += bad is not None
        hours += (time[-1] - time[0]) / 3600
        hit = False
        for first, last in spans(time, p, threshold):
            if bad and not hit and first <= bad[1] and last >= bad[0]:
                hit = True
            else:
                false += 1
        hits += hit
    return 2 * hits / (hits + false + events), 100 * false / hours


def rows_of(tracks):
    x = np.concatenate([t[1] for t in tracks])
    y = np.concatenate([[float(bad is not None and bad[0] <= i <= bad[1]) for i in range(len(time))]
                        for time, _, bad in tracks])
    return x, y


def chances_of(tracks, folds):
    """Of every track by a model that hasn't seen its fold."""
    chances = [None] * len(tracks)
    for k in set(folds):
        model = Trees(**HOW).fit(*rows_of([t for t, f in zip(tracks, folds) if f != k]))
        for i in np.flatnonzero(folds == k):
            chances[i] = sigmoid(model.score(tracks[i][1]))
    return chances


def best_threshold(tracks, chances):
    return max(THRESHOLDS, key=lambda t: score(tracks, chances, t)[0])


def main():
    tracks = load(sys.argv[1] if len(sys.argv) > 1 else SHARED / "injected_anomalies_gulf.csv.gz")
    folds, said = folds_of(len(tracks)), []
    chances = chances_of(tracks, folds)
    for k in range(5):
        mine, others = np.flatnonzero(folds == k), np.flatnonzero(folds != k)
        t = best_threshold([tracks[i] for i in others], [chances[i] for i in others])
        said.append(score([tracks[i] for i in mine], [chances[i] for i in mine], t))
    threshold = best_threshold(tracks, chances)
    for t in THRESHOLDS:
        print(f"threshold {t:.2f}: F1 %.3f, false ones for 100 h %.2f" % score(tracks, chances, t))
    text = [f"F1 {spread([v[0] for v in said])}, false ones for 100 hours {spread([v[1] for v in said])} (mean and",
            f"standard deviation of the folds); over all the best threshold is {threshold:.2f}."]
    print("\n".join(text))
    x, y = rows_of(tracks)
    Trees(**HOW).fit(x, y).write(ROOT / "src/behaviour/anomaly_model.def", [
        f"The model of anomalies: {HOW['count']} trees, made by tools/fit_anomalies.py of {len(tracks)} tracks, {len(y)} fixes, of",
        "injected_anomalies_gulf.csv.gz (docs/QUALITY.md). On five folds of tracks kept back:", text[0], text[1],
        "Do not edit; fit anew."])


main()
