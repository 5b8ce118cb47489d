#!/usr/bin/env python3
"""What documents and comments name is there: functions and types vg_… and VG_…, and files and folders of the house.

usage: names.py TOP

Read are docs/**/*.md, the *.md at the top, web/README.md, and the comments of headers in TOP/src and TOP/include. A name that ends
with _ or … stands for several; <room> and x in a path stand for any; a line that says "(to come)" may name what is not there yet.
What a document tells of the past (CHANGELOG, docs/decisions, docs/PERFORMANCE.md) is not read.
"""
import glob
import os
import re
import sys

NAME = re.compile(r"\b(vg|VG|vigia_ais|VIGIA)_\w+")
PATH = re.compile(r"(?<![\w./*<-])(?!share/vigia)(?:src|tests|fuzz|bench|tools|share|examples|cmake|docs|bindings|web/src)/[\w./*{}<>,-]*")
PAST = ("CHANGELOG.md", "docs/decisions/", "docs/PERFORMANCE.md")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)


def read(path):
    with open(path, encoding="utf-8", errors="replace") as text:
        return text.read()


def expanded(path):
    """a/{b,c}.d is a/b.d and a/c.d."""
    m = re.search(r"\{([^{}]*)\}", path)
    return [e for part in m[1].split(",") for e in expanded(path[:m.start()] + part + path[m.end():])] if m else [path]


def main(top):
    os.chdir(top)
    sources = [p for folder in ("src", "include", "tests", "fuzz", "bench", "examples", "cmake", "tools", "web/src", "web/dev") for p in
               glob.glob(folder + "/**/*.*", recursive=True) if p.endswith((".c", ".h", ".def", ".ts", ".mjs", ".cmake", ".sh", ".py", ".txt")) and
               not p.startswith("tests/house/")]
    there = set()
    for path in [*sources, "CMakeLists.txt", "test", "run"]:
        if os.path.isfile(path):
            text = read(path)
            there |= set(re.findall(r"\w+", COMMENT.sub(" ", text) if path.endswith((".c", ".h", ".def")) else text))
            for a, b in re.findall(r"(\w+)##(\w*)", text):  # names that macros make
                there.add(a)
    documents = [p for p in [*glob.glob("docs/**/*.md", recursive=True), *glob.glob("*.md"), "web/README.md"] if not p.startswith(PAST)]
    bad = 0
    for path in sorted([*documents, *(p for p in sources if p.endswith(".h") and p.startswith(("src/", "include/")))]):
        if not os.path.isfile(path):
            continue
        text = read(path)
        if path.endswith(".h"):
            text = "".join(m[0] if COMMENT.fullmatch(m[0]) else re.sub(r"[^\n]", " ", m[0]) for m in re.finditer(COMMENT.pattern + r"|.[^/]*", text, re.S))
        for number, line in enumerate(text.split("\n"), 1):
            for m in NAME.finditer(line):
                several = m[0].endswith("_") or line[m.end():m.end() + 1] in ("…", "*", "<", "{")
                if m[0] not in there and "(to come)" not in line and not (several and any(name.startswith(m[0]) for name in there)):
                    print(f"{path}:{number}: there is no {m[0]}: say what it is called now")
                    bad = 1
            for m in PATH.finditer(line):
                for part in expanded(m[0].rstrip(".,-")):
                    part = re.sub(r"<[^>]*>|\bx\b|(?<=_)x\b", "*", part)
                    beside = os.path.join(os.path.dirname(path), part)  # web/README.md means web/src
                    if not any(glob.glob(p + end) for p in (part, beside) for end in ("", "*")):
                        print(f"{path}:{number}: there is no {part}: say where it is now")
                        bad = 1
    return bad


sys.exit(main(sys.argv[1]))
