#!/usr/bin/env python3
"""Sentences of real radars, held against what another decoder (pynmea2) calls their fields; also packed, and with its lines ended otherwise.

usage: nmea_radar.py VIGIA

The recordings are no part of the project: where VIGIA_SHARED has none, it says so and exits 77.
"""
import gzip, os, pathlib, subprocess, sys, tempfile

vigia, shared = sys.argv[1], pathlib.Path(os.environ.get("VIGIA_SHARED", "../shared"))
recordings = shared / "data/sensors/nmea_radar"
if not recordings.is_dir():
    print(f"SKIPPED: no recordings at {recordings} (VIGIA_SHARED)")
    sys.exit(77)
failed, paths = False, sorted(recordings.glob("*.nmea"))
for path in paths:
    bytes = path.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        for name, form in (("plain", bytes), ("packed.gz", gzip.compress(bytes)), ("dos", bytes.replace(b"\n", b"\r\n"))):
            made, got = pathlib.Path(folder, name), pathlib.Path(folder, "got.jsonl")
            made.write_bytes(form)
            with open(got, "wb") as out:
                subprocess.run([vigia, "decode", "-q", "--as", "nmea-radar", str(made)], stdout=out, check=True)
            run = subprocess.run([sys.executable, str(shared / "tools/check_records.py"), str(path.with_suffix(".expected.jsonl")), str(got),
                                  "--key", "line"], text=True, stdout=subprocess.PIPE, check=False)
            print(f"{path.name}, {name}: {run.stdout.strip()}")
            failed |= run.returncode != 0
sys.exit(failed or not paths)
