/* Verifying a journal: its keys, its checkpoint, one that was kept elsewhere; then the tree and the frames. */
#include "journal/verify.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "base/plural.h"
#include "journal/verify_inner.h"

/* ---- keys and checkpoints ---- */

static enum vg_err load_keys(struct vg_verifier *v)
{
    char path[VG_IO_PATH], *text;
    size_t len;
    if (v->options->keys) {
        if (v->options->key_count > VG_KEYS_MAX)
            return VG_LIMIT;
        memcpy(v->keys, v->options->keys, v->options->key_count * sizeof *v->keys);
        v->key_count = v->options->key_count;
        return VG_OK;
    }
    v->verdict->own_key = true;
    enum vg_err err = vg_io_path(path, "%s/key.pub", v->dir)
                          ? vg_io_load(v->io, path, VG_KEYS_MAX * VG_KEY_TEXT, &text, &len)
                          : VG_LIMIT;
    if (err == VG_IO || err == VG_NOMEM)
        return err;
    if (err) {
        vg_found(v, VG_FOUND_CHECKPOINT, "key.pub can't be read: nothing says whose checkpoint this is");
        return VG_OK;
    }
    if (vg_keys_parse(text, len, v->keys, &v->key_count))
        vg_found(v, VG_FOUND_CHECKPOINT, "key.pub is malformed");
    free(text);
    return VG_OK;
}

/* *ret_have: there is a checkpoint to check the tree against. */
static enum vg_err load_checkpoint(struct vg_verifier *v, bool *ret_have)
{
    char path[VG_IO_PATH], *note;
    size_t len;
    const char *why;
    *ret_have = false;
    if (!vg_io_path(path, "%s/checkpoint", v->dir))
        return VG_LIMIT;
    enum vg_err err = vg_io_load(v->io, path, VG_NOTE_MAX, &note, &len);
    if (err == VG_IO || err == VG_NOMEM)
        return err;
    if (err) {
        vg_found(v, VG_FOUND_CHECKPOINT, "the checkpoint %s", err == VG_NOT_FOUND ? "is missing" : "is too long");
        return VG_OK;
    }
    err = v->key_count ? vg_checkpoint_read(note, len, v->keys, v->key_count, &v->checkpoint, &why) : VG_NOT_FOUND;
    free(note);
    if (err && v->key_count)
        vg_found(v, VG_FOUND_CHECKPOINT, "%s", why);
    *ret_have = !err;
    return VG_OK;
}

/* The checkpoint that was kept elsewhere: this journal must have it in its past. */
static bool load_kept(struct vg_verifier *v, bool have, struct vg_checkpoint *ret)
{
    const char *why;
    if (!v->options->kept)
        return false;
    if (vg_checkpoint_read(v->options->kept, v->options->kept_len, v->keys, v->key_count, ret, &why)) {
        vg_found(v, VG_FOUND_CHECKPOINT, "the one that was kept: %s", why);
        return false;
    }
    if (have && ret->size > v->checkpoint.size)
        vg_found(v, VG_FOUND_OLD_CHECKPOINT,
                 "the journal was taken back: a checkpoint of %llu frame%s was kept, its own covers %llu",
                 (unsigned long long)ret->size, vg_plural(ret->size, "", "s"), (unsigned long long)v->checkpoint.size);
    return have && ret->size <= v->checkpoint.size;
}

/* ---- the whole ---- */

static enum vg_err verify(struct vg_verifier *v)
{
    struct vg_checkpoint kept;
    bool have;
    uint64_t *firsts;
    size_t count, strange;
    enum vg_err err = vg_segments_list(v->io, v->dir, &firsts, &count, &strange); /* VG_NOT_FOUND: no journal */
    if (err)
        return err;
    free(firsts);
    err = load_keys(v);
    if (!err)
        err = load_checkpoint(v, &have);
    if (err)
        return err;
    err = vg_journal_first_load(v->io, v->dir, &v->first);
    if (err == VG_CORRUPT)
        vg_found(v, VG_FOUND_TREE, "the file 'first' is malformed: nothing says which number the first frame has");
    else if (err)
        return err;
    err = VG_OK;
    v->next = v->first;
    v->signed_end = v->first + (have ? v->checkpoint.size : 0);
    bool past = load_kept(v, have, &kept);
    if (have) {
        memcpy(v->verdict->origin, v->checkpoint.origin, sizeof v->verdict->origin);
        v->tiles = (struct vg_tiles){.io = v->io, .dir = v->dir, .size = v->checkpoint.size};
        err = vg_verify_tree(v, past ? &kept : NULL);
        v->verdict->covered = v->checkpoint.size;
    }
    if (!err)
        err = vg_verify_frames(v);
    if (!err && have && v->newest_recorded > v->checkpoint.size)
        vg_found(v, VG_FOUND_OLD_CHECKPOINT,
                 "an old checkpoint, of %llu frame%s, was put back: the frames tell of one of %llu",
                 (unsigned long long)v->checkpoint.size, vg_plural(v->checkpoint.size, "", "s"),
                 (unsigned long long)v->newest_recorded);
    return err;
}

enum vg_err vg_verify_journal(const char *dir, const struct vg_verify_options *options, struct vg_verify_result *ret)
{
    const struct vg_io *io = options->io ? options->io : vg_io_posix();
    if (sodium_init() < 0)
        return VG_UNSUPPORTED;
    struct vg_verifier *v = io->alloc(io->arg, sizeof *v);
    if (!v)
        return VG_NOMEM;
    memset(ret, 0, sizeof *ret);
    v->io = io;
    v->options = options;
    v->verdict = ret;
    enum vg_err err = vg_io_path(v->dir, "%s", dir) ? verify(v) : VG_LIMIT;
    free(v);
    return err;
}
