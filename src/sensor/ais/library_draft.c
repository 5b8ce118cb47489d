/* libvigia-ais: messages written, field by field, and as sentences. */
#include <assert.h>
#include <stdlib.h>

#include <vigia/ais.h>

#include "sensor/ais/library.h"

struct vigia_ais_draft {
    struct vg_ais msg;
};

struct vigia_ais_draft *vigia_ais_draft_new(const char *layout, uint32_t mmsi)
{
    struct vigia_ais_draft *draft = calloc(1, sizeof *draft);
    if (draft && (mmsi > 999999999 || vg_ais_blank(layout, mmsi, &draft->msg))) {
        free(draft);
        return NULL;
    }
    return draft;
}

void vigia_ais_draft_free(struct vigia_ais_draft *draft)
{
    free(draft);
}

int vigia_ais_set_application(struct vigia_ais_draft *draft, unsigned dac, unsigned fid)
{
    return !vg_ais_set_application(&draft->msg, dac, fid);
}

int vigia_ais_set_number(struct vigia_ais_draft *draft, const char *key, double value)
{
    return !vg_ais_set(&draft->msg, key, value);
}

int vigia_ais_set_text(struct vigia_ais_draft *draft, const char *key, const char *text)
{
    return !vg_ais_set_text(&draft->msg, key, text);
}

size_t vigia_ais_sentences(const struct vigia_ais_draft *draft, char channel, unsigned sequence, char *buf, size_t size)
{
    char lines[VIGIA_AIS_SENTENCES_SIZE];
    struct vg_out out = vg_out_fixed(lines, sizeof lines);
    vg_ais_sentences(&draft->msg, "AI", channel, sequence % 10, NULL, VG_TIME_NONE, &out);
    assert(!out.err); /* 448 characters of payload are 8 sentences of at most 82 */
    return vg_library_text(lines, out.len, buf, size);
}
