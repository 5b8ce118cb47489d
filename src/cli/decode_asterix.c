/* vigia decode --as asterix: records in, JSON lines out. */
#include "cli/decode_kinds.h"

static enum vg_err open_asterix(struct vg_out *out, const struct vg_decode_how *how, void **ret_state)
{
    (void)out, (void)how, (void)ret_state;
    return VG_UNSUPPORTED;
}

static void take_asterix(void *state, const void *bytes, size_t len, const struct vg_file_block *block)
{
    (void)state, (void)bytes, (void)len, (void)block;
}

static void end_asterix(void *state)
{
    (void)state;
}

static void summary_asterix(const void *state, const char *name, double seconds)
{
    (void)state, (void)name, (void)seconds;
}

const struct vg_decode_kind vg_decode_asterix = {
    .name = "asterix",
    .about = "ASTERIX",
    .payloads = true,
    .open = open_asterix,
    .take = take_asterix,
    .end = end_asterix,
    .summary = summary_asterix,
    .close = end_asterix,
};
