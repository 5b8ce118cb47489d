#!/usr/bin/env python3
"""One truth, one home: tests/house/truths.txt says what is written once, and where.

usage: truths.py TOP [TRUTH]

A second home of a truth that is held fails the check, and so does a pattern that its home does not match any more.
Truths that are pending are reported and fail nothing.
"""
import os
import re
import sys

ENDINGS = (".c", ".h", ".def", ".ts")


def truths(path):
    """The paragraphs of the table, as dictionaries; patterns are a list."""
    row, rows = {}, []
    with open(path, encoding="utf-8") as table:
        for number, line in enumerate([*table, ""], 1):
            line = line.strip()
            if line.startswith("#"):
                continue
            if not line:
                if row:
                    rows.append(row)
                row = {}
                continue
            key, colon, value = line.partition(":")
            if not colon or key not in ("truth", "state", "home", "where", "pattern"):
                sys.exit(f"{path}:{number}: not a line of the table: {line}")
            row.setdefault(key, []).append(value.strip())
    for row in rows:
        if not all(key in row for key in ("truth", "state", "home", "pattern")) or row["state"][0] not in ("held", "pending"):
            sys.exit(f"{path}: incomplete: {row.get('truth')}")
    return rows


def code_of(path):
    """The lines of a file without comments; their numbers stay."""
    with open(path, encoding="utf-8") as text:
        source = text.read()
    source = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), source, flags=re.S)
    return [line.partition(" //")[0] if not line.startswith("//") else "" for line in source.split("\n")]


def files(top, places):
    for place in places:
        full = os.path.join(top, place)
        if os.path.isfile(full):
            yield place
        for folder, _, names in os.walk(full):
            for name in sorted(names):
                if name.endswith(ENDINGS):
                    yield os.path.relpath(os.path.join(folder, name), top)


def main(top, only=None):
    bad, read = 0, {}
    for row in truths(os.path.join(top, "tests/house/truths.txt")):
        if only and row["truth"][0] != only:
            continue
        held, homes = row["state"][0] == "held", row["home"][0].split()
        patterns, at_home, elsewhere = [re.compile(p) for p in row["pattern"]], False, []
        for path in files(top, (row.get("where") or ["src web/src"])[0].split()):
            if path not in read:
                read[path] = code_of(os.path.join(top, path))
            for number, line in enumerate(read[path], 1):
                if any(p.search(line) for p in patterns):
                    if any(path == home or (home.endswith("/") and path.startswith(home)) for home in homes):
                        at_home = True
                    else:
                        elsewhere.append(f"    {path}:{number}: {line.strip()}")
        if elsewhere:
            print(f"{'a second home of' if held else 'pending:'} \"{row['truth'][0]}\" (home: {' '.join(homes)}):", *elsewhere, sep="\n")
            bad |= held
        if held and not at_home:
            print(f"\"{row['truth'][0]}\": nothing in {' '.join(homes)} matches; has it moved?")
            bad = 1
        if not held and at_home and not elsewhere:
            print(f"\"{row['truth'][0]}\" has one home now: its state can be held")
    return int(bad)


sys.exit(main(*sys.argv[1:]))
