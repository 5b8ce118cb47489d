#!/usr/bin/env python3
"""ASTERIX of real radars, held against what two other decoders agree on; and the tables against the published definitions.

usage: asterix.py VIGIA

The recordings and definitions are no part of the project: where VIGIA_SHARED has none, it says so and exits 77. Category 032
of the mixed recording is an edition that the other decoders differ about, and it isn't read.
"""
import gzip, json, os, pathlib, subprocess, sys, tempfile

vigia, shared = sys.argv[1], pathlib.Path(os.environ.get("VIGIA_SHARED", "../shared"))
recordings, definitions = shared / "data/sensors/asterix", shared / "data/asterix_specs"
source = pathlib.Path(__file__).resolve().parents[2]
if not recordings.is_dir() or not definitions.is_dir():
    print(f"SKIPPED: no recordings at {recordings}, or no definitions at {definitions} (VIGIA_SHARED)")
    sys.exit(77)
failed = False


def check(path):
    """One recording: every value that is expected is there."""
    global failed
    expected = next(p for p in path.parent.glob(path.stem + ".expected.jsonl*"))
    text = gzip.open(expected, "rt") if expected.suffix == ".gz" else open(expected, encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder, text:
        want, got = pathlib.Path(folder, "want.jsonl"), pathlib.Path(folder, "got.jsonl")
        lines = [l for l in text if json.loads(l)["cat"] != 32 and json.loads(l)["v"]]
        want.write_text("".join(lines), encoding="utf-8")
        with open(got, "wb") as out:
            subprocess.run([vigia, "decode", "-q", "--as", "asterix", str(path)], stdout=out, check=True)
        run = subprocess.run([sys.executable, str(shared / "tools/check_records.py"), str(want), str(got)], text=True,
                             stdout=subprocess.PIPE, check=False)
        print(f"{path.name}: {run.stdout.strip()}")
        failed |= run.returncode != 0 or not lines


paths = sorted(p for p in recordings.rglob("*") if p.suffix in (".ast", ".pcap"))
for path in paths:
    check(path)
with tempfile.TemporaryDirectory() as folder:
    subprocess.run([sys.executable, str(source / "tools/asterix_tables.py"), str(definitions), folder], check=True,
                   stdout=subprocess.DEVNULL)
    for made in sorted(pathlib.Path(folder).iterdir()):
        kept = source / "src/sensor/asterix" / made.name
        if not kept.is_file() or kept.read_bytes() != made.read_bytes():
            print(f"{kept.relative_to(source)} is not what tools/asterix_tables.py makes of {definitions}")
            failed = True
print(f"{len(paths)} recordings" + (", FAILED" if failed else ", all as expected; the tables are those of the definitions"))
sys.exit(failed or len(paths) < 5)
