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

FEATURES, JOIN_S = 41, 9000  # as in anomaly_features.h and anomaly_model.h
HOW = {"depth": 3, "count": 240, "rate": 0.08, "least": 20, "ridge": 1.0}
COPY_WEIGHT = 0.5
THRESHOLDS = np.arange(0.3, 0.85, 0.05)


C = library("behaviour/anomaly_features.c")


class Fix(ctypes.Structure):
    _fields_ = [("time_us", ctypes.c_int64)] + [(n, ctypes.c_double) for n in ("lat", "lon", "sog", "cog")]


def features(fixes):
    """Of rows (seconds, lat, lon, speed, course)."""
    raw = (Fix * len(fixes))(*[Fix(int(f[0]) * 1000000, *f[1:]) for f in fixes])
    buffer, x = (ctypes.c_double * FEATURES)(), np.zeros((len(fixes), FEATURES))
    for i in range(len(fixes)):
        C.vg_anomaly_features(raw, ctypes.c_size_t(len(fixes)), ctypes.c_size_t(i), buffer)
        x[i] = buffer[:]
    return x


def load(path):
    """Per track: times in seconds, features, (first, last) of what was injected or None, rows."""
    tracks = {}
    with gzip.open(path, "rt") as text:
        for row in csv.DictReader(text):
            tracks.setdefault(row["track"], []).append(row)
    found = []
    for rows in tracks.values():
        fixes = [tuple(float(r[k]) for k in ("unix_s", "lat", "lon", "sog_kn", "cog")) for r in rows]
        bad = (int(rows[0]["first_bad"]), int(rows[0]["last_bad"])) if rows[0]["track_anomalous"] == "1" else None
        found.append((np.array([f[0] for f in fixes]), features(fixes), bad, fixes))
    return found


def moved(tracks, seed=7):
    """Normal tracks with a part moved aside by 0.01 to 0.5 degrees: the file has 0.01 alone, and a model that has seen
    nothing else takes what is moved farther for what it doesn't know. For fitting only; nothing is scored on them."""
    draw, copies = np.random.default_rng(seed), []
    for time, _, bad, fixes in tracks:
        size, angle = 10 ** draw.uniform(-2, -0.3), draw.uniform(0, 2 * np.pi)
        length = int(draw.integers(1, 12))
        first = int(draw.integers(1, max(2, len(fixes) - length - 1)))
        last = min(first + length - 1, len(fixes) - 2)
        changed = [(f[0], f[1] + size * np.sin(angle), f[2] + size * np.cos(angle), f[3], f[4]) if first <= i <= last
                   else f for i, f in enumerate(fixes)]
        copies.append(None if bad or last < first else (time, features(changed), (first, last), changed))
    return copies


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
    for (time, _, bad, _), p in zip(tracks, chances):
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
                        for time, _, bad, _ in tracks])
    return x, y


def fitted(tracks, copies):
    x, y = rows_of(tracks)
    more_x, more_y = rows_of([c for c in copies if c])
    weight = np.r_[np.ones(len(y)), np.full(len(more_y), COPY_WEIGHT)]
    return Trees(**HOW).fit(np.r_[x, more_x], np.r_[y, more_y], weight)


def chances_of(tracks, copies, folds):
    """Of every track by a model that hasn't seen its fold."""
    chances = [None] * len(tracks)
    for k in set(folds):
        model = fitted([t for t, f in zip(tracks, folds) if f != k], [c for c, f in zip(copies, folds) if f != k])
        for i in np.flatnonzero(folds == k):
            chances[i] = sigmoid(model.score(tracks[i][1]))
    return chances


def best_threshold(tracks, chances):
    return max(THRESHOLDS, key=lambda t: score(tracks, chances, t)[0])


def main():
    tracks = load(sys.argv[1] if len(sys.argv) > 1 else SHARED / "injected_anomalies_gulf.csv.gz")
    folds, said = folds_of(len(tracks)), []
    copies = moved(tracks)
    chances = chances_of(tracks, copies, folds)
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
    fitted(tracks, copies).write(ROOT / "src/behaviour/anomaly_model.def", [
        f"The model of anomalies: {HOW['count']} trees, made by tools/fit_anomalies.py of {len(tracks)} tracks of",
        "injected_anomalies_gulf.csv.gz (docs/QUALITY.md). On five folds of tracks kept back:", text[0], text[1],
        "Do not edit; fit anew."])


main()
