#!/usr/bin/env python3
"""Tables as pyarrow and DuckDB write them, taken by `vigia ingest`: each form gives the same rows.

    parquet_in.py VIGIA

Exit 77 (skipped) if neither library is there.
"""
import datetime
import os
import struct
import subprocess
import sys
import tempfile

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError:
    print("no pyarrow: skipped")
    sys.exit(77)
try:
    import duckdb
except ImportError:
    duckdb = None

ROWS = 3000


def table():
    """As MarineCadastre's of 2025: fifty ships, some without names, a point beside its coordinates."""
    n = range(ROWS)
    lon, lat = [-80 - i / 10000 for i in n], [25 + i / 20000 for i in n]
    begin = datetime.datetime(2025, 3, 1)
    return pa.table({
        "mmsi": pa.array([366999000 + i % 50 for i in n], pa.int64()),
        "base_date_time": pa.array([begin + datetime.timedelta(seconds=i, milliseconds=i % 3) for i in n], pa.timestamp("us")),
        "longitude": lon,
        "latitude": lat,
        "sog": pa.array([None if i % 11 == 0 else i % 200 / 10 for i in n], pa.float32()),
        "cog": [i % 3600 / 10 for i in n],
        "heading": pa.array([511 if i % 7 == 0 else i % 360 for i in n], pa.int32()),
        "vessel_name": [None if i % 50 == 3 else f"SHIP, {i % 50}" for i in n],
        "imo": [f"IMO{9000000 + i % 50}" for i in n],
        "call_sign": [f"WD{i % 50}" for i in n],
        "vessel_type": pa.array([70 if i % 2 else None for i in n], pa.int16()),
        "status": pa.array([0] * ROWS, pa.int8()),
        "length": [180.0] * ROWS,
        "width": pa.array([30] * ROWS, pa.uint8()),
        "draft": pa.array([10.1] * ROWS, pa.float32()),
        "cargo": [70] * ROWS,
        "transceiver": ["A"] * ROWS,
        "geometry": [struct.pack("<BIdd", 1, 1, x, y) for x, y in zip(lon, lat)],
    })


def write_all(folder):
    """The same rows in many forms; the names of the files."""
    t = table()

    def path(name):
        return os.path.join(folder, name + ".parquet")
    coded = {"mmsi": "DELTA_BINARY_PACKED", "base_date_time": "DELTA_BINARY_PACKED", "sog": "BYTE_STREAM_SPLIT", "cog": "BYTE_STREAM_SPLIT",
             "heading": "DELTA_BINARY_PACKED", "vessel_name": "DELTA_BYTE_ARRAY", "imo": "DELTA_LENGTH_BYTE_ARRAY"}
    pq.write_table(t, path("snappy"))
    pq.write_table(t, path("zstd-version-2"), compression="zstd", data_page_version="2.0", row_group_size=1000)
    pq.write_table(t, path("gzip-many-pages"), compression="gzip", use_dictionary=False, data_page_size=4096)
    pq.write_table(t, path("encodings"), compression="none", use_dictionary=False, column_encoding=coded)
    pq.write_table(t, path("int96"), use_deprecated_int96_timestamps=True, version="1.0")
    pq.write_table(t.drop(["longitude", "latitude"]), path("points-only"))
    pq.write_table(t.append_column("nested", pa.array([{"a": [1, 2], "b": "x"}] * ROWS)), path("nested"))
    if duckdb:
        duckdb.sql(f"copy (select * exclude geometry from t) to '{path('duckdb')}' (format parquet)")
        duckdb.sql(f"copy (select * exclude geometry from t) to '{path('duckdb-version-2')}' (format parquet, parquet_version v2, compression zstd)")
    return sorted(os.listdir(folder))


def rows(vigia, path, data):
    """What history says of it: all columns but the source and the place."""
    subprocess.run([vigia, "ingest", "-q", "--data", data, path], check=True)
    text = subprocess.run([vigia, "history", "-q", "--data", data], check=True, capture_output=True, text=True).stdout
    return [line.split(",")[:11] for line in text.splitlines()]


def main(vigia):
    with tempfile.TemporaryDirectory() as top:
        folder = os.path.join(top, "tables")
        os.mkdir(folder)
        first = None
        for name in write_all(folder):
            got = rows(vigia, os.path.join(folder, name), os.path.join(top, name + ".data"))
            assert len(got) == ROWS + 1, f"{name}: {len(got)} lines"
            first = first or got
            assert got == first, f"{name}: other rows than in the first form"
            print(f"{name}: {len(got) - 1} rows")


main(*sys.argv[1:])
