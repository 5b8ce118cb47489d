#!/usr/bin/env python3
"""Asks an archive with mixed parts by time, as pyarrow and DuckDB read its folders, and compares with our own answers.

    mixed.py VIGIA
"""
import datetime
import os
import subprocess
import sys
import tempfile

NOW = 1795330800  # 2026-11-22T07:00Z
DAY = datetime.timedelta(days=1)


def checksum(body):
    total = 0
    for c in body:
        total ^= ord(c)
    return f"{total:02X}"


def sentence(number, time):
    payload = list("13u?etPv2;0n:dDPwUM1U1Cb069D")
    for place in range(4):  # other ships
        payload[2 + place] = "0123456789"[number // 10**place % 10]
    body = f"AIVDM,1,1,,A,{''.join(payload)},0"
    return f"\\c:{time}*{checksum(f'c:{time}')}\\!{body}*{checksum(body)}\n"


def make(vigia, folder):
    """An hour of many rows, and rows of three thousand hours."""
    path = os.path.join(folder, "log.nmea")
    with open(path, "w") as log:
        for i in range(600):
            log.write(sentence(i, NOW + i))
        for i in range(3000):
            log.write(sentence(i, NOW - 3600 * 5 * (i + 1)))
    data = os.path.join(folder, "data")
    subprocess.run([vigia, "ingest", "-q", "--data", data, path], check=True, stderr=subprocess.DEVNULL)
    return data


def ours(vigia, data, begin, end):
    out = subprocess.run([vigia, "history", "-q", "--data", data, "--from", f"{begin:%Y-%m-%dT%H:%M:%SZ}", "--to",
                          f"{end:%Y-%m-%dT%H:%M:%SZ}"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return len(out.splitlines()) - 1


def with_arrow(folder, begin, end):
    import pyarrow.dataset as dataset
    rows = dataset.dataset(folder, partitioning="hive")
    assert str(rows.schema.field("day").type) == "string" and str(rows.schema.field("hour").type) == "int32"
    time = dataset.field("time")
    return rows.count_rows(filter=(time >= begin) & (time < end))


def with_duckdb(folder, begin, end):
    import duckdb
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'")
    table = f"read_parquet('{folder}/*/*/*.parquet', hive_partitioning = true)"
    kinds = db.execute(f"SELECT DISTINCT typeof(day) FROM {table}").fetchall()
    assert kinds == [("DATE",)], kinds
    return db.execute(f"SELECT count(*) FROM {table} WHERE time >= ? AND time < ?", [begin, end]).fetchone()[0]


def main():
    vigia, ran = sys.argv[1], 0
    now = datetime.datetime.fromtimestamp(NOW, datetime.timezone.utc)
    with tempfile.TemporaryDirectory() as folder:
        data = make(vigia, folder)
        positions = os.path.join(data, "archive", "positions")
        names = [n for _, _, files in os.walk(positions) for n in files]
        assert len(names) == 2 and any(n.startswith("mixed-") for n in names), names
        for name, count in (("pyarrow", with_arrow), ("duckdb", with_duckdb)):
            try:
                __import__(name)
            except ImportError:
                print(f"  SKIPPED: {name} is not installed")
                continue
            for begin, end in ((now - 2000 * DAY, now + DAY), (now - 30 * DAY, now - 20 * DAY), (now, now + DAY)):
                want, have = ours(vigia, data, begin, end), count(positions, begin, end)
                assert want == have and want > 0, (name, begin, want, have)
            print(f"  {name}: the same rows by time, and day and hour of the same types")
            ran += 1
    return 0 if ran else 77


sys.exit(main())
