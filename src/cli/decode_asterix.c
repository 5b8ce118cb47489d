/* vigia decode --as asterix: records in, JSON lines out. */
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/decode_kinds.h"
#include "sensor/asterix/asterix.h"

struct decode {
    struct vg_out *out;
    struct vg_asterix *asterix;
    struct vg_asterix_framer *framer[VG_FILE_STREAMS]; /* of those streams that have begun */
    uint64_t lost_bytes;                               /* no memory to carry them */
};

static void on_record(void *arg, const struct vg_asterix_record *record)
{
    struct decode *d = arg;
    vg_asterix_json(record, d->out);
    vg_out_char(d->out, '\n');
}

static void close_asterix(void *state)
{
    struct decode *d = state;
    if (!d)
        return;
    for (int i = 0; i < VG_FILE_STREAMS; i++)
        vg_asterix_framer_free(d->framer[i]);
    vg_asterix_free(d->asterix);
    free(d);
}

static enum vg_err open_asterix(struct vg_out *out, const struct vg_decode_how *how, void **ret_state)
{
    struct decode *d = calloc(1, sizeof *d);
    enum vg_err err = d ? vg_asterix_new(on_record, d, &d->asterix) : VG_NOMEM;
    if (!err && how->editions)
        err = vg_asterix_use_editions(d->asterix, how->editions);
    if (err) {
        close_asterix(d);
        return err;
    }
    d->out = out;
    *ret_state = d;
    return VG_OK;
}

static enum vg_err take_stream(struct decode *d, const void *bytes, size_t len, const struct vg_file_block *block,
                               bool captured)
{
    struct vg_asterix_framer **framer = &d->framer[block->stream];
    enum vg_err err = *framer ? VG_OK : vg_asterix_framer_new(d->asterix, captured, framer);
    if (err)
        return err;
    if (block->fresh)
        vg_asterix_framer_end(*framer, block->time_us);
    return vg_asterix_framer_push(*framer, bytes, len, block->time_us);
}

static void take_asterix(void *state, const void *bytes, size_t len, const struct vg_file_block *block)
{
    struct decode *d = state;
    bool captured = block->time_us != VG_TIME_NONE;
    if (block->datagram)
        vg_asterix_datagram(d->asterix, bytes, len, vg_asterix_counters(d->asterix)->octets, block->time_us);
    else if (take_stream(d, bytes, len, block, captured))
        d->lost_bytes += len;
}

static void end_asterix(void *state)
{
    struct decode *d = state;
    for (int i = 0; i < VG_FILE_STREAMS; i++)
        if (d->framer[i])
            vg_asterix_framer_end(d->framer[i], VG_TIME_NONE);
}

static void summary_asterix(const void *state, const char *name, double seconds)
{
    const struct decode *d = state;
    const struct vg_asterix_counters *c = vg_asterix_counters(d->asterix);
    vg_cli_print(stderr, "%s: %llu block%s, %llu record%s in %.2f s\n", name, (unsigned long long)c->blocks,
                 vg_cli_plural(c->blocks), (unsigned long long)c->records, vg_cli_plural(c->records), seconds);
    if (d->lost_bytes)
        vg_cli_print(stderr, "  %8llu  octets lost: no memory\n", (unsigned long long)d->lost_bytes);
    vg_cli_refusals(vg_asterix_refusals(d->asterix));
}

static const char *refuse_editions(const struct vg_decode_how *how)
{
    struct vg_asterix *asterix;
    if (!how->editions || vg_asterix_new(on_record, NULL, &asterix))
        return NULL;
    enum vg_err err = vg_asterix_use_editions(asterix, how->editions);
    vg_asterix_free(asterix);
    return err == VG_SYNTAX      ? "--editions: expected CAT=EDITION, several with commas between"
           : err == VG_NOT_FOUND ? "--editions: there is no such edition (docs/formats/asterix.md lists them)"
                                 : NULL;
}

const struct vg_decode_kind vg_decode_asterix = {
    .name = "asterix",
    .about = "blocks of ASTERIX, as radars and trackers send them",
    .payloads = true,
    .open = open_asterix,
    .take = take_asterix,
    .end = end_asterix,
    .summary = summary_asterix,
    .close = close_asterix,
    .refuse = refuse_editions,
};
