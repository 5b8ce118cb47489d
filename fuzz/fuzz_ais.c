/* Payload bits without checksum or armour in the way; what is decoded is encoded again and must stay the same. */
#include <stdlib.h>
#include <string.h>

#include "sensor/ais/ais.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t armour(const uint8_t *data, size_t size, char *chars)
{
    size_t n = 0;
    for (; n < size && n < VG_PAYLOAD_CHARS; n++)
        chars[n] = (char)((data[n] & 63) < 40 ? '0' + (data[n] & 63) : '`' + (data[n] & 63) - 40);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char buf[1 << 16];
    char chars[VG_PAYLOAD_CHARS];
    if (size < 2)
        return 0;
    size_t len = armour(data + 1, size - 1, chars);
    struct vg_ais msg, again;
    if (vg_ais_decode(chars, len, data[0] % 6, &msg))
        return 0;
    struct vg_out out = vg_out_fixed(buf, sizeof buf);
    vg_ais_json(&msg, NULL, &out);
    if (out.err)
        abort();
    struct vg_report report;
    vg_ais_report(&msg, &report);
    char copy[VG_PAYLOAD_CHARS + 1];
    size_t n = 0;
    for (unsigned at = 0; at < msg.bits; at += 6) {
        uint32_t six = vg_ais_uint(&msg, at, 6);
        copy[n++] = (char)(six < 40 ? '0' + six : '`' + six - 40);
    }
    if (vg_ais_decode(copy, n, (uint8_t)(n * 6 - msg.bits), &again) || again.bits != msg.bits ||
        memcmp(again.payload, msg.payload, (msg.bits + 7u) / 8) != 0)
        abort();
    return 0;
}
