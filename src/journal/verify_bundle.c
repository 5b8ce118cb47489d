#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sodium.h>

#include "base/time.h"
#include "journal/bundle.h"
#include "journal/verify_inner.h"

typedef unsigned long long ull; /* for %llu */

static const char *text_of(const json_t *object, const char *key, size_t *ret_len)
{
    const json_t *s = json_object_get(object, key);
    *ret_len = json_string_length(s);
    return json_string_value(s);
}

/* Decodes a base 64 member; false if it is absent, malformed or longer than cap. */
static bool bytes_of(const json_t *object, const char *key, void *out, size_t cap, size_t *ret_len)
{
    size_t len;
    const char *text = text_of(object, key, &len);
    return text && vg_base64_get(text, len, out, cap, ret_len);
}

static bool own_keys(const json_t *root, struct vg_key *ret, size_t *ret_count)
{
    const json_t *keys = json_object_get(root, "keys"), *key;
    size_t i, count = 0;
    json_array_foreach(keys, i, key)
    {
        if (count == VG_KEYS_MAX || !json_is_string(key) ||
            vg_key_parse(json_string_value(key), json_string_length(key), &ret[count]))
            return false;
        count++;
    }
    *ret_count = count;
    return count > 0;
}

bool vg_bundle_keys(const char *text, size_t len, struct vg_key ret_keys[static VG_KEYS_MAX], size_t *ret_count)
{
    struct vg_key keys[VG_KEYS_MAX];
    size_t count;
    json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    const bool good = root && own_keys(root, keys, &count);
    json_decref(root);
    if (good) {
        memcpy(ret_keys, keys, count * sizeof *keys);
        *ret_count = count;
    }
    return good;
}

static bool read_keys(struct vg_verifier *v, const json_t *root)
{
    if (v->options->keys) {
        v->key_count = v->options->key_count < VG_KEYS_MAX ? v->options->key_count : VG_KEYS_MAX;
        memcpy(v->keys, v->options->keys, v->key_count * sizeof *v->keys);
        return true;
    }
    v->verdict->own_key = true;
    return own_keys(root, v->keys, &v->key_count);
}

/* The record must say the same in the frame as in the bundle's text. */
static bool record_fits(struct vg_verifier *v, const json_t *told, const struct vg_record *r)
{
    size_t len, name_len;
    const char *text = text_of(told, "text", &len), *name = text_of(told, "source", &name_len);
    const json_t *time = json_object_get(told, "time_us"), *stream = json_object_get(told, "stream");
    char iso[VG_TIME_TEXT];
    size_t iso_len, told_len;
    const char *told_iso = text_of(told, "time", &told_len);
    if (!json_is_integer(time) || json_integer_value(time) != r->time_us || !json_is_integer(stream) ||
        json_integer_value(stream) != r->stream || !name)
        return false;
    iso_len = vg_time_text(r->time_us, iso);
    if (!told_iso || told_len != iso_len || memcmp(told_iso, iso, iso_len) != 0)
        return false;
    struct vg_out want = vg_out_growing(8 * VG_FRAME_NAME_MAX); /* names are shown with U+FFFD for what is no UTF-8 */
    vg_out_json_string(&want, r->name ? r->name : "", r->name_len);
    json_t *shown = json_loadb(want.buf, want.len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    bool same = shown && json_string_length(shown) == name_len && memcmp(json_string_value(shown), name, name_len) == 0;
    json_decref(shown);
    vg_out_free(&want);
    if (same && text)
        return len == r->len && memcmp(text, r->bytes, len) == 0;
    return same && bytes_of(told, "base64", v->ahead, sizeof v->ahead, &len) && len == r->len &&
           memcmp(v->ahead, r->bytes, len) == 0;
}

static void check_record(struct vg_verifier *v, const struct vg_frame_head *head, const json_t *told)
{
    struct vg_record r;
    size_t len;
    const char *text = text_of(told, "place", &len);
    uint64_t journal_offset = text ? strtoull(text, NULL, 10) : 0;
    vg_records_begin(&v->records, head->number, v->raw, head->raw_len);
    while (vg_records_next(&v->records, &r) == VG_OK) {
        if (r.kind != VG_RECORD_DATA || r.journal_offset != journal_offset)
            continue;
        if (record_fits(v, told, &r)) {
            v->verdict->records++;
            v->verdict->bytes += r.len;
        } else {
            vg_found(v, VG_FOUND_BUNDLE,
                     "what the bundle shows of the record at place %llu is not what frame %llu holds",
                     (ull)journal_offset, (ull)head->number);
        }
        return;
    }
    vg_found(v, VG_FOUND_BUNDLE, "frame %llu has no record at place %llu", (ull)head->number, (ull)journal_offset);
}

static bool read_proof(const json_t *frame, uint8_t proof[static VG_PROOF_MAX][VG_HASH], size_t *ret_count)
{
    const json_t *list = json_object_get(frame, "proof"), *hash;
    size_t i, len;
    if (!json_is_array(list) || json_array_size(list) > VG_PROOF_MAX)
        return false;
    json_array_foreach(list, i, hash)
    {
        if (!json_is_string(hash) ||
            !vg_base64_get(json_string_value(hash), json_string_length(hash), proof[i], VG_HASH, &len) ||
            len != VG_HASH)
            return false;
    }
    *ret_count = json_array_size(list);
    return true;
}

static void check_frame(struct vg_verifier *v, size_t at, const json_t *frame)
{
    uint8_t entry[VG_FRAME_HEAD], leaf[VG_HASH], proof[VG_PROOF_MAX][VG_HASH];
    struct vg_frame_head head;
    const char *why;
    size_t len, count, i;
    const json_t *record, *number = json_object_get(frame, "number");
    if (!bytes_of(frame, "entry", entry, sizeof entry, &len) || len != VG_FRAME_HEAD ||
        vg_frame_head_get(entry, &head, &why) || !json_is_integer(number) ||
        json_integer_value(number) != (json_int_t)head.number || !read_proof(frame, proof, &count)) {
        vg_found(v, VG_FOUND_BUNDLE, "frame %zu of the bundle is malformed", at + 1);
        return;
    }
    vg_merkle_leaf(entry, sizeof entry, leaf);
    if (head.number < v->first || !vg_merkle_proven(leaf, head.number - v->first, v->checkpoint.size,
                                                    (const uint8_t(*)[VG_HASH])proof, count, v->checkpoint.root)) {
        vg_found(v, VG_FOUND_REPLACED, "frame %llu is not proven to be in the tree that was signed", (ull)head.number);
        return;
    }
    if (!bytes_of(frame, "payload", v->stored, sizeof v->stored, &len) || len != head.stored_len ||
        !vg_frame_payload_fits(&head, v->stored) || vg_frame_unpack(&head, v->stored, v->raw)) {
        vg_found(v, VG_FOUND_DAMAGED, "the payload of frame %llu is not the one that was signed", (ull)head.number);
        return;
    }
    v->verdict->frames++;
    const json_t *records = json_object_get(frame, "records");
    if (!json_array_size(records))
        vg_found(v, VG_FOUND_BUNDLE, "the bundle shows no records of frame %llu", (ull)head.number);
    json_array_foreach(records, i, record)
    {
        check_record(v, &head, record);
    }
}

static void check_bundle(struct vg_verifier *v, const json_t *root)
{
    size_t len, i;
    const char *why = "it is missing", *note = text_of(root, "checkpoint", &len), *origin;
    const json_t *frame, *frames = json_object_get(root, "frames"), *first = json_object_get(root, "first");
    if (!read_keys(v, root)) {
        vg_found(v, VG_FOUND_BUNDLE, "the bundle's keys are malformed");
        return;
    }
    if (!note || vg_checkpoint_read(note, len, v->keys, v->key_count, &v->checkpoint, &why)) {
        vg_found(v, VG_FOUND_CHECKPOINT, "the checkpoint: %s", why);
        return;
    }
    if (first && (!json_is_integer(first) || json_integer_value(first) < 0)) {
        vg_found(v, VG_FOUND_BUNDLE, "the number of the first frame is malformed");
        return;
    }
    v->first = (uint64_t)json_integer_value(first); /* 0 without one */
    memcpy(v->verdict->origin, v->checkpoint.origin, sizeof v->verdict->origin);
    v->verdict->covered = v->checkpoint.size;
    origin = text_of(root, "origin", &len);
    if (!origin || strcmp(origin, v->checkpoint.origin) != 0)
        vg_found(v, VG_FOUND_BUNDLE, "the bundle's origin is not its checkpoint's");
    if (!json_is_array(frames) || !json_array_size(frames))
        vg_found(v, VG_FOUND_BUNDLE, "the bundle has no frames");
    json_array_foreach(frames, i, frame)
    {
        check_frame(v, i, frame);
    }
}

enum vg_err vg_verify_bundle(const char *text, size_t len, const struct vg_verify_options *options,
                             struct vg_verify_result *ret)
{
    const struct vg_io *io = options->io ? options->io : vg_io_posix();
    json_error_t error;
    if (len > VG_BUNDLE_TEXT_MAX)
        return VG_LIMIT;
    if (sodium_init() < 0)
        return VG_UNSUPPORTED;
    struct vg_verifier *v = io->alloc(io->arg, sizeof *v);
    if (!v)
        return VG_NOMEM;
    memset(ret, 0, sizeof *ret);
    v->io = io;
    v->options = options;
    v->verdict = ret;
    json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (!root)
        vg_found(v, VG_FOUND_BUNDLE, "the bundle is no JSON: line %d: %.100s", error.line, error.text);
    else if (json_integer_value(json_object_get(root, "vigia_evidence")) != 1)
        vg_found(v, VG_FOUND_BUNDLE, "this is no bundle of evidence, or one of a later version");
    else
        check_bundle(v, root);
    json_decref(root);
    free(v);
    return VG_OK;
}
