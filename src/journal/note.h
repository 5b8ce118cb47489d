/*
 * Keys and checkpoints: https://c2sp.org/signed-note with Ed25519, https://c2sp.org/tlog-checkpoint. Pure; any thread.
 *
 * The texts of keys are those of Go's sumdb/note: a public key is `name+hash+base64`, a secret one
 * `PRIVATE+KEY+name+hash+base64`. A journal's origin line is the name of its keys; a key that replaces another keeps
 * the name and has another hash.
 */
#ifndef VG_JOURNAL_NOTE_H
#define VG_JOURNAL_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/out.h"
#include "journal/frame.h"

#define VG_KEY_NAME 96  /* with the terminator */
#define VG_KEY_TEXT 256 /* room for the text of any key, with the terminator */
#define VG_KEYS_MAX 16
#define VG_NOTE_MAX 4096 /* bytes of a checkpoint with all its signatures */

struct vg_key {
    char name[VG_KEY_NAME];
    uint32_t id;
    uint8_t public_key[32];
    uint8_t secret[64];
    bool can_sign;
};

/* A key of 32 random bytes. name NULL: `vigia-journal/` and 16 hex digits of the public key's hash. VG_ARG: bad name.
 */
enum vg_err vg_key_from_seed(const uint8_t seed[static 32], const char *name, struct vg_key *ret);

void vg_key_public_text(const struct vg_key *key, char out[static VG_KEY_TEXT]);
void vg_key_secret_text(const struct vg_key *key, char out[static VG_KEY_TEXT]);

/* Reads either text; white space around it is ignored. VG_SYNTAX; VG_CORRUPT if the hash isn't the key's. */
enum vg_err vg_key_parse(const char *text, size_t len, struct vg_key *ret);

/* Reads public keys, one a line; empty lines and lines that begin with # are skipped. VG_LIMIT: over VG_KEYS_MAX. */
enum vg_err vg_keys_parse(const char *text, size_t len, struct vg_key *ret_keys, size_t *ret_count);

struct vg_checkpoint {
    char origin[VG_KEY_NAME];
    uint64_t size;
    uint8_t root[VG_HASH];
};

/* Writes the note with a signature of each key (all can sign). Errors are in out->err. */
void vg_checkpoint_sign(struct vg_out *out, const struct vg_checkpoint *checkpoint, const struct vg_key *keys,
                        size_t count);

/*
 * Reads a note and checks it: at least one signature is of a known key, every one that is of a known key is right, and
 * the origin is that key's name. VG_SYNTAX, VG_CORRUPT (a wrong signature), VG_NOT_FOUND (no known key signed it), with
 * a constant *ret_why. count 0: nothing is checked but the form.
 */
enum vg_err vg_checkpoint_read(const char *note, size_t len, const struct vg_key *keys, size_t count,
                               struct vg_checkpoint *ret, const char **ret_why);

/*
 * Any other note of the journal's keys: `text` ends with a line end, and its first line is the keys' name. Signing and
 * checking as above; *ret_len is the length of the text that was signed, at the beginning of the note.
 */
void vg_note_sign(struct vg_out *out, const char *text, size_t len, const struct vg_key *keys, size_t count);
enum vg_err vg_note_check(const char *note, size_t len, const struct vg_key *keys, size_t count, size_t *ret_len,
                          const char **ret_why);

/* Base 64 by RFC 4648, with padding. */
void vg_out_base64(struct vg_out *out, const void *bytes, size_t len);

/* Into out[cap]. False if it isn't base 64 or has more than cap bytes. */
bool vg_base64_get(const char *text, size_t len, void *out, size_t cap, size_t *ret_len);

#endif
