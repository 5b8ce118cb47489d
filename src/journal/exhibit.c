#include "journal/exhibit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "journal/bundle.h"
#include "journal/frame.h"

#define NOTE_WHY 160

static const char closing[] = "</script>\n", ending[] = "</body>\n</html>\n";

/* Only strings of a JSON text have '<'. */
void vg_exhibit_bundle(struct vg_out *out, const char *bundle, size_t len)
{
    const char *const end = bundle + len;
    vg_out_text(out, VG_EXHIBIT_BUNDLE);
    while (bundle < end) {
        const char *at = memchr(bundle, '<', (size_t)(end - bundle));
        vg_out_bytes(out, bundle, (size_t)((at ? at : end) - bundle));
        if (at)
            vg_out_text(out, "\\u003c");
        bundle = at ? at + 1 : end;
    }
    vg_out_text(out, closing);
}

static void note_text(struct vg_out *out, const char *name, const char *document, size_t len)
{
    uint8_t hash[VG_HASH];
    vg_hash(document, len, hash);
    vg_out_printf(out, "%s\n" VG_EXHIBIT_NOTE "\n", name);
    vg_out_base64(out, hash, sizeof hash);
    vg_out_char(out, '\n');
}

enum vg_err vg_exhibit_sign(const char *dir, const struct vg_io *io, struct vg_out *out, const char **ret_why)
{
    char path[VG_IO_PATH], *secret = NULL, text[512];
    size_t secret_len;
    struct vg_key key;
    *ret_why = "out of memory";
    if (out->err)
        return out->err;
    if (sodium_init() < 0)
        return VG_UNSUPPORTED;
    *ret_why = "the journal's key can't be read: who keeps it alone can sign";
    enum vg_err err = vg_io_path(path, "%s/key", dir)
                          ? vg_io_load(io ? io : vg_io_posix(), path, VG_KEY_TEXT, &secret, &secret_len)
                          : VG_LIMIT;
    if (!err) {
        err = vg_key_parse(secret, secret_len, &key);
        sodium_memzero(secret, secret_len);
        free(secret);
    }
    if (!err && !key.can_sign)
        err = VG_SYNTAX;
    if (err)
        return err;
    struct vg_out note = vg_out_fixed(text, sizeof text);
    note_text(&note, key.name, out->buf, out->len);
    vg_out_text(out, VG_EXHIBIT_SIGNATURE);
    vg_note_sign(out, text, note.len, &key, 1);
    vg_out_text(out, closing);
    vg_out_text(out, ending);
    sodium_memzero(&key, sizeof key);
    *ret_why = "the case is too large";
    return out->err;
}

/* ---- verification ---- */

static const char *find(const char *text, size_t len, const char *what)
{
    return len ? memmem(text, len, what, strlen(what)) : NULL;
}

bool vg_is_exhibit(const char *text, size_t len)
{
    while (len && (uint8_t)*text <= ' ')
        text++, len--;
    return len && *text == '<';
}

static void found(const struct vg_verify_options *options, struct vg_verify_result *ret, const char *why)
{
    struct vg_finding f = {.kind = VG_FOUND_EXHIBIT};
    ret->findings++;
    snprintf(f.text, sizeof f.text, "%s", why);
    if (options->on_finding)
        options->on_finding(options->arg, &f);
}

/* Its keys, where none are given: as the bundle's own are used for the bundle. */
static bool keys_of(const char *bundle, size_t len, const struct vg_verify_options *options, struct vg_key *ret,
                    size_t *ret_count)
{
    if (!options->keys)
        return vg_bundle_keys(bundle, len, ret, ret_count);
    *ret_count = options->key_count < VG_KEYS_MAX ? options->key_count : VG_KEYS_MAX;
    memcpy(ret, options->keys, *ret_count * sizeof *ret);
    return true;
}

/* What was signed must be the document's hash, and nothing may stand behind the note but the end. NULL: all is well. */
static const char *wrong_note(const char *text, size_t signed_len, const char *note, size_t len,
                              const struct vg_key *keys, size_t count, char why[static NOTE_WHY])
{
    char want[512];
    const char *reason;
    size_t n;
    const size_t tail = strlen(closing) + strlen(ending);
    if (len < tail || memcmp(note + len - tail, closing, strlen(closing)) != 0 ||
        memcmp(note + len - strlen(ending), ending, strlen(ending)) != 0)
        return "something was added behind the signature, or its end is missing";
    if (vg_note_check(note, len - tail, keys, count, &n, &reason)) {
        snprintf(why, NOTE_WHY, "the document's signed note: %s", reason);
        return why;
    }
    const char *line = memchr(note, '\n', n);
    struct vg_out text_of = vg_out_fixed(want, sizeof want);
    char name[VG_KEY_NAME];
    snprintf(name, sizeof name, "%.*s", (int)(line ? line - note : 0), note);
    note_text(&text_of, name, text, signed_len);
    return text_of.len == n && memcmp(want, note, n) == 0
               ? NULL
               : "the document is not the one that was signed: something of it was changed, added or removed";
}

enum vg_err vg_verify_exhibit(const char *text, size_t len, const struct vg_verify_options *options,
                              struct vg_verify_result *ret)
{
    struct vg_key keys[VG_KEYS_MAX];
    size_t count = 0;
    char why[NOTE_WHY];
    if (len > VG_BUNDLE_TEXT_MAX)
        return VG_LIMIT;
    const char *begin = find(text, len, VG_EXHIBIT_BUNDLE), *bundle = begin ? begin + strlen(VG_EXHIBIT_BUNDLE) : text;
    const char *end = begin ? find(bundle, len - (size_t)(bundle - text), "</script>") : NULL;
    const char *note = end ? find(end, len - (size_t)(end - text), VG_EXHIBIT_SIGNATURE) : NULL;
    memset(ret, 0, sizeof *ret);
    if (!note) {
        found(options, ret, begin ? "the document isn't signed" : "the document holds no bundle of evidence");
        return VG_OK;
    }
    enum vg_err err = vg_verify_bundle(bundle, (size_t)(end - bundle), options, ret);
    if (err)
        return err;
    const size_t signed_len = (size_t)(note - text);
    note += strlen(VG_EXHIBIT_SIGNATURE);
    if (!keys_of(bundle, (size_t)(end - bundle), options, keys, &count)) {
        found(options, ret, "the document's keys are malformed");
        return VG_OK;
    }
    const char *wrong = wrong_note(text, signed_len, note, len - (size_t)(note - text), keys, count, why);
    if (wrong)
        found(options, ret, wrong);
    return VG_OK;
}
