/* Random and damaged input for the fast paths, the same at every run. */
#ifndef VG_TESTS_FAST_UTIL_H
#define VG_TESTS_FAST_UTIL_H

#include "test.h"

static uint64_t dice = 1;

static inline uint64_t roll(void)
{
    uint64_t z = dice += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static inline unsigned roll_below(unsigned n)
{
    return (unsigned)(roll() % n);
}

static inline char armour_of(unsigned six)
{
    return (char)(six < 40 ? '0' + six : '`' + six - 40);
}

/* A payload of `len` characters, its type one of 0–31. */
static inline void roll_payload(char *chars, size_t len)
{
    for (size_t i = 0; i < len; i++)
        chars[i] = armour_of(roll_below(64));
    if (len)
        chars[0] = armour_of(roll_below(32));
}

/* `body` between ! and *, with its checksum and a line end. Returns the length, which is less than LINE_ROOM. */
#define LINE_ROOM 700
static inline size_t put_sentence(char *to, const char *body, const char *end)
{
    uint8_t sum = 0;
    for (const char *c = body; *c; c++)
        sum ^= (uint8_t)*c;
    int n = snprintf(to, LINE_ROOM, "!%s*%02X%s", body, sum, end);
    assert_in_range(n, 1, LINE_ROOM - 1);
    return (size_t)n;
}

/* One line of a log: nearly always good, now and then damaged or of another form. Less than LINE_ROOM + 32 bytes. */
static inline size_t roll_line(char *to)
{
    static const char *const talkers[] = {"AIVDM", "AIVDM", "AIVDM", "BSVDM", "AIVDO", "ABVDM", "A\"VDM", "GPGGA"};
    static const char *const ends[] = {"\n", "\r\n", "\n", "\r\n", " \n", ",rSTATION,1354719387\r\n", "\r\r\n"};
    char payload[520], body[600];
    size_t len = roll_below(4) ? 28 : roll_below(roll_below(8) ? 100 : 460);
    roll_payload(payload, len);
    payload[len] = '\0';
    if (roll_below(40) == 0 && len)
        payload[roll_below((unsigned)len)] = "X[_ ,!*\\\x80~y"[roll_below(11)];
    unsigned count = roll_below(6) ? 1 : 1 + roll_below(4), part = 1 + roll_below(count);
    char sequence[2] = {count > 1 || roll_below(20) == 0 ? (char)('0' + roll_below(10)) : '\0', '\0'};
    char channel[2] = {"AB12\0C,\""[roll_below(roll_below(10) ? 2 : 8)], '\0'};
    snprintf(body, sizeof body, "%s,%u,%u,%s,%s,%s,%u", talkers[roll_below(8)], count, part, sequence, channel, payload,
             roll_below(30) ? roll_below(3) * 2 : roll_below(10));
    size_t n = 0;
    if (roll_below(20) == 0)
        n = (size_t)snprintf(to, 32, "\\s:stn%u*%02X\\", roll_below(10), 0);
    if (roll_below(30) == 0)
        n = (size_t)snprintf(to, 32, "%u ", 1600000000 + roll_below(1000));
    n += put_sentence(to + n, body, ends[roll_below(roll_below(10) ? 2 : 7)]);
    if (roll_below(25) == 0)
        to[roll_below((unsigned)n)] = (char)roll_below(256);
    if (roll_below(60) == 0)
        n = roll_below((unsigned)n + 1);
    return n;
}

/* Fills buf with lines; returns the length. */
static inline size_t roll_log(char *buf, size_t size)
{
    size_t n = 0;
    while (n + 800 < size)
        n += roll_line(buf + n);
    return n;
}

/* The recorded corpus in memory, or NULL. Free it. */
static inline char *read_corpus(size_t *ret_len)
{
    char path[512];
    const char *dir = shared_dir();
    if (!dir)
        return NULL;
    snprintf(path, sizeof path, "%s/data/ais/corpus.nmea", dir);
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    rewind(f);
    char *bytes = malloc((size_t)size + 1);
    *ret_len = bytes ? fread(bytes, 1, (size_t)size, f) : 0;
    fclose(f);
    return bytes;
}

#endif
