/*
 * Any bytes as a segment of a journal, or as a bundle of evidence. The first byte chooses:
 * 'B' a bundle's text; 'X' an exhibit's; 'R' a frame's raw records; 'N' a checkpoint and a key; else a segment as it
 * stands, read and verified. 'F' a segment whose frames get right checks first, so that the inside is reached too.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include "journal/exhibit.h"
#include "journal/lines.h"
#include "journal/reader.h"
#include "journal/segment.h"
#include "journal/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *folder(void)
{
    static char dir[64];
    if (!dir[0]) {
        char segments[96];
        snprintf(dir, sizeof dir, "%s",
                 access("/dev/shm", W_OK) ? "/tmp/vigia-fuzz-XXXXXX" : "/dev/shm/vigia-fuzz-XXXXXX");
        if (!mkdtemp(dir))
            abort();
        snprintf(segments, sizeof segments, "%s/segments", dir);
        mkdir(segments, 0755);
    }
    return dir;
}

static void on_line(void *arg, const struct vg_journal_line *line)
{
    size_t *sum = arg;
    for (size_t i = 0; i < line->len; i++)
        *sum += (uint8_t)line->bytes[i];
}

static void read_segment(void)
{
    struct vg_journal_reader *r;
    struct vg_record record;
    struct vg_lines *lines;
    struct vg_verify_result verdict;
    struct vg_verify_options options = {0};
    const char *why;
    size_t sum = 0, offset;
    uint64_t journal_offset = 0;
    if (vg_journal_reader_open(folder(), NULL, NULL, NULL, &r, &why) || vg_lines_new(on_line, &sum, &lines))
        abort();
    while (vg_journal_reader_next(r, &record) == VG_OK) {
        const uint8_t *p = record.bytes;
        for (size_t i = 0; i < record.len; i++)
            sum += p[i];
        if (record.kind == VG_RECORD_DATA) {
            vg_lines_take(lines, &record);
            journal_offset = record.len ? record.journal_offset : journal_offset;
        }
    }
    vg_lines_free(lines);
    if (journal_offset)
        vg_journal_reader_at(r, journal_offset, &record, &offset);
    vg_journal_reader_seek_time(r, (int64_t)sum);
    vg_journal_reader_next(r, &record);
    vg_journal_reader_close(r);
    if (vg_verify_journal(folder(), &options, &verdict) || !verdict.findings) /* nothing here was ever signed */
        abort();
}

/* Gives the frames the checks that their bytes ask for. */
static void mend(uint8_t *p, size_t len)
{
    uint8_t hash[32];
    if (len < VG_SEGMENT_HEAD)
        return;
    vg_segment_head_put(0, p);
    for (size_t at = VG_SEGMENT_HEAD; len - at >= VG_FRAME_HEAD;) {
        static const uint8_t magic[8] = {'V', 'G', 'J', 'F', 1, 0, 0, 0};
        size_t stored = vg_get_u32(p + at + 40), rest = len - at - VG_FRAME_HEAD;
        stored = stored < rest ? stored : rest;
        memcpy(p + at, magic, 8);
        vg_put_u32(p + at + 40, (uint32_t)stored);
        vg_put_u32(p + at + 44, 0);
        crypto_hash_sha256(p + at + 48, p + at + VG_FRAME_HEAD, stored);
        crypto_hash_sha256(hash, p + at, 80);
        memcpy(p + at + 80, hash, 16);
        at += VG_FRAME_HEAD + stored;
    }
}

static void put_segment(const uint8_t *data, size_t size)
{
    char path[VG_IO_PATH];
    vg_segment_path(path, folder(), 0);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(data, 1, size, f) != size || fclose(f))
        abort();
}

static void read_records(const uint8_t *data, size_t size)
{
    static struct vg_records records;
    struct vg_record r;
    struct vg_gap gap;
    struct vg_retired retired;
    struct vg_opened opened;
    vg_records_begin(&records, 1, data, size);
    while (vg_records_next(&records, &r) == VG_OK) {
        vg_record_gap(&r, &gap);
        vg_record_retired(&r, &retired);
        vg_record_opened(&r, &opened);
        if ((const uint8_t *)r.bytes + r.len > data + size)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vg_verify_options options = {0};
    struct vg_verify_result verdict;
    struct vg_checkpoint checkpoint;
    struct vg_key key;
    const char *why;
    if (!size || sodium_init() < 0)
        return 0;
    if (*data == 'B') {
        vg_verify_bundle((const char *)data + 1, size - 1, &options, &verdict);
    } else if (*data == 'X') {
        vg_is_exhibit((const char *)data + 1, size - 1);
        vg_verify_exhibit((const char *)data + 1, size - 1, &options, &verdict);
        if (!verdict.findings) /* nobody signed it */
            abort();
    } else if (*data == 'R') {
        read_records(data + 1, size - 1);
    } else if (*data == 'N') {
        bool known = vg_key_parse((const char *)data + 1, size - 1, &key) == VG_OK;
        vg_checkpoint_read((const char *)data + 1, size - 1, &key, known, &checkpoint, &why);
    } else if (*data == 'F') {
        uint8_t *copy = malloc(size);
        memcpy(copy, data + 1, size - 1);
        mend(copy, size - 1);
        put_segment(copy, size - 1);
        free(copy);
        read_segment();
    } else {
        put_segment(data, size);
        read_segment();
    }
    return 0;
}
