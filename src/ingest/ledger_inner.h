/* The ledger from inside: what is in use (ledger.c) and its lines (ledger_lines.c). */
#ifndef VG_INGEST_LEDGER_INNER_H
#define VG_INGEST_LEDGER_INNER_H

#include <pthread.h>

#include "base/out.h"
#include "ingest/ledger.h"

#define VG_LEDGER_LINE (1 << 20) /* a header of 16 KiB and a layout of 64, each byte six in JSON, fit */

/* What a file was before it grew. */
struct former {
    uint32_t id;
    uint64_t bytes;
    uint8_t sum[VG_LEDGER_SUM];
};

struct vg_ledger {
    pthread_mutex_t lock;
    int fd;
    struct vg_ledger_file *file; /* file[i].id == i + 1 */
    uint64_t *at;                /* mark of each one's last note */
    size_t count, cap;
    struct former *former;
    size_t formers, former_cap;
    bool lengths[VG_LEDGER_HEAD + 1]; /* of the heads there are */
};

/* ---- lines out ---- */

void ledger_put_begin(struct vg_out *out, const struct vg_ledger_file *file);
void ledger_put_note(struct vg_out *out, const struct vg_ledger_file *file, uint64_t mark);
void ledger_put_former(struct vg_out *out, const struct former *former);

/* ---- lines in ---- */

/* What a crash left of the last line is passed over; *dirty: the file is to be written anew. VG_CORRUPT, VG_NOMEM. */
enum vg_err ledger_take_lines(struct vg_ledger *ledger, const char *text, size_t len, uint64_t mark, bool *dirty);

/* Takes a file with its texts copied. VG_NOMEM, VG_LIMIT. */
enum vg_err ledger_add_file(struct vg_ledger *ledger, const struct vg_ledger_file *file);
enum vg_err ledger_add_former(struct vg_ledger *ledger, const struct former *former);
void ledger_free_texts(const struct vg_ledger_file *file);

#endif
