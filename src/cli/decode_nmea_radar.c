/* vigia decode --as nmea-radar: lines in, a JSON object for each that holds such a sentence. */
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/decode_kinds.h"
#include "nmea/nmea.h"
#include "sensor/radar/sentences.h"

struct decode {
    struct vg_out *out;
    struct vg_framer framer;
    struct vg_refusals refusals; /* of the framer: lines that are too long */
    uint64_t lines, sentences, bytes;
};

static enum vg_err open_radar(struct vg_out *out, const struct vg_decode_how *how, void **ret_state)
{
    struct decode *d = calloc(1, sizeof *d);
    (void)how;
    if (!d)
        return VG_NOMEM;
    d->out = out;
    vg_framer_init(&d->framer);
    *ret_state = d;
    return VG_OK;
}

static void on_line(void *arg, const char *line, size_t len, uint64_t number, uint64_t offset)
{
    struct decode *d = arg;
    (void)offset;
    d->lines++;
    if (!vg_radar_json(line, len, number, d->out))
        return;
    vg_out_char(d->out, '\n');
    d->sentences++;
}

static void take_radar(void *state, const void *bytes, size_t len, const struct vg_file_block *block)
{
    struct decode *d = state;
    (void)block;
    d->bytes += len;
    vg_framer_push(&d->framer, bytes, len, &d->refusals, on_line, d);
}

static void end_radar(void *state)
{
    struct decode *d = state;
    vg_framer_end(&d->framer, &d->refusals, on_line, d);
}

static void tell_radar(const void *state, const char *name, double seconds)
{
    const struct decode *d = state;
    vg_cli_print(stderr, "%s: %llu line%s, %llu sentence%s, %llu byte%s in %.2f s\n", name,
                 (unsigned long long)d->lines, vg_cli_plural(d->lines), (unsigned long long)d->sentences,
                 vg_cli_plural(d->sentences), (unsigned long long)d->bytes, vg_cli_plural(d->bytes), seconds);
    vg_cli_refusals(&d->refusals);
}

const struct vg_decode_kind vg_decode_nmea_radar = {
    .name = "nmea-radar",
    .about =
        "sentences of radars (TTM, TLL, TLB, TTD, RSD, OSD) and of their own ship (GGA, RMC, GLL, GNS, HDT, THS, VTG, "
        "ZDA)",
    .open = open_radar,
    .take = take_radar,
    .end = end_radar,
    .summary = tell_radar,
    .close = free,
};
