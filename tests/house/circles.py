#!/usr/bin/env python3
"""No circles within a room: files that call each other, or headers that include each other, are one file in several parts.
And no calls upwards between rooms: a header below whose functions are written above passes every include.

usage: circles.py TOP BUILD...   TOP/src for headers and rooms.txt, BUILD/libvg_*.a for the calls

Calls are read from the symbols of each room's library: file A calls B where A needs a function that B defines. Data is
no call: a table of methods may be named by the file that the methods call. TOP/tests/house/circles.txt lists the
circles that are known; that list only shrinks: a circle with a file that its line does not name fails the check.
"""
import collections
import glob
import os
import re
import subprocess
import sys

NEEDED = (["U"], ["w"], ["v"])  # weak needs too


def circles(graph):
    """Tarjan's strongly connected components with more than one node, as sorted lists."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(graph.get(node, ())):
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            part = []
            while not part or part[-1] != node:
                part.append(stack.pop())
            if len(part) > 1:
                found.append(sorted(part))

    sys.setrecursionlimit(10000)
    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def calls(library):
    """Who calls whom among the files of a library: {file: {file}}, and a symbol for each such call."""
    home, needs, graph, by = {}, collections.defaultdict(set), collections.defaultdict(set), {}
    names = subprocess.run(["ar", "t", library], capture_output=True, text=True, check=True).stdout.split()
    for name in sorted({n for n in names if names.count(n) > 1}):
        sys.exit(f"{library}: two files are called {name}; within a room a name stands once")
    for line in subprocess.run(["nm", "-A", "-g", library], capture_output=True, text=True, check=True).stdout.splitlines():
        where, _, rest = line.rpartition(":")
        file, words = re.sub(r"\.o$", "", where.rpartition(":")[2]), rest.split()
        if words[-2:-1] in NEEDED:
            needs[file].add(words[-1])
        elif len(words) == 3 and words[1] in "TWi":
            home[words[2]] = file
    for file, symbols in needs.items():
        for symbol in symbols:
            if home.get(symbol, file) != file:
                graph[file].add(home[symbol])
                by.setdefault((file, home[symbol]), symbol)
    return graph, by


def upward(top, libraries):
    """Calls to rooms that the caller may not know: (room, file, other room, symbol)."""
    knows, home, found = {}, {}, []
    for line in open(os.path.join(top, "src/rooms.txt"), encoding="utf-8"):
        if re.match(r"[a-z]", line):
            room, known = line.split("|")[:2]
            knows[room.strip()] = set(known.split()) | {room.strip()}
    needs = []
    for library in libraries:
        room = re.sub(r"^libvg_|\.a$", "", os.path.basename(library))
        if room not in knows:
            continue
        for line in subprocess.run(["nm", "-A", "-g", library], capture_output=True, text=True, check=True).stdout.splitlines():
            where, _, rest = line.rpartition(":")
            words = rest.split()
            if words[-2:-1] in NEEDED:
                needs.append((room, re.sub(r"\.o$", "", where.rpartition(":")[2]), words[-1]))
            elif len(words) == 3 and words[1] in "TWiDRBCVGSu":
                home[words[2]] = room
    for room, file, symbol in needs:
        other = home.get(symbol, room)
        if other not in knows[room]:
            found.append((room, file, other, symbol))
    return sorted(found)


def includes(top):
    graph = collections.defaultdict(set)
    src = os.path.join(top, "src")
    for path in glob.glob(os.path.join(src, "**/*.*"), recursive=True):
        name = os.path.relpath(path, src)
        if not name.endswith((".h", ".def", ".inc")):
            continue
        with open(path, encoding="utf-8") as text:
            for other in re.findall(r'^[ \t]*#[ \t]*include[ \t]*["<]([^">]+)[">]', text.read(), re.M):
                beside = os.path.join(os.path.dirname(name), other)  # "x.h" and "../x/x.h": beside the file comes first
                other = os.path.normpath(beside if os.path.exists(os.path.join(src, beside)) else other)
                graph[name] |= {other} - {name}
    return graph


def known_circles(top):
    known = []
    path = os.path.join(top, "tests/house/circles.txt")
    for line in open(path, encoding="utf-8") if os.path.exists(path) else ():
        if line.strip() and not line.startswith("#"):
            room, _, files = line.partition("|")
            known.append((room.strip(), set(files.split("|")[0].split())))
    return known


def main(top, builds):
    known, seen, bad = known_circles(top), set(), 0
    libraries = [path for build in builds for path in sorted(glob.glob(os.path.join(build, "libvg_*.a")))]
    if not libraries:
        sys.exit(f"no room's library in {builds}: build first")
    for library in libraries:
        room = re.sub(r"^libvg_|\.a$", "", os.path.basename(library))
        graph, by = calls(library)
        for circle in circles(graph):
            rows = [i for i, (r, files) in enumerate(known) if r == room and set(circle) <= files]
            if rows:
                seen.update(rows)
                continue
            bad = 1
            print(f"src/{room}: a circle of calls: {' '.join(circle)}")
            for a, b in sorted(by):
                if a in circle and b in circle:
                    print(f"    {a} calls {b}: {by[a, b]}")
    for room, file, other, symbol in upward(top, libraries):
        print(f"src/{room}/{file} needs {symbol} of {other}, which {room} must not know: use what is below it, or move it below both")
        bad = 1
    for circle in circles(includes(top)):
        print(f"a circle of includes: {' '.join(circle)}")
        bad = 1
    for i, (room, files) in enumerate(known):
        if i not in seen:
            print(f"note: the circle of {room} ({' '.join(sorted(files))}) is open now: take its line out of tests/house/circles.txt")
    return bad


sys.exit(main(sys.argv[1], sys.argv[2:]))
