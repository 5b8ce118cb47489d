#!/usr/bin/env python3
"""Make src/sensor/asterix/cat*.def of the published definitions of ASTERIX categories.

usage: asterix_tables.py FOLDER [OUT]

FOLDER has definitions as asterix-specs publishes them (https://github.com/zoranbosnjak/asterix-specs, BSD-3-Clause, after
EUROCONTROL's documents): catNNN_cat-EDITION.ast, catNNN_ref-EDITION.ast. OUT is the folder of the tables; without it they
go to src/sensor/asterix. Only what the table of editions below names is made. A table states facts (names, bits, scales,
units), no text of the definitions.
"""
import fractions, pathlib, re, sys

# category, edition, edition of its reserved expansion field
EDITIONS = [
    ("001", "1.4", None), ("002", "1.2", None), ("004", "1.13", None), ("010", "1.1", None), ("015", "1.2", None),
    ("016", "1.0", None), ("019", "1.3", None), ("020", "1.11", None), ("021", "2.7", "1.5"), ("021", "2.1", "1.5"),
    ("021", "0.26", None), ("034", "1.29", None), ("048", "1.32", "1.13"), ("062", "1.21", "1.3"), ("063", "1.7", None),
    ("065", "1.6", None), ("205", "1.0", None), ("240", "1.3", None), ("247", "1.3", None),
]
PROSE = ("definition", "description", "remark", "preamble", "table")
NAME_MAX = 23


class Line:
    def __init__(self, indent, text):
        self.indent, self.text, self.below = indent, text, []


def tree(path):
    """The lines of a file under the lines that they are indented below."""
    root = Line(-1, "")
    above = [root]
    for raw in path.read_text(encoding="utf-8").splitlines():
        text = raw.strip()
        if not text:
            continue
        line = Line(len(raw) - len(raw.lstrip()), text)
        while above[-1].indent >= line.indent:
            above.pop()
        above[-1].below.append(line)
        above.append(line)
    return root.below


def parts(line):
    return [l for l in line.below if l.text.split()[0] not in PROSE]


def number(text):
    def power(part):
        base, _, exponent = part.partition("^")
        return fractions.Fraction(base) ** int(exponent or 1)
    over, _, under = text.partition("/")
    return power(over) / power(under or "1")


class Node:
    def __init__(self, shape, name="", bits=0, below=(), content=None, key=None):
        self.shape, self.name, self.bits, self.below = shape, name, bits, list(below)
        self.content, self.key = content or ("RAW", fractions.Fraction(1), ""), key

    def size(self):
        return 1 + sum(b.size() for b in self.below)


def content(line):
    words = line.text.split()
    if words[0] == "string":
        return ({"octal": "OCTAL", "ascii": "ASCII", "icao": "ICAO"}[words[1]], fractions.Fraction(1), "")
    if words[0] in ("unsigned", "signed"):
        kind = words[0].upper()
        if words[1] == "integer":
            return (kind + "_WHOLE", fractions.Fraction(1), "")
        return (kind, number(words[2]), re.search(r'"([^"]*)"', line.text).group(1))
    if words[0] in ("raw", "bds"):
        return ("RAW", fractions.Fraction(1), "")
    sys.exit(f"unknown content: {line.text}")


def element(line, name, siblings):
    bits = int(line.text.split()[1])
    inside = parts(line)
    if not inside:
        return Node("FIXED", name, bits, content=("TABLE", fractions.Fraction(1), ""))
    if inside[0].text.startswith("case "):
        return case(inside[0], name, siblings, lambda l: Node("FIXED", "", bits, content=content(l)))
    return Node("FIXED", name, bits, content=content(inside[0]))


def case(line, name, siblings, make):
    """Alternatives by one value before it in the same group, or by the message type (item 000) and one."""
    asked = [a.strip() for a in line.text[len("case "):].strip("()").split(",")]
    back = asked[-1].split("/")[-1]
    distance = len(siblings) - [s.name for s in siblings].index(back)
    if len(asked) > 2 or (len(asked) == 2 and asked[0] != "000"):
        sys.exit(f"a case of another kind: {line.text}")
    below = []
    for alternative in line.below:
        head = alternative.text.rstrip(":")
        keys = [None] if head == "default" else [int(k) for k in head.strip("()").split(",")]
        node = make(alternative.below[0])
        node.key = 0xFFFF if keys == [None] else keys[0] if len(keys) == 1 else keys[0] << 8 | keys[1]
        below.append(node)
    return Node("CASE", name, below[0].bits, below, key=distance | (0x80 if len(asked) == 2 else 0))


def variation(line, name, siblings, ref):
    word, *rest = line.text.split()
    if word == "element":
        return element(line, name, siblings)
    if word == "case":
        return case(line, name, siblings, lambda l: variation(l, "", [], ref))
    if word in ("group", "extended", "compound"):
        below = []
        for part in parts(line):
            below.append(item(part, below, ref, word))
        bits = sum(b.bits for b in below) if word == "group" else 0
        if word == "compound" and rest:
            bits = int(rest[0])  # octets of presence bits, all of them; 0: they go on while their last bit is set
        if word == "extended":
            bits = part_octets(below)
        count = sum(b.shape == "FX" for b in below) + (below[-1].shape != "FX") if word == "extended" else None
        return Node(word.upper(), name, bits, below, key=count)
    if word == "repetitive":
        below = [variation(parts(line)[0], "", [], ref)]
        return Node("CHAIN" if rest[0] == "fx" else "REPETITIVE", name, 0 if rest[0] == "fx" else int(rest[0]), below)
    if word == "explicit":
        return Node("EXPLICIT", name, 0, [ref] if ref and rest == ["re"] else [])
    sys.exit(f"unknown shape: {line.text}")


def part_octets(below):
    """1 if each part of an extended item is one octet that ends with FX; 0: they differ."""
    at = 0
    for b in below:
        at += b.bits
        if b.shape == "FX" and at % 8:
            sys.exit("an extension that ends within an octet")
        if b.shape == "FX":
            if at != 8:
                return 0
            at = 0
    return 1 if at == 0 else 0


def item(line, siblings, ref, within=""):
    if line.text == "-":
        return Node("FX", "", 1) if within == "extended" else Node("NONE")
    word = line.text.split()[0]
    if word == "spare":
        return Node("SPARE", "", int(line.text.split()[1]))
    if len(word) > NAME_MAX:
        sys.exit(f"a name longer than {NAME_MAX}: {word}")
    return variation(parts(line)[0], word, siblings, ref)


# ---- writing ----


def row(node, depth):
    kind, lsb, unit = node.content
    name, pad = f'"{node.name}"', "    " * depth
    if node.shape == "FIXED":
        text = f'FIXED({name}, {node.bits}, {kind}, {lsb.numerator}, {lsb.denominator}, "{unit}", {node.key or 0})'
    elif node.shape in ("SPARE", "FX", "NONE"):
        text = f"{node.shape}({node.bits})" if node.shape == "SPARE" else node.shape
    else:
        extra = node.key or 0
        text = f"{node.shape}({name}, {node.bits}, {len(node.below)}, {node.size()}, {extra})"
    return [pad + text] + [r for b in node.below for r in row(b, depth + 1)]


def uaps(lines):
    head = next(l for l in lines if l.text in ("uap", "uaps"))
    if head.text == "uap":
        return [("", [l.text for l in head.below])]
    variations = next(l for l in head.below if l.text == "variations")
    return [(v.text, [l.text for l in v.below]) for v in variations.below]


def make(folder, out, category, edition, ref_edition):
    path = folder / f"cat{category}_cat-{edition}.ast"
    lines = tree(path)
    ref, sources = None, [path.name]
    if ref_edition:
        ref_path = folder / f"cat{category}_ref-{ref_edition}.ast"
        ref = variation(next(l for l in tree(ref_path) if l.text.startswith("compound")), "", [], None)
        sources.append(ref_path.name)
    items = [item(l, [], ref) for l in next(l for l in lines if l.text == "items").below]
    rows, at = [], {}
    for node in items:
        at[node.name] = len(rows)
        rows += row(node, 0)
    octets = {n.name: n.bits // 8 for n in items if n.shape in ("FIXED", "GROUP")}  # the others' own bits tell
    text = [f"/* ASTERIX category {category}, edition {edition}. Made by tools/asterix_tables.py of the definitions of",
            f" * asterix-specs (BSD-3-Clause): {', '.join(sources)}. Not edited by hand. */", "", "#ifdef FIXED"]
    text += rows + ["#endif"]
    for title, slots in uaps(lines):
        text += ["", f"#ifdef SLOT{'_' + title.upper() if title else ''}"]
        macro = f"SLOT{'_' + title.upper() if title else ''}"
        for frn, slot in enumerate(slots, 1):
            if slot != "-":
                text.append(f"{macro}({frn}, {slot.upper()}, {at.get(slot, 'VG_ASTERIX_RANDOM')}, {octets.get(slot, 0)})")
        text.append("#endif")
    name = f"cat{category}.def" if (category, edition) != ("021", "2.1") and edition != "0.26" else \
        f"cat{category}_{edition.replace('.', '_')}.def"
    (out / name).write_text("\n".join(text) + "\n", encoding="utf-8")
    return name, len(rows)


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    out = pathlib.Path(sys.argv[2] if len(sys.argv) == 3 else pathlib.Path(__file__).parent.parent / "src/sensor/asterix")
    for row_of in EDITIONS:
        name, rows = make(folder, out, *row_of)
        print(f"{name}: {rows} rows")


if __name__ == "__main__":
    main()
