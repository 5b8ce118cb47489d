#!/usr/bin/env python3
"""Which lines and functions of each room ran, by gcov. usage: coverage.py BUILD [ROOM]

Reads the counters that a build with VIGIA_COVERAGE left in BUILD. With ROOM: a row a file, the least covered first.
A file that never ran counts with all of its lines.
"""
import collections
import json
import os
import subprocess
import sys


def counters(build):
    """gcov's words about each file of src/ that was compiled for a room."""
    notes = []
    for folder, _, names in os.walk(build):
        if "/vg_" in folder or "/vigia.dir" in folder:
            notes += [os.path.join(folder, n) for n in names if n.endswith(".gcno")]
    for at in range(0, len(notes), 40):
        done = subprocess.run(["gcov", "--json-format", "--stdout", *map(os.path.abspath, notes[at : at + 40])],
                              capture_output=True, text=True, check=True, cwd=build)
        for line in done.stdout.splitlines():
            if line.startswith("{"):
                yield from json.loads(line)["files"]


def main(build, only=None):
    source = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "src") + os.sep
    lines, functions = collections.defaultdict(dict), collections.defaultdict(dict)
    for file in counters(build):
        path = os.path.normpath(os.path.join(build, file["file"]))
        if not path.startswith(source) or not os.path.exists(path): # a file that moved left its counters behind
            continue
        name = path[len(source) :]
        for line in file["lines"]:
            number = line["line_number"]
            lines[name][number] = lines[name].get(number, 0) + line["count"]
        for function in file["functions"]:
            key = function["name"], function["start_line"]
            functions[name][key] = functions[name].get(key, 0) + function["execution_count"]
    if not lines:
        sys.exit(f"{build} has no counters: ./test coverage makes them")
    rows = collections.defaultdict(lambda: [0, 0, 0, 0, 0])
    for name in lines:
        room = name.split("/")[0]
        if only and room != only:
            continue
        row = rows[name if only else room]
        row[0] += 1
        row[1] += len(lines[name])
        row[2] += sum(1 for n in lines[name].values() if n)
        row[3] += len(functions[name])
        row[4] += sum(1 for n in functions[name].values() if n)
    print(f"\n{'file' if only else 'room':<28} {'files':>5} {'lines':>6} {'ran %':>6} {'functions':>9} {'ran %':>6}")
    order = sorted(rows, key=lambda name: (rows[name][2] / max(rows[name][1], 1), name))
    for name in order + ["all"]:
        row = rows[name] if name != "all" else [sum(rows[n][i] for n in order) for i in range(5)]
        print(f"{name:<28} {row[0]:5} {row[1]:6} {100 * row[2] / max(row[1], 1):6.1f} {row[3]:9} {100 * row[4] / max(row[3], 1):6.1f}")


main(*sys.argv[1:])
