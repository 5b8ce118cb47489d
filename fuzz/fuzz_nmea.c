/*
 * Bytes as a receiver would get them, in pieces whose sizes the input chooses: framing, sentences, fragments, messages,
 * and all that is written of them.
 */
#include <jansson.h>
#include <stdlib.h>

#include "sensor/ais/receiver.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_json(const struct vg_out *out)
{
    json_t *json = out->err ? NULL : json_loadb(out->buf, out->len, JSON_REJECT_DUPLICATES, NULL);
    if (!json)
        abort();
    json_decref(json);
}

static void on_other(void *arg, const struct vg_other *other, const struct vg_sentence *sentence, uint64_t line)
{
    static char buf[1 << 14];
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    (void)arg;
    vg_other_json(other, sentence, line, &out);
    check_json(&out);
}

static void on_message(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    static char buf[1 << 16];
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    vg_ais_json(msg, payload, &out);
    check_json(&out);
    out = vg_out_fixed(buf, sizeof buf);
    vg_ais_csv(msg, payload, &out);
    if (out.err || buf[out.len - 1] != '\n')
        abort();
    struct vg_report report;
    if (vg_ais_report(msg, &report) && report.fields & VG_FIELD_BIT(POS) && !vg_pos_valid(report.pos))
        abort();
    ++*(uint64_t *)arg;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vg_receiver *receiver;
    uint64_t messages = 0;
    if (size < 1 || vg_receiver_new(on_message, &messages, &receiver))
        return 0;
    vg_receiver_on_other(receiver, on_other);
    vg_receiver_wait_for_signal(receiver, data[0] & 2);
    size_t piece = 1 + data[0];
    int64_t now_us = data[0] & 1 ? VG_TIME_NONE : 0;
    for (size_t at = 1; at < size; at += piece) {
        if (data[at] == 0xFF) /* the line is lost and comes back */
            vg_receiver_restart(receiver);
        vg_receiver_push(receiver, data + at, at + piece < size ? piece : size - at, now_us);
        if (now_us != VG_TIME_NONE)
            now_us += (int64_t)data[at] * VG_SECOND_US / 16;
    }
    vg_receiver_end(receiver);
    if (vg_receiver_counters(receiver)->messages != messages)
        abort();
    vg_receiver_free(receiver);
    return 0;
}
