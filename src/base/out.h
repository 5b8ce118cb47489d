/*
 * Text and bytes out: one writer for fixed buffers, growing buffers and streams.
 *
 * A vg_out either writes into memory the caller gave (and remembers that it ran full, writing nothing more), or grows
 * its own up to a limit, or hands a full buffer to a sink. Errors stick: look at `err` once at the end. One thread.
 *
 *     struct vg_out out = vg_out_fixed(buf, sizeof buf);
 *     vg_out_text(&out, "lat ");
 *     vg_out_scaled(&out, 123456, 4);            // 12.3456
 *     if (out.err) …
 */
#ifndef VG_BASE_OUT_H
#define VG_BASE_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/text_plain.h"

/* Takes a full buffer. Anything but VG_OK stops the writer. */
typedef enum vg_err vg_out_sink(void *arg, const void *bytes, size_t len);

struct vg_out {
    char *buf;
    size_t len, cap;
    size_t max;        /* growing: the most it may take */
    vg_out_sink *sink; /* streaming: where full buffers go */
    void *arg;
    bool owned;      /* the buffer is ours to grow and free */
    enum vg_err err; /* the first error, VG_LIMIT when full */
};

struct vg_out vg_out_fixed(void *buf, size_t cap);
struct vg_out vg_out_growing(size_t max); /* free with vg_out_free(), or take `buf` and free() it */
struct vg_out vg_out_stream(void *buf, size_t cap, vg_out_sink *sink, void *arg);

/* Hands what is buffered to the sink. Returns `err`. */
enum vg_err vg_out_flush(struct vg_out *out);
void vg_out_free(struct vg_out *out);

/* Makes room for n bytes at the end (n ≤ 4096 for streams); NULL, with `err` set, if that can't be. */
char *vg_out_room(struct vg_out *out, size_t n);

/*
 * Where n bytes may be written in one go, if they can be: NULL, and nothing changed, if not. The writer then adds what
 * it wrote to `len`.
 */
char *vg_out_try(struct vg_out *out, size_t n);

void vg_out_bytes(struct vg_out *out, const void *bytes, size_t len);

static inline void vg_out_text(struct vg_out *out, const char *text)
{
    vg_out_bytes(out, text, strlen(text));
}

void vg_out_char(struct vg_out *out, char c);
void vg_out_int(struct vg_out *out, int64_t value);
void vg_out_uint(struct vg_out *out, uint64_t value);

/* value × 10^-decimals, trailing zeros dropped but for one: 1200, 2 → 12.0; -5, 1 → -0.5. decimals ≤ 9 */
void vg_out_scaled(struct vg_out *out, int64_t value, unsigned decimals);

/* An angle in 1/10 000 minute as degrees with six decimals, rounded half away from zero: invertible. */
void vg_out_e4min_deg(struct vg_out *out, int64_t e4min);

/* The same; if it was said in whole tenths of a minute (`coarse`), with three decimals: no more was said. */
void vg_out_e4min_said(struct vg_out *out, int64_t e4min, bool coarse);

void vg_out_hex(struct vg_out *out, const uint8_t *bytes, size_t len);

/* A quoted JSON string. Bytes that are not UTF-8 come out as U+FFFD, control characters escaped. */
void vg_out_json_string(struct vg_out *out, const char *text, size_t len);

/* The same of text from outside: what is harmful (base/text_plain.h) comes out as U+FFFD, too. (text_plain.c) */
void vg_out_json_plain(struct vg_out *out, const char *text, size_t len);

/* Text from outside as it is, but for what is harmful: U+FFFD. (text_plain.c) */
void vg_out_plain(struct vg_out *out, const char *text, size_t len);

/* Length of the valid UTF-8 sequence at p (RFC 3629: no overlong forms, no surrogates), or 0. len ≥ 1. */
size_t vg_utf8_length(const uint8_t *p, size_t len);

/*
 * A text as a cell of CSV (RFC 4180): UTF-8, quoted only where that is needed, always on one line. Names come by radio,
 * so the cell is harmless: text that a spreadsheet would run as a formula gets an apostrophe in front; controls and
 * what turns the direction of text around become U+FFFD, as bytes that are not UTF-8 do. Numbers don't come this way:
 * a minus in front of them is no formula. Rows end with VG_CSV_END. (csv.c)
 */
void vg_out_csv_string(struct vg_out *out, const char *text, size_t len);

#define VG_CSV_END "\r\n"

/* ISO 8601, in quotes. */
void vg_out_json_time(struct vg_out *out, int64_t time_us);

/* printf for the cold paths. */
void vg_out_printf(struct vg_out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
