/* Decoding one sentence in a test. */
#ifndef VG_TESTS_AIS_UTIL_H
#define VG_TESTS_AIS_UTIL_H

#include "test.h"

#include <jansson.h>

#include "sensor/ais/receiver.h"

struct decoded {
    int count;
    struct vg_ais msg; /* the last */
    char json[16384];
};

static inline void keep_decoded(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    struct decoded *d = arg;
    d->count++;
    d->msg = *msg;
    struct vg_out out = vg_out_fixed(d->json, sizeof d->json - 1);
    vg_ais_json(msg, payload, &out);
    assert_int_equal(out.err, VG_OK);
    d->json[out.len] = '\0';
}

/* All messages in a text of sentences; *d holds the last. `refusals` may be NULL. */
static inline void decode_text(const char *text, struct decoded *d, struct vg_refusals *refusals)
{
    struct vg_receiver *receiver;
    *d = (struct decoded){0};
    assert_int_equal(vg_receiver_new(keep_decoded, d, &receiver), VG_OK);
    vg_receiver_push(receiver, text, strlen(text), VG_TIME_NONE);
    vg_receiver_end(receiver);
    if (refusals)
        *refusals = *vg_receiver_refusals(receiver);
    vg_receiver_free(receiver);
}

static inline json_t *decode_json(const char *text)
{
    struct decoded d;
    decode_text(text, &d, NULL);
    assert_int_equal(d.count, 1);
    json_t *json = json_loads(d.json, 0, NULL);
    assert_non_null(json);
    return json;
}

#endif
