/*
 * The common line at speed: one VDM or VDO sentence, nothing before it and nothing behind.
 *
 * Nearly every line of nearly every log is `!AIVDM,1,1,,A,payload,0*hh`. A vg_line_reader reads such a line in one
 * pass: finds its end, checks form and checksum, takes the armour off. Anything else, damaged or only unusual, it
 * leaves to vg_nmea_next(), which decides; so a reader may say no to a good line, and must never say yes to one that
 * the plain path reads differently. There are several readers with one result (AVX-512, AVX2, portable C); the
 * processor chooses.
 *
 * Pure functions of the bytes they are given. Any thread.
 */
#ifndef VG_NMEA_LINE_H
#define VG_NMEA_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nmea/nmea.h"

/* Room for the bits of the longest payload, and eight zero bytes behind them so that readers may look ahead. */
#define VG_LINE_BITS_SIZE (VG_PAYLOAD_CHARS * 6 / 8 + 8)

struct vg_line {
    const char *payload; /* armoured */
    uint32_t payload_len;
    uint32_t len;  /* of the sentence, from ! to the checksum */
    uint16_t bits; /* in the payload, fill bits taken off. One fragment only, else 0 */
    uint8_t fill_bits;
    uint8_t fragments, fragment; /* 1-based */
    int8_t sequence;             /* 0–9, −1: none */
    char channel;                /* 0: none */
    bool vdo;
};

/*
 * Reads the line that begins at p and ends with LF before `end`. Returns the bytes taken, LF included, or 0: not such a
 * line (*ret and `bits` are then undefined). If the message is whole, its bits stand in `bits`, first bit highest, and
 * behind them zeros: to the end of the last byte and in eight more.
 */
typedef size_t vg_line_reader(const char *p, const char *end, struct vg_line *ret,
                              uint8_t bits[static VG_LINE_BITS_SIZE]);

/* Name, and how to get it. PLAIN reads no line: all is left to vg_nmea_next(). */
#define VG_LINE_PATH_LIST(X)                                                                                           \
    X(PLAIN, "plain")                                                                                                  \
    X(PORTABLE, "portable")                                                                                            \
    X(AVX2, "avx2")                                                                                                    \
    X(AVX512, "avx512")

enum vg_line_path {
#define X(name, key) VG_LINE_##name,
    VG_LINE_PATH_LIST(X)
#undef X
        VG_LINE_PATHS
};

const char *vg_line_path_key(enum vg_line_path path);

/* The reader of a path; NULL if this processor can't. PLAIN's says no to everything. */
vg_line_reader *vg_line_reader_of(enum vg_line_path path);

/* The best one, or the one that vg_line_use() asked for. */
vg_line_reader *vg_line_reader_best(void);

/* For tests and measurements: receivers made from now on use `path`. False, nothing changed, if this processor can't.
 */
bool vg_line_use(enum vg_line_path path);

/* How many LF there are. */
uint64_t vg_count_lines(const char *begin, const char *end);

/* Armour → bits, by table, without a length limit of its own: `len` × 6 bits, the last byte filled up with zeros.
 * False if a character is outside the armour; `bits` then undefined. */
bool vg_unarmour(const char *armour, size_t len, uint8_t *bits);

#endif
