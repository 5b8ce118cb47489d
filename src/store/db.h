/*
 * One SQLite file: opened in WAL mode, brought to the newest form, asked by prepared statements, backed up.
 *
 *     vg_db_open(path, forms, count, &db, why)
 *     struct vg_ask ask;
 *     vg_ask_begin(&ask, db, "SELECT id FROM alert WHERE rule = ? AND opened_us > ?");
 *     vg_ask_text(&ask, rule);
 *     vg_ask_int(&ask, since_us);
 *     while (vg_ask_next(&ask))
 *         … vg_ask_get_int(&ask, 0) …
 *     err = vg_ask_end(&ask);
 *
 * What is committed is on the disk (synchronous FULL): a crash or a power cut loses no step that a person took. One
 * thread at a time. Errors: VG_NOMEM; VG_IO (disk full, no right); VG_CORRUPT; VG_LIMIT (another process holds it
 * for longer than VG_DB_BUSY_MS); VG_ARG (our own mistake); VG_UNSUPPORTED (a newer program wrote the file).
 */
#ifndef VG_STORE_DB_H
#define VG_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define VG_DB_WHY     256  /* bytes of a sentence about what went wrong */
#define VG_DB_BUSY_MS 5000 /* another process may hold the file for so long */
#define VG_DB_KEPT    48   /* statements that stay prepared */

struct vg_db; /* opaque */

/*
 * Opens or makes the file; `path` NULL: in memory. forms[i] is the SQL that makes form i + 1 of form i: those that
 * the file lacks are applied, each in a transaction of its own. An error: *ret_db untouched, `why` has a sentence.
 */
enum vg_err vg_db_open(const char *path, const char *const *forms, size_t count, struct vg_db **ret_db,
                       char why[static VG_DB_WHY]);

/*
 * Opens a file that is there, to read it, also while another process writes: nothing of it is changed. Of another form
 * than `count`: VG_UNSUPPORTED. VG_NOT_FOUND: there is none.
 */
enum vg_err vg_db_open_to_read(const char *path, size_t count, struct vg_db **ret_db, char why[static VG_DB_WHY]);
void vg_db_close(struct vg_db *db); /* NULL is fine */

/* The last error as SQLite says it; valid until the next call. */
const char *vg_db_error(const struct vg_db *db);

/* SQL without results, one statement or several. */
enum vg_err vg_db_run(struct vg_db *db, const char *sql);

/* Transactions don't nest. */
enum vg_err vg_db_begin(struct vg_db *db);
enum vg_err vg_db_commit(struct vg_db *db); /* an error: rolled back */
void vg_db_rollback(struct vg_db *db);

/* A copy of all as it is now, whole or not at all: written beside `path` and renamed. */
enum vg_err vg_db_backup(struct vg_db *db, const char *path);

/* The row that the last INSERT made; how many rows the last statement changed. */
int64_t vg_db_row(const struct vg_db *db);
int64_t vg_db_changes(const struct vg_db *db);

/* One question. Errors stick; vg_ask_end() tells the first and must be called. */
struct vg_ask {
    struct vg_db *db;
    void *statement; /* sqlite3_stmt; NULL: it could not be prepared */
    int kept;        /* its place among those kept, or −1 */
    int bound;
    enum vg_err err;
};

/* `sql` is a constant string: it stays prepared by its address. */
void vg_ask_begin(struct vg_ask *ask, struct vg_db *db, const char *sql);

/* Values of the question marks, in their order. Texts are copied; NULL is NULL. */
void vg_ask_int(struct vg_ask *ask, int64_t value);
void vg_ask_real(struct vg_ask *ask, double value); /* NAN: NULL */
void vg_ask_text(struct vg_ask *ask, const char *text);
void vg_ask_bytes(struct vg_ask *ask, const char *text, size_t len); /* as text */
void vg_ask_null(struct vg_ask *ask);

bool vg_ask_next(struct vg_ask *ask); /* true: there is a row */
enum vg_err vg_ask_end(struct vg_ask *ask);

/* vg_ask_next() once and vg_ask_end(): for what gives no row. */
enum vg_err vg_ask_run(struct vg_ask *ask);

/* Values of the row; texts are valid until the next call for this question. NULL reads as 0, NAN, "". */
int64_t vg_ask_get_int(const struct vg_ask *ask, int column);
double vg_ask_get_real(const struct vg_ask *ask, int column);
const char *vg_ask_get_text(const struct vg_ask *ask, int column);
size_t vg_ask_get_len(const struct vg_ask *ask, int column);
bool vg_ask_is_null(const struct vg_ask *ask, int column);

#endif
