#!/usr/bin/env python3
"""Compares a file of positions as pyarrow and DuckDB read it with what our own reader says.

    parquet.py BENCH_ARCHIVE FILE...

BENCH_ARCHIVE is the program of bench/bench_archive.c. Counts, sums, types, sampled rows, statistics and the page index
must be equal. Exit 77 (skipped) if neither library is there.
"""
import datetime
import subprocess
import sys

EVERY = 997
FIELDS = ["mmsi", "time", "lon", "lat", "sog", "cog", "heading", "turn", "status", "type", "accurate", "source", "place"]
TYPES_ARROW = ["uint32", "timestamp[us, tz=UTC]", "decimal128(9, 6)", "decimal128(9, 6)", "decimal128(5, 1)",
               "decimal128(4, 1)", "uint16", "int8", "uint8", "uint8", "uint8", "string", "uint64"]
TYPES_DUCK = ["UINTEGER", "TIMESTAMP WITH TIME ZONE", "DECIMAL(9,6)", "DECIMAL(9,6)", "DECIMAL(5,1)", "DECIMAL(4,1)",
              "USMALLINT", "TINYINT", "UTINYINT", "UTINYINT", "UTINYINT", "VARCHAR", "UBIGINT"]
SCALES = {"lon": 6, "lat": 6, "sog": 1, "cog": 1}
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def ours(program, path):
    lines = subprocess.run([program, "dump", path, str(EVERY)], check=True, capture_output=True,
                           text=True).stdout.splitlines()
    sums = {k: int(v) for k, v in (pair.split("=") for pair in lines[0].split())}
    rows = {}
    for line in lines[1:]:
        number, *cells = line.split(",")
        rows[int(number)] = tuple(
            c if f == "source" else None if c == "" else int(c) for f, c in zip(FIELDS, cells))
    for number, row in rows.items():  # place 0 stands for null
        rows[number] = row[:-1] + (row[-1] or None,)
    return sums, rows


def whole(name, value):
    """A value as the integer (or text) that our reader prints."""
    if value is None or name == "source":
        return value
    if name == "time":
        return (value - EPOCH) // datetime.timedelta(microseconds=1)
    return int(value.scaleb(SCALES[name])) if name in SCALES else int(value)


def sums_of(columns):
    total = {name: sum(v for v in columns[name] if v is not None)
             for name in ["mmsi", "lon", "lat", "sog", "cog", "heading", "turn", "status", "type"]}
    total["rows"] = len(columns["mmsi"])
    total["time_s"] = sum(v // 1000000 for v in columns["time"])
    total["place"] = sum(v % 1000000 for v in columns["place"] if v is not None)
    total["sog_said"] = sum(v is not None for v in columns["sog"])
    total["turn_said"] = sum(v is not None for v in columns["turn"])
    total["source_bytes"] = sum(len(v.encode()) for v in columns["source"])
    return total


def compare(who, columns, sums, rows):
    total = sums_of(columns)
    assert total == sums, f"{who}: sums differ:\n{total}\n{sums}"
    for number, row in rows.items():
        theirs = tuple(columns[name][number] for name in FIELDS)
        assert theirs == row, f"{who}: row {number} differs:\n{theirs}\n{row}"
    print(f"  {who}: {total['rows']} rows, {len(total)} sums, {len(rows)} sampled rows are equal")


def with_arrow(path, sums, rows):
    import pyarrow.parquet as pq
    file = pq.ParquetFile(path, page_checksum_verification=True)
    types = [str(t) for t in file.schema_arrow.types]
    assert types == TYPES_ARROW, types
    assert file.schema_arrow.names == FIELDS
    table = file.read()
    table.validate(full=True)
    columns = {n: [whole(n, v) for v in table.column(n).to_pylist()] for n in FIELDS}
    compare("pyarrow", columns, sums, rows)
    first = 0
    for g in range(file.metadata.num_row_groups):
        group = file.metadata.row_group(g)
        assert [s.column_index for s in group.sorting_columns] == [0, 1]
        for c, name in enumerate(FIELDS):
            part = [v for v in columns[name][first:first + group.num_rows] if v is not None]
            meta = group.column(c)
            assert meta.has_offset_index and meta.has_column_index, name
            assert meta.statistics.null_count == group.num_rows - len(part), name
            if part:
                assert whole(name, meta.statistics.min) == min(part), name
                assert whole(name, meta.statistics.max) == max(part), name
        first += group.num_rows
    print(f"  pyarrow: types, CRCs and statistics of {file.metadata.num_row_groups} row groups are right")


def with_duckdb(path, sums, rows):
    import duckdb
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'")
    described = db.execute("DESCRIBE SELECT * FROM read_parquet(?)", [path]).fetchall()
    assert [d[0] for d in described] == FIELDS
    assert [d[1] for d in described] == TYPES_DUCK, described
    wanted = ", ".join(f"epoch_us({n})" if n == "time" else n for n in FIELDS)
    fetched = db.execute(f"SELECT {wanted} FROM read_parquet(?)", [path]).fetchall()
    columns = {n: [r[i] if n == "time" else whole(n, r[i]) for r in fetched] for i, n in enumerate(FIELDS)}
    compare("duckdb", columns, sums, rows)
    for number, row in list(rows.items())[::50]:  # pushed down to statistics and page index
        n = db.execute("SELECT count(*) FROM read_parquet(?) WHERE mmsi = ?", [path, row[0]]).fetchone()[0]
        assert n == sum(m == row[0] for m in columns["mmsi"]), (n, row[0])
    print("  duckdb: types and filtered counts are right")


def main():
    program, paths, ran = sys.argv[1], sys.argv[2:], 0
    for path in paths:
        sums, rows = ours(program, path)
        print(path)
        for name, check in (("pyarrow", with_arrow), ("duckdb", with_duckdb)):
            try:
                __import__(name)
            except ImportError:
                print(f"  SKIPPED: {name} is not installed")
                continue
            check(path, sums, rows)
            ran += 1
    return 0 if ran else 77


sys.exit(main())
