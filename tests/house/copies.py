#!/usr/bin/env python3
"""No copies: a file that says what a file of another room says is found, whatever its names, numbers and comments are.

usage: copies.py TOP

Of each source file in TOP/src the shape is taken: its tokens, where every name, number and text is one word; includes and
comments are left out. Runs of RUN tokens are compared. Two files of different rooms may have MOST runs in common (a function of
some 180 tokens), and SHARE of the smaller one's; the share of a file with less than SMALL runs is not looked at, for short files
look alike by nature. When this was written the two files that were most alike had 130 runs in common, and 26 %.
"""
import collections
import glob
import os
import re
import sys

RUN, SMALL, SHARE, MOST = 24, 120, 0.35, 160
KEYWORDS = set("auto break case char const continue default do double else enum extern float for goto if inline int long register "
               "restrict return short signed sizeof static struct switch typedef union unsigned void volatile while bool true false".split())
TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|^[ \t]*#[ \t]*include[^\n]*|("(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\')|([A-Za-z_]\w*)|(\.?[0-9][\w.]*)|'
                   r'([-+*/%&|^=!<>]=|&&|\|\||<<|>>|->|\+\+|--|[^\s\w])', re.S | re.M)


def runs(path):
    """The set of the file's runs of tokens."""
    with open(path, encoding="utf-8") as text:
        source = text.read()
    tokens = []
    for text, name, number, sign in TOKEN.findall(source):
        word = "S" if text else (name if name in KEYWORDS else "N") if name else "0" if number else sign
        if word:
            tokens.append(word)
    return {hash(tuple(tokens[i:i + RUN])) for i in range(len(tokens) - RUN + 1)}


def main(top):
    shapes, homes, bad = {}, collections.defaultdict(list), 0
    for path in sorted(glob.glob(os.path.join(top, "src/**/*.[ch]"), recursive=True)):
        name = os.path.relpath(path, top)
        shapes[name] = runs(path)
        for run in shapes[name]:
            homes[run].append(name)
    shared = collections.Counter()
    for names in homes.values():
        for i, a in enumerate(names):
            for b in names[i + 1:]:
                if a.split("/")[1] != b.split("/")[1]:
                    shared[a, b] += 1
    for (a, b), n in sorted(shared.items()):
        size = min(len(shapes[a]), len(shapes[b]))
        if n > MOST or size >= SMALL and n > SHARE * size:
            print(f"{a} and {b}: the same code, under whatever names ({n} runs, {100 * n // size} % of the smaller file): "
                  "use it from its home, or move it below both")
            bad = 1
    return bad


sys.exit(main(sys.argv[1]))
