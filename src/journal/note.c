#include "journal/note.h"

#include <stdio.h>
#include <string.h>

#include <sodium.h>

#define ED25519 1 /* signature type of signed-note */

static const char dash[] = "\xE2\x80\x94 "; /* em dash, space */

void vg_out_base64(struct vg_out *out, const void *bytes, size_t len)
{
    const uint8_t *p = bytes;
    while (len) {
        char text[5]; /* three bytes at a time keep the padding at the end */
        size_t n = len < 3 ? len : 3;
        sodium_bin2base64(text, sizeof text, p, n, sodium_base64_VARIANT_ORIGINAL);
        vg_out_text(out, text);
        p += n;
        len -= n;
    }
}

bool vg_base64_get(const char *text, size_t len, void *out, size_t cap, size_t *ret_len)
{
    const char *end;
    if (sodium_base642bin(out, cap, text, len, NULL, ret_len, &end, sodium_base64_VARIANT_ORIGINAL))
        return false;
    return end == text + len;
}

/* ---- keys ---- */

static bool name_is_good(const char *name, size_t len)
{
    if (!len || len >= VG_KEY_NAME)
        return false;
    for (size_t i = 0; i < len; i++)
        if (name[i] <= ' ' || name[i] == '+' || name[i] == 0x7F) /* ASCII only: Unicode has spaces of its own */
            return false;
    return true;
}

static uint32_t id_of(const char *name, const uint8_t public_key[static 32])
{
    static const uint8_t type[2] = {'\n', ED25519};
    uint8_t hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const uint8_t *)name, strlen(name));
    crypto_hash_sha256_update(&state, type, sizeof type);
    crypto_hash_sha256_update(&state, public_key, 32);
    crypto_hash_sha256_final(&state, hash);
    return (uint32_t)hash[0] << 24 | (uint32_t)hash[1] << 16 | (uint32_t)hash[2] << 8 | hash[3];
}

enum vg_err vg_key_from_seed(const uint8_t seed[static 32], const char *name, struct vg_key *ret)
{
    struct vg_key key = {.can_sign = true};
    if (crypto_sign_seed_keypair(key.public_key, key.secret, seed))
        return VG_ARG;
    if (name) {
        if (!name_is_good(name, strlen(name)))
            return VG_ARG;
        snprintf(key.name, sizeof key.name, "%s", name);
    } else {
        uint8_t hash[crypto_hash_sha256_BYTES];
        char hex[17];
        crypto_hash_sha256(hash, key.public_key, sizeof key.public_key);
        snprintf(key.name, sizeof key.name, "vigia-journal/%s", sodium_bin2hex(hex, sizeof hex, hash, 8));
    }
    key.id = id_of(key.name, key.public_key);
    *ret = key;
    sodium_memzero(&key, sizeof key);
    return VG_OK;
}

static void put_key(const struct vg_key *key, const char *prefix, const uint8_t *bytes, char out[static VG_KEY_TEXT])
{
    uint8_t typed[33] = {ED25519};
    memcpy(typed + 1, bytes, 32);
    struct vg_out o = vg_out_fixed(out, VG_KEY_TEXT - 1);
    vg_out_printf(&o, "%s%s+%08x+", prefix, key->name, key->id);
    vg_out_base64(&o, typed, sizeof typed);
    out[o.len] = '\0';
    sodium_memzero(typed, sizeof typed);
}

void vg_key_public_text(const struct vg_key *key, char out[static VG_KEY_TEXT])
{
    put_key(key, "", key->public_key, out);
}

void vg_key_secret_text(const struct vg_key *key, char out[static VG_KEY_TEXT])
{
    put_key(key, "PRIVATE+KEY+", key->secret, out); /* libsodium's secret key begins with the seed */
}

/* Cuts text at the next '+'. */
static bool next_field(const char **text, size_t *len, const char **ret_field, size_t *ret_len)
{
    const char *plus = memchr(*text, '+', *len);
    if (!plus)
        return false;
    *ret_field = *text;
    *ret_len = (size_t)(plus - *text);
    *len -= *ret_len + 1;
    *text = plus + 1;
    return true;
}

enum vg_err vg_key_parse(const char *text, size_t len, struct vg_key *ret)
{
    static const char secret_prefix[] = "PRIVATE+KEY+";
    const char *name, *hash;
    size_t name_len, hash_len, n;
    uint8_t bytes[64];
    char name_text[VG_KEY_NAME], hash_text[9];
    struct vg_key key = {0};
    for (; len && (uint8_t)text[len - 1] <= ' '; len--)
        ;
    for (; len && (uint8_t)*text <= ' '; len--)
        text++;
    bool secret = len > sizeof secret_prefix && memcmp(text, secret_prefix, sizeof secret_prefix - 1) == 0;
    if (secret) {
        text += sizeof secret_prefix - 1;
        len -= sizeof secret_prefix - 1;
    }
    if (!next_field(&text, &len, &name, &name_len) || !name_is_good(name, name_len) ||
        !next_field(&text, &len, &hash, &hash_len) || hash_len != 8 ||
        !vg_base64_get(text, len, bytes, sizeof bytes, &n) || n != 33 || bytes[0] != ED25519)
        return VG_SYNTAX;
    memcpy(name_text, name, name_len);
    name_text[name_len] = '\0';
    if (secret) {
        vg_key_from_seed(bytes + 1, name_text, &key);
    } else {
        memcpy(key.name, name_text, name_len + 1);
        memcpy(key.public_key, bytes + 1, 32);
        key.id = id_of(key.name, key.public_key);
    }
    sodium_memzero(bytes, sizeof bytes);
    snprintf(hash_text, sizeof hash_text, "%08x", key.id);
    if (memcmp(hash_text, hash, 8) != 0)
        return VG_CORRUPT;
    *ret = key;
    sodium_memzero(&key, sizeof key);
    return VG_OK;
}

enum vg_err vg_keys_parse(const char *text, size_t len, struct vg_key *ret_keys, size_t *ret_count)
{
    size_t count = 0;
    while (len) {
        const char *end = memchr(text, '\n', len);
        size_t n = end ? (size_t)(end - text) : len;
        if (n && *text != '#' && *text != '\r') {
            if (count == VG_KEYS_MAX)
                return VG_LIMIT;
            enum vg_err err = vg_key_parse(text, n, &ret_keys[count]);
            if (err)
                return err;
            count++;
        }
        n += end ? 1 : 0;
        text += n;
        len -= n;
    }
    *ret_count = count;
    return count ? VG_OK : VG_SYNTAX;
}

/* ---- checkpoints ---- */

void vg_note_sign(struct vg_out *out, const char *text, size_t len, const struct vg_key *keys, size_t count)
{
    vg_out_bytes(out, text, len);
    vg_out_char(out, '\n');
    for (size_t i = 0; i < count; i++) {
        uint8_t signature[4 + crypto_sign_BYTES];
        for (int b = 0; b < 4; b++)
            signature[b] = (uint8_t)(keys[i].id >> (24 - 8 * b));
        crypto_sign_detached(signature + 4, NULL, (const uint8_t *)text, len, keys[i].secret);
        vg_out_text(out, dash);
        vg_out_text(out, keys[i].name);
        vg_out_char(out, ' ');
        vg_out_base64(out, signature, sizeof signature);
        vg_out_char(out, '\n');
    }
}

void vg_checkpoint_sign(struct vg_out *out, const struct vg_checkpoint *cp, const struct vg_key *keys, size_t count)
{
    char text[VG_NOTE_MAX];
    struct vg_out body = vg_out_fixed(text, sizeof text);
    vg_out_printf(&body, "%s\n%llu\n", cp->origin, (unsigned long long)cp->size);
    vg_out_base64(&body, cp->root, VG_HASH);
    vg_out_char(&body, '\n');
    vg_note_sign(out, text, body.len, keys, count);
}

/* The line at *text without its end; false if there is no whole one. */
static bool next_line(const char **text, const char *end, const char **ret_line, size_t *ret_len)
{
    const char *newline = memchr(*text, '\n', (size_t)(end - *text));
    if (!newline)
        return false;
    *ret_line = *text;
    *ret_len = (size_t)(newline - *text);
    *text = newline + 1;
    return true;
}

static bool read_size(const char *line, size_t len, uint64_t *ret)
{
    uint64_t v = 0;
    if (!len || len > 15 || (len > 1 && line[0] == '0'))
        return false;
    for (size_t i = 0; i < len; i++) {
        if (line[i] < '0' || line[i] > '9')
            return false;
        v = v * 10 + (uint64_t)(line[i] - '0');
    }
    *ret = v;
    return v <= VG_FRAME_NUMBERS;
}

static bool read_body(const char *text, const char *end, struct vg_checkpoint *ret)
{
    const char *line;
    size_t len;
    if (!next_line(&text, end, &line, &len) || !name_is_good(line, len))
        return false;
    memcpy(ret->origin, line, len);
    ret->origin[len] = '\0';
    if (!next_line(&text, end, &line, &len) || !read_size(line, len, &ret->size))
        return false;
    size_t hash_len;
    return next_line(&text, end, &line, &len) && vg_base64_get(line, len, ret->root, VG_HASH, &hash_len) &&
           hash_len == VG_HASH;
}

/* One signature line: VG_OK if a known key made it, VG_NOT_FOUND if none did, VG_CORRUPT if it is wrong. */
static enum vg_err check_signature(const char *line, size_t len, const char *body, size_t body_len,
                                   const struct vg_key *keys, size_t count, const char *origin)
{
    uint8_t signature[128];
    size_t n;
    if (len < sizeof dash || memcmp(line, dash, sizeof dash - 1) != 0)
        return VG_SYNTAX;
    line += sizeof dash - 1;
    len -= sizeof dash - 1;
    const char *space = memchr(line, ' ', len);
    if (!space)
        return VG_SYNTAX;
    size_t name_len = (size_t)(space - line);
    if (!vg_base64_get(space + 1, len - name_len - 1, signature, sizeof signature, &n) || n != 4 + crypto_sign_BYTES)
        return VG_NOT_FOUND; /* another kind of signature */
    uint32_t id =
        (uint32_t)signature[0] << 24 | (uint32_t)signature[1] << 16 | (uint32_t)signature[2] << 8 | signature[3];
    for (size_t i = 0; i < count; i++) {
        if (keys[i].id != id || strlen(keys[i].name) != name_len || memcmp(keys[i].name, line, name_len) != 0)
            continue;
        if (crypto_sign_verify_detached(signature + 4, (const uint8_t *)body, body_len, keys[i].public_key))
            return VG_CORRUPT;
        return strcmp(keys[i].name, origin) == 0 ? VG_OK : VG_NOT_FOUND;
    }
    return VG_NOT_FOUND;
}

/* The last empty line parts the text from the signatures: where these begin; NULL: there is none. */
static const char *signatures_of(const char *note, size_t len)
{
    const char *split = NULL;
    for (const char *p = note; p + 1 < note + len; p++)
        if (p[0] == '\n' && p[1] == '\n')
            split = p + 1;
    return split;
}

/* At least one is of a known key, and every one of a known key is right. */
static enum vg_err check_signatures(const char *note, size_t len, const char *split, const char *origin,
                                    const struct vg_key *keys, size_t count, const char **ret_why)
{
    const char *end = note + len, *line;
    size_t n;
    bool known = !count;
    for (const char *text = split + 1; text < end;) {
        *ret_why = "it is no signed note";
        if (!next_line(&text, end, &line, &n))
            return VG_SYNTAX;
        enum vg_err err = check_signature(line, n, note, (size_t)(split - note), keys, count, origin);
        *ret_why = err == VG_CORRUPT ? "the signature is wrong" : "it is no signed note";
        if (err && err != VG_NOT_FOUND)
            return err;
        known = known || !err;
    }
    *ret_why = "it isn't signed by this key";
    return known ? VG_OK : VG_NOT_FOUND;
}

enum vg_err vg_note_check(const char *note, size_t len, const struct vg_key *keys, size_t count, size_t *ret_len,
                          const char **ret_why)
{
    char origin[VG_KEY_NAME];
    const char *split = signatures_of(note, len), *text = note, *line;
    size_t n;
    *ret_why = "it is no signed note";
    if (len > VG_NOTE_MAX || !split || !next_line(&text, split, &line, &n) || !name_is_good(line, n))
        return VG_SYNTAX;
    memcpy(origin, line, n);
    origin[n] = '\0';
    enum vg_err err = check_signatures(note, len, split, origin, keys, count, ret_why);
    if (!err)
        *ret_len = (size_t)(split - note);
    return err;
}

enum vg_err vg_checkpoint_read(const char *note, size_t len, const struct vg_key *keys, size_t count,
                               struct vg_checkpoint *ret, const char **ret_why)
{
    struct vg_checkpoint cp = {0};
    *ret_why = "it is no checkpoint";
    if (len < 2 || len > VG_NOTE_MAX)
        return VG_SYNTAX;
    const char *split = signatures_of(note, len);
    if (!split || !read_body(note, split, &cp))
        return VG_SYNTAX;
    enum vg_err err = check_signatures(note, len, split, cp.origin, keys, count, ret_why);
    *ret_why = err == VG_CORRUPT     ? "the checkpoint's signature is wrong"
               : err == VG_NOT_FOUND ? "the checkpoint isn't signed by this key"
                                     : "it is no checkpoint";
    if (!err)
        *ret = cp;
    return err;
}
