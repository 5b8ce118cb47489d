#!/usr/bin/env python3
"""Scores the rows of `vigia track` against `vigia sim --truth-csv`. usage: sim_tracking.py TRUTH.csv TRACKS.csv (bench/sim_tracking.sh)"""
import collections
import csv
import math
import statistics
import sys

HELD_M, FALSE_M, SETTLE = 300, 500, 30  # SETTLE: steps at the beginning that don't count


def rows_by_time(path):
    times = collections.defaultdict(list)
    with open(path, newline="") as text:
        for row in csv.DictReader(text):
            times[row["time"]].append(row)
    return times


def far(a, b):
    mid = math.radians((float(a["lat"]) + float(b["lat"])) / 2)
    return 111195 * math.hypot(float(a["lat"]) - float(b["lat"]), (float(a["lon"]) - float(b["lon"])) * math.cos(mid))


def match(truth, tracks):
    """The nearest pairs first, each of both once."""
    near = sorted((d, i, k) for i, t in enumerate(truth) for k, r in enumerate(tracks)
                  if abs(float(t["lat"]) - float(r["lat"])) < 0.01 and (d := far(t, r)) <= HELD_M)
    who, used = {}, set()
    for d, i, k in near:
        if i not in who and k not in used:
            who[i] = (k, d)
            used.add(k)
    return who


def main():
    truths, tracks = rows_by_time(sys.argv[1]), rows_by_time(sys.argv[2])
    steps = [t for t in sorted(truths) if t in tracks][SETTLE:]
    looked, held, apart = collections.Counter(), collections.Counter(), collections.defaultdict(list)
    own = other = false = 0
    for time in steps:
        truth, rows = truths[time], tracks[time]
        who = match(truth, rows)
        for i, t in enumerate(truth):
            group = "with AIS" if t["has_ais"] == "true" else t["kind"]
            looked[group] += 1
            if i not in who:
                continue
            k, d = who[i]
            held[group] += 1
            apart[group].append(d)
            own += group == "with AIS" and rows[k]["mmsi"] == t["mmsi"]
            other += rows[k]["mmsi"] not in ("", t["mmsi"])
        false += sum(r["sensors"] not in ("ais", "") and all(far(t, r) > FALSE_M for t in truth) for r in rows)
    if not steps:
        sys.exit("the two have no steps in common")
    for group in sorted(looked):
        print(f"  {group:20} held {held[group] / looked[group]:6.1%} of {looked[group]:6} vessel-steps, median {statistics.median(apart[group] or [math.nan]):5.0f} m")
    print(f"  own number on {own / max(1, held['with AIS']):.2%}, another's on {other / max(1, sum(held.values())):.2%}; false tracks held by a radar: {false / len(steps):.1f} a step")


main()
