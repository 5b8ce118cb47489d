/*
 * Payload bits without checksum or armour in the way: JSON is valid and has no key twice, what is decoded is encoded
 * again and stays the same, and every number can be written back where it was read.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "sensor/ais/ais.h"
#include "sensor/ais/layouts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t armour(const uint8_t *data, size_t size, char *chars)
{
    size_t n = 0;
    for (; n < size && n < VG_PAYLOAD_CHARS; n++)
        chars[n] = (char)((data[n] & 63) < 40 ? '0' + (data[n] & 63) : '`' + (data[n] & 63) - 40);
    return n;
}

struct copy {
    const struct vg_ais *msg;
    struct vg_ais again;
};

static void write_back(void *arg, const struct vg_ais_field *f, unsigned base, const char *path, bool application)
{
    struct copy *c = arg;
    int64_t raw;
    (void)application;
    if (f->kind == VG_AIS_CHOICE || f->kind == VG_AIS_TAIL || vg_ais_raw(c->msg, f, base, &raw) != VG_AIS_PRESENT ||
        f->kind == VG_AIS_TEXT || f->kind == VG_AIS_NAME_EXT || f->kind == VG_AIS_DATA || f->kind == VG_AIS_ETA)
        return;
    if (vg_ais_set_raw(&c->again, path, raw))
        abort();
    if (c->again.bits != c->msg->bits)
        c->again =
            *c->msg; /* an element cut off was made whole: that may be another layout, where this path leads nowhere */
}

static void check_json(const struct vg_ais *msg)
{
    static char buf[VG_AIS_JSON_MAX];
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    vg_ais_json(msg, NULL, &out);
    json_t *json = out.err ? NULL : json_loadb(buf, out.len, JSON_REJECT_DUPLICATES, NULL);
    if (!json)
        abort();
    json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char chars[VG_PAYLOAD_CHARS];
    if (size < 2)
        return 0;
    size_t len = armour(data + 1, size - 1, chars);
    struct vg_ais msg, again;
    if (vg_ais_decode(chars, len, data[0] % 6, &msg))
        return 0;
    check_json(&msg);
    struct vg_report report;
    vg_ais_report(&msg, &report);
    vg_ais_suspicion(&msg);
    static struct copy copy;
    copy.msg = &msg;
    copy.again = msg;
    vg_ais_each_field(&msg, write_back, &copy);
    if (memcmp(copy.again.payload, msg.payload, (msg.bits + 7u) / 8) != 0)
        abort();
    char back[VG_PAYLOAD_CHARS + 1];
    size_t n = 0;
    for (unsigned at = 0; at < msg.bits; at += 6) {
        uint32_t six = vg_ais_uint(&msg, at, 6);
        back[n++] = (char)(six < 40 ? '0' + six : '`' + six - 40);
    }
    if (vg_ais_decode(back, n, (uint8_t)(n * 6 - msg.bits), &again) || again.bits != msg.bits ||
        memcmp(again.payload, msg.payload, (msg.bits + 7u) / 8) != 0)
        abort();
    return 0;
}
