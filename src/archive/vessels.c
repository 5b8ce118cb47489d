#include "archive/vessels.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "archive/parquet_inner.h"

#define ROW_BYTES    16 /* of a box, unpacked: its six fields, byte by byte in planes of their own */
#define COUNT_MOST   (1u << 22)
#define ROWS_LEAST   65536 /* fewer are read as fast without */
#define RATIO_LEAST  16    /* rows a vessel: fewer, and the index takes too much of the file */
#define LEVEL        6
#define UNITS_DEGREE (65536.0 / 360)

static uint16_t unit(double units)
{
    return units <= 0 ? 0 : units >= UINT16_MAX ? UINT16_MAX : (uint16_t)units;
}

void vg_vessels_add(struct vg_vessels_out *out, uint32_t mmsi, int32_t lon_e6deg, int32_t lat_e6deg)
{
    /* 65536/360 units a degree, in whole numbers: the unit a position lies in. */
    uint64_t x = (uint64_t)((int64_t)lon_e6deg + 180000000) * 65536 / 360000000;
    uint64_t y = (uint64_t)((int64_t)lat_e6deg + 90000000) * 65536 / 360000000;
    uint16_t lon = (uint16_t)(x < UINT16_MAX ? x : UINT16_MAX), lat = (uint16_t)(y < UINT16_MAX ? y : UINT16_MAX);
    struct vg_vessel_box *box = out->count ? &out->boxes[out->count - 1] : NULL;
    out->rows++;
    if (box && box->mmsi == mmsi) {
        box->rows++;
        box->west = lon < box->west ? lon : box->west;
        box->east = lon > box->east ? lon : box->east;
        box->south = lat < box->south ? lat : box->south;
        box->north = lat > box->north ? lat : box->north;
        return;
    }
    if (out->count == out->room && !out->failed) {
        size_t room = 2 * out->room + 256;
        struct vg_vessel_box *more = room <= COUNT_MOST ? realloc(out->boxes, room * sizeof *more) : NULL;
        out->failed = !more;
        out->boxes = more ? more : out->boxes;
        out->room = more ? room : out->room;
    }
    if (!out->failed)
        out->boxes[out->count++] = (struct vg_vessel_box){mmsi, 1, lon, lat, lon, lat};
}

void vg_vessels_out_free(struct vg_vessels_out *out)
{
    free(out->boxes);
    *out = (struct vg_vessels_out){0};
}

/* The six fields of a box as bytes; extents instead of the far ends: they are small. */
static void box_bytes(const struct vg_vessel_box *b, uint8_t bytes[ROW_BYTES])
{
    vg_put_u32(bytes, b->mmsi);
    vg_put_u32(bytes + 4, b->rows);
    vg_put_u16(bytes + 8, b->west);
    vg_put_u16(bytes + 10, b->south);
    vg_put_u16(bytes + 12, (uint16_t)(b->east - b->west));
    vg_put_u16(bytes + 14, (uint16_t)(b->north - b->south));
}

enum vg_err vg_vessels_attach(struct vg_vessels_out *out, struct vg_parquet_writer *writer)
{
    if (out->failed || out->rows < ROWS_LEAST || out->rows / RATIO_LEAST < out->count)
        return VG_OK;
    size_t raw_len = out->count * ROW_BYTES, bound = ZSTD_compressBound(raw_len);
    uint8_t *raw = malloc(raw_len), *packed = malloc(bound), bytes[ROW_BYTES];
    enum vg_err err = raw && packed ? VG_OK : VG_NOMEM;
    uint32_t last = 0;
    for (size_t i = 0; i < out->count && !err; i++) {
        struct vg_vessel_box box = out->boxes[i];
        box.mmsi -= last;
        last = out->boxes[i].mmsi;
        box_bytes(&box, bytes);
        for (size_t b = 0; b < ROW_BYTES; b++)
            raw[b * out->count + i] = bytes[b];
    }
    size_t len = err ? 0 : ZSTD_compress(packed, bound, raw, raw_len, LEVEL);
    if (!err && ZSTD_isError(len))
        err = VG_NOMEM;
    if (!err) {
        char note[64];
        snprintf(note, sizeof note, "1 %zu %08lx", out->count, crc32(0, packed, (uInt)len));
        err = vg_parquet_attach(writer, VG_VESSELS_KEY, note, packed, len);
    }
    free(raw);
    free(packed);
    return err;
}

struct vg_vessels *vg_vessels_parse(const void *bytes, size_t len, size_t count, uint64_t rows)
{
    if (!count || count > COUNT_MOST || count > rows)
        return NULL;
    uint8_t *raw = malloc(count * ROW_BYTES);
    struct vg_vessels *v = malloc(sizeof *v + count * sizeof *v->boxes);
    uint64_t sum = 0;
    uint32_t mmsi = 0;
    bool good = raw && v && ZSTD_decompress(raw, count * ROW_BYTES, bytes, len) == count * ROW_BYTES;
    for (size_t i = 0; i < count && good; i++) {
        uint32_t f[ROW_BYTES];
        for (size_t b = 0; b < ROW_BYTES; b++)
            f[b] = raw[b * count + i];
        mmsi += f[0] | f[1] << 8 | f[2] << 16 | f[3] << 24;
        uint32_t n = f[4] | f[5] << 8 | f[6] << 16 | f[7] << 24;
        uint32_t west = f[8] | f[9] << 8, south = f[10] | f[11] << 8;
        uint32_t east = west + (f[12] | f[13] << 8), north = south + (f[14] | f[15] << 8);
        good = n && east <= UINT16_MAX && north <= UINT16_MAX;
        sum += n;
        v->boxes[i] = (struct vg_vessel_box){mmsi, n, (uint16_t)west, (uint16_t)south, (uint16_t)east, (uint16_t)north};
    }
    free(raw);
    if (!good || sum != rows) {
        free(v);
        return NULL;
    }
    v->count = count;
    return v;
}

struct vg_vessels *vg_vessels_read(const struct vg_parquet_file *file)
{
    const struct vg_parquet_attachment *at = vg_parquet_attachment(file, VG_VESSELS_KEY);
    unsigned format;
    size_t count;
    uint32_t crc;
    if (!at || sscanf(at->note, "%u %zu %8" SCNx32, &format, &count, &crc) != 3 || format != 1 || count > COUNT_MOST ||
        at->bytes > ZSTD_compressBound(count * ROW_BYTES) || at->bytes > file->input.size)
        return NULL;
    struct vg_vessels *vessels = NULL;
    uint8_t *packed = malloc(at->bytes + 1u);
    if (packed && !vg_parquet_fetch(&file->input, at->offset, packed, at->bytes) &&
        (uint32_t)crc32(0, packed, (uInt)at->bytes) == crc)
        vessels = vg_vessels_parse(packed, at->bytes, count, vg_parquet_rows(file));
    free(packed);
    return vessels;
}

size_t vg_vessels_find(const struct vg_vessels *vessels, const struct vg_box *box, struct vg_row_range *spans)
{
    /* One unit of a stored degree's rounding is far less than the box's own unit: a unit on each side is enough. */
    uint16_t west = unit(floor((box->west_deg + 180) * UNITS_DEGREE) - 1);
    uint16_t east = unit(floor((box->east_deg + 180) * UNITS_DEGREE) + 1);
    uint16_t south = unit(floor((box->south_deg + 90) * UNITS_DEGREE) - 1);
    uint16_t north = unit(floor((box->north_deg + 90) * UNITS_DEGREE) + 1);
    bool across = box->west_deg > box->east_deg;
    size_t count = 0;
    uint64_t first = 0;
    for (size_t i = 0; i < vessels->count; first += vessels->boxes[i++].rows) {
        const struct vg_vessel_box *v = &vessels->boxes[i];
        bool within = across ? v->east >= west || v->west <= east : v->east >= west && v->west <= east;
        if (!within || v->north < south || v->south > north)
            continue;
        if (count && spans[count - 1].end == first)
            spans[count - 1].end += v->rows;
        else
            spans[count++] = (struct vg_row_range){first, first + v->rows};
    }
    return count;
}
