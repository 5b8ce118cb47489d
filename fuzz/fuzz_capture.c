/* Any bytes as the packets of a capture: the first byte chooses the link, then each packet has two bytes of length, one
 * of seconds, and its bytes. fuzz_reader reads whole files. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "feed/capture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST (1 << 20)

struct file {
    uint8_t bytes[MOST];
    size_t len;
};

static void put(struct file *f, const void *bytes, size_t len)
{
    if (len > MOST - f->len)
        len = MOST - f->len;
    memcpy(f->bytes + f->len, bytes, len);
    f->len += len;
}

static void put_u32(struct file *f, uint32_t value)
{
    put(f, &value, sizeof value);
}

static enum vg_err one_block(void *arg, const void **ret_bytes, size_t *ret_len, const char **ret_why)
{
    struct file *f = arg;
    *ret_bytes = f->bytes;
    *ret_len = f->len;
    *ret_why = "";
    f->len = 0;
    return *ret_len ? VG_OK : VG_EOF;
}

static void make(struct file *f, const uint8_t *data, size_t size)
{
    static const uint32_t links[] = {1, 101, 0, 108, 113, 276, 228, 229};
    static const uint8_t head[] = {0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0};
    uint32_t seconds = 1700000000;
    f->len = 0;
    put(f, head, sizeof head);
    put_u32(f, links[size ? data[0] % 8 : 0]);
    for (size_t at = 1; at + 3 < size;) {
        size_t told = (size_t)(data[at] << 8 | data[at + 1]), left = size - at - 3, len = told < left ? told : left;
        seconds += data[at + 2];
        put_u32(f, seconds);
        put_u32(f, data[at + 2]);
        put_u32(f, (uint32_t)len);
        put_u32(f, (uint32_t)told);
        put(f, data + at + 3, len);
        at += 3 + len;
    }
}

static void read_lines(struct vg_capture *capture)
{
    struct vg_byte_stream text = vg_capture_bytes(capture);
    const void *bytes;
    const char *why = NULL;
    size_t len;
    uint64_t lines = 0;
    enum vg_err err;
    while (!(err = text.next(text.arg, &bytes, &len, &why))) {
        const char *p = bytes;
        if (len == 0 || p[len - 1] != '\n')
            abort();
        for (size_t i = 0; i < len; i++)
            lines += p[i] == '\n';
    }
    const struct vg_capture_counts *c = vg_capture_counts(capture);
    if (c->lines != lines || (err == VG_EOF) != (lines > 0 && err != VG_CORRUPT) || c->other_packets > c->packets)
        abort();
}

static void read_payloads(struct vg_capture *capture)
{
    struct vg_byte_stream payloads = vg_capture_bytes(capture);
    const void *bytes;
    const char *why = NULL;
    size_t len;
    uint64_t count = 0;
    uint8_t begun[VG_FILE_STREAMS] = {0};
    vg_capture_as_payloads(capture);
    while (!payloads.next(payloads.arg, &bytes, &len, &why)) {
        const struct vg_file_block *b = vg_capture_block(capture);
        if (len == 0 || b->stream >= VG_FILE_STREAMS)
            abort();
        if (!b->datagram && !b->fresh && !begun[b->stream]) /* the first bytes of a stream say so */
            abort();
        begun[b->stream] |= !b->datagram;
        count++;
    }
    if (vg_capture_counts(capture)->lines != count)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct file f;
    for (int payloads = 0; payloads < 2; payloads++) {
        const struct vg_byte_stream under = {.next = one_block, .arg = &f};
        struct vg_capture *capture;
        const char *why = NULL;
        make(&f, data, size);
        if (vg_capture_open(&under, &capture, &why))
            return 0;
        if (payloads)
            read_payloads(capture);
        else
            read_lines(capture);
        vg_capture_close(capture);
    }
    return 0;
}
