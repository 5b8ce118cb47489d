#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "journal/store.h"

static int put_secret(struct vg_journal_store *s, const struct vg_key *key)
{
    char path[VG_IO_PATH], text[VG_KEY_TEXT + 1];
    if (!vg_io_path(path, "%s/key", s->dir))
        return -ENAMETOOLONG;
    vg_key_secret_text(key, text);
    size_t len = strlen(text);
    text[len++] = '\n';
    int result = vg_io_put(s->io, path, text, len, 0600, true);
    sodium_memzero(text, sizeof text);
    return result;
}

static int put_public(struct vg_journal_store *s)
{
    char path[VG_IO_PATH], all[VG_KEYS_MAX * VG_KEY_TEXT];
    struct vg_out out = vg_out_fixed(all, sizeof all);
    for (size_t i = 0; i < s->key_count; i++) {
        char line[VG_KEY_TEXT];
        vg_key_public_text(&s->keys[i], line);
        vg_out_text(&out, line);
        vg_out_char(&out, '\n');
    }
    if (out.err || !vg_io_path(path, "%s/key.pub", s->dir))
        return -ENAMETOOLONG;
    return vg_io_put(s->io, path, all, out.len, 0644, true);
}

/*
 * The new public key is listed first, then both sign, then the new secret replaces the old one. A crash between any two
 * steps leaves a journal that the old key goes on signing.
 */
enum vg_err vg_journal_store_rotate_key(struct vg_journal_store *s, const uint8_t seed[static 32])
{
    if (s->key_count == VG_KEYS_MAX)
        return VG_LIMIT;
    enum vg_err err = vg_key_from_seed(seed, s->keys[0].name, &s->keys[s->key_count]);
    if (err)
        return err;
    s->key_count++;
    int result = put_public(s);
    if (!result)
        result = vg_tree_publish(&s->tree, &s->keys[s->key_count - 2], 2, s->note, &s->note_len);
    if (!result)
        result = put_secret(s, &s->keys[s->key_count - 1]);
    if (!result)
        return VG_OK;
    sodium_memzero(&s->keys[--s->key_count], sizeof s->keys[0]);
    s->error = result;
    return result == -ENOMEM ? VG_NOMEM : VG_IO;
}
