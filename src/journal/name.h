/*
 * Which journal is it: offsets of one journal mean other bytes in another. A journal is known by the name of its keys,
 * which is made of its first key's random bytes and stays when a key replaces another. One that was set aside and the
 * one that follows it so have different names. Any thread.
 */
#ifndef VG_JOURNAL_NAME_H
#define VG_JOURNAL_NAME_H

#include "journal/io.h"
#include "journal/note.h"

/* The name of the journal in a folder. io NULL: vg_io_posix(). VG_NOT_FOUND, VG_IO, VG_NOMEM, VG_SYNTAX, VG_LIMIT. */
enum vg_err vg_journal_name(const struct vg_io *io, const char *dir, char ret_name[static VG_KEY_NAME]);

/* The name as a number, by its SHA-256; 0 for "", which is no journal. */
uint64_t vg_journal_number(const char *name);

#endif
