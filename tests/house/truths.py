#!/usr/bin/env python3
"""One truth, one home: tests/house/truths.txt says what is written once, and where.

usage: truths.py TOP [TRUTH]

A second home of a truth that is held fails the check, and so does a pattern that its home does not match any more.
Truths that are pending are reported and fail nothing.
"""
import os
import re
import sys

ENDINGS = (".c", ".h", ".def", ".inc", ".ts", ".mts", ".js", ".mjs")
SKIPPED = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|`(?:\\.|[^`\\\n])*`|(/\*.*?\*/|//[^\n]*)', re.S)


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
            if not colon or key not in ("truth", "state", "home", "where", "pattern", "former"):
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
    return SKIPPED.sub(lambda m: " " + "\n" * m[1].count("\n") if m[1] else m[0], source).split("\n")


def alternatives(pattern):
    """The patterns that a pattern of `|` stands for, outside groups: each must be found at home."""
    parts, depth, start, in_class, i = [], 0, 0, False, 0
    while i < len(pattern):
        c = pattern[i]
        if c == "\\":
            i += 1
        elif in_class:
            in_class = c != "]"
        elif c == "[":
            in_class, i = True, i + (pattern[i + 1:i + 2] in "^]") + (pattern[i + 1:i + 3] == "^]")
        elif c == "|" and not depth:
            parts.append(pattern[start:i])
            start = i + 1
        else:
            depth += (c == "(") - (c == ")")
        i += 1
    return [*parts, pattern[start:]]


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
        missing, elsewhere = {part for p in row["pattern"] for part in alternatives(p)}, []
        patterns = [re.compile(p) for p in [*missing, *row.get("former", [])]]
        for path in files(top, (row.get("where") or ["src web/src"])[0].split()):
            if path not in read:
                read[path] = code_of(os.path.join(top, path))
            for number, line in enumerate(read[path], 1):
                hits = {p.pattern for p in patterns if p.search(line)}
                if hits:
                    if any(path == home or (home.endswith("/") and path.startswith(home)) for home in homes):
                        missing -= hits
                    else:
                        elsewhere.append(f"    {path}:{number}: {line.strip()}")
        if elsewhere:
            print(f"{'a second home of' if held else 'pending:'} \"{row['truth'][0]}\" (home: {' '.join(homes)}):", *elsewhere, sep="\n")
            print("    use it from its home, or move it below both")
            bad |= held
        for pattern in sorted(missing) if held else ():
            print(f"\"{row['truth'][0]}\": nothing in {' '.join(homes)} matches {pattern}; has it moved?")
            bad = 1
        for home in homes:
            if not os.path.exists(os.path.join(top, home)):
                print(f"\"{row['truth'][0]}\": its home {home} does not exist")
                bad = 1
        if not held and not missing and not elsewhere:
            print(f"\"{row['truth'][0]}\" has one home now: its state can be held")
    return int(bad)


sys.exit(main(*sys.argv[1:]))
