"""Scores events against a world's truth.

usage: worlds.py TRUTH.jsonl EVENTS.jsonl

An event finds a true one of its kind if they share a number and overlap in time, within half an hour. Recall counts what could be
observed; an event that is true of something that could not be is no false one. Distress devices and radars' kinds are as they come.
"""
import datetime
import json
import sys
from collections import defaultdict

SLACK_S = 1800


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def read(path):
    kinds = defaultdict(list)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            begin = seconds(row["begin"])
            end = seconds(row["end"]) if row.get("end") else begin
            kinds[row["kind"]].append((set(row["mmsi"]), begin - SLACK_S, end, row))
    return kinds


def by_number(rows):
    index = defaultdict(list)
    for row in rows:
        for mmsi in row[0]:
            index[mmsi].append(row)
    return index


def is_found(row, index):
    return any(row[1] <= other[2] and other[1] <= row[2] for mmsi in row[0] for other in index[mmsi])


def main():
    truth, events = read(sys.argv[1]), read(sys.argv[2])
    print(f"{'kind':15} {'observable':>10} {'found':>6} {'recall':>6} {'events':>7} {'true':>6} {'precision':>9}")
    for kind in sorted(set(truth) | set(events)):
        seen = [row for row in truth[kind] if row[3].get("observable", True)]
        of_truth, of_events = by_number(truth[kind]), by_number(events[kind])
        found = sum(is_found(row, of_events) for row in seen)
        true = sum(is_found(row, of_truth) for row in events[kind])
        recall = f"{found / len(seen):.2f}" if seen else "-"
        precision = f"{true / len(events[kind]):.2f}" if events[kind] else "-"
        print(f"{kind:15} {len(seen):10} {found:6} {recall:>6} {len(events[kind]):7} {true:6} {precision:>9}")


main()
