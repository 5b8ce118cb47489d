#include "store/db.h"

#include <fcntl.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BACKUP_PAGES 256 /* a step of a backup */

struct vg_db {
    sqlite3 *sqlite;
    struct {
        const char *sql;
        sqlite3_stmt *statement;
        bool used;
    } kept[VG_DB_KEPT];
};

static enum vg_err err_of(int code)
{
    switch (code & 0xFF) {
    case SQLITE_OK:
    case SQLITE_DONE:
    case SQLITE_ROW:
        return VG_OK;
    case SQLITE_NOMEM:
        return VG_NOMEM;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return VG_CORRUPT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_TOOBIG:
        return VG_LIMIT;
    case SQLITE_CONSTRAINT:
        return VG_EXISTS;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_MISMATCH:
        return VG_ARG;
    default:
        return VG_IO;
    }
}

const char *vg_db_error(const struct vg_db *db)
{
    return sqlite3_errmsg(db->sqlite);
}

enum vg_err vg_db_run(struct vg_db *db, const char *sql)
{
    return err_of(sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL));
}

enum vg_err vg_db_begin(struct vg_db *db)
{
    return vg_db_run(db, "BEGIN IMMEDIATE");
}

enum vg_err vg_db_commit(struct vg_db *db)
{
    enum vg_err err = vg_db_run(db, "COMMIT");
    if (err)
        vg_db_rollback(db);
    return err;
}

void vg_db_rollback(struct vg_db *db)
{
    if (!sqlite3_get_autocommit(db->sqlite)) /* some errors have rolled back already */
        vg_db_run(db, "ROLLBACK");
}

int64_t vg_db_row(const struct vg_db *db)
{
    return sqlite3_last_insert_rowid(db->sqlite);
}

int64_t vg_db_changes(const struct vg_db *db)
{
    return sqlite3_changes64(db->sqlite);
}

/* ---- opening ---- */

static enum vg_err form_of(struct vg_db *db, int64_t *ret)
{
    struct vg_ask ask;
    vg_ask_begin(&ask, db, "PRAGMA user_version");
    int64_t form = vg_ask_next(&ask) ? vg_ask_get_int(&ask, 0) : 0;
    enum vg_err err = vg_ask_end(&ask);
    if (!err)
        *ret = form;
    return err;
}

static enum vg_err apply_form(struct vg_db *db, const char *sql, size_t form)
{
    char number[64];
    snprintf(number, sizeof number, "PRAGMA user_version = %zu", form);
    enum vg_err err = vg_db_begin(db);
    if (err)
        return err;
    err = vg_db_run(db, sql);
    if (!err)
        err = vg_db_run(db, number);
    if (err) {
        vg_db_rollback(db);
        return err;
    }
    return vg_db_commit(db);
}

static enum vg_err bring_up(struct vg_db *db, const char *const *forms, size_t count, char why[static VG_DB_WHY])
{
    int64_t form = 0;
    enum vg_err err = form_of(db, &form);
    if (!err && form > (int64_t)count) {
        snprintf(why, VG_DB_WHY, "it has form %lld, and this program knows forms up to %zu: a newer one wrote it",
                 (long long)form, count);
        return VG_UNSUPPORTED;
    }
    for (size_t i = (size_t)form; i < count && !err; i++)
        err = apply_form(db, forms[i], i + 1);
    if (err)
        snprintf(why, VG_DB_WHY, "%s", vg_db_error(db));
    return err;
}

enum vg_err vg_db_open(const char *path, const char *const *forms, size_t count, struct vg_db **ret_db,
                       char why[static VG_DB_WHY])
{
    struct vg_db *db = calloc(1, sizeof *db);
    snprintf(why, VG_DB_WHY, "out of memory");
    if (!db)
        return VG_NOMEM;
    /* Names and reasons of people stand in it: it is its owner's alone, and so are the files beside it. */
    const int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd >= 0)
        close(fd);
    enum vg_err err = err_of(sqlite3_open_v2(path ? path : ":memory:", &db->sqlite,
                                             SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL));
    if (!err) {
        sqlite3_busy_timeout(db->sqlite, VG_DB_BUSY_MS);
        sqlite3_extended_result_codes(db->sqlite, 0);
        err = vg_db_run(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                            "PRAGMA trusted_schema = OFF");
    }
    if (err && db->sqlite)
        snprintf(why, VG_DB_WHY, "%s", vg_db_error(db));
    if (!err)
        err = bring_up(db, forms, count, why);
    if (err)
        vg_db_close(db);
    else
        *ret_db = db;
    return err;
}

enum vg_err vg_db_open_to_read(const char *path, size_t count, struct vg_db **ret_db, char why[static VG_DB_WHY])
{
    struct vg_db *db = calloc(1, sizeof *db);
    int64_t form = 0;
    snprintf(why, VG_DB_WHY, "out of memory");
    if (!db)
        return VG_NOMEM;
    enum vg_err err = access(path, F_OK) ? VG_NOT_FOUND : VG_OK;
    if (err)
        snprintf(why, VG_DB_WHY, "there is no such file");
    if (!err)
        err = err_of(sqlite3_open_v2(path, &db->sqlite, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL));
    if (!err) {
        sqlite3_busy_timeout(db->sqlite, VG_DB_BUSY_MS);
        err = vg_db_run(db, "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF");
    }
    if (!err)
        err = form_of(db, &form);
    if (err && db->sqlite)
        snprintf(why, VG_DB_WHY, "%s", vg_db_error(db));
    if (!err && form != (int64_t)count) {
        snprintf(why, VG_DB_WHY, "it has form %lld, and this program reads form %zu: %s", (long long)form, count,
                 form > (int64_t)count ? "a newer one wrote it" : "the service of this version brings it up");
        err = VG_UNSUPPORTED;
    }
    if (err)
        vg_db_close(db);
    else
        *ret_db = db;
    return err;
}

void vg_db_close(struct vg_db *db)
{
    if (!db)
        return;
    for (size_t i = 0; i < VG_DB_KEPT; i++)
        sqlite3_finalize(db->kept[i].statement);
    sqlite3_close_v2(db->sqlite);
    free(db);
}

static enum vg_err copy(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
    int code;
    if (!backup)
        return err_of(sqlite3_errcode(to));
    do
        code = sqlite3_backup_step(backup, BACKUP_PAGES);
    while (code == SQLITE_OK);
    int end = sqlite3_backup_finish(backup);
    return err_of(code == SQLITE_DONE ? end : code);
}

enum vg_err vg_db_backup(struct vg_db *db, const char *path)
{
    char beside[4096];
    sqlite3 *to = NULL;
    if ((size_t)snprintf(beside, sizeof beside, "%s.new", path) >= sizeof beside)
        return VG_LIMIT;
    unlink(beside);
    enum vg_err err = err_of(sqlite3_open(beside, &to));
    if (!err)
        err = copy(db->sqlite, to);
    sqlite3_close_v2(to);
    if (!err && rename(beside, path))
        err = VG_IO;
    if (err)
        unlink(beside);
    return err;
}

/* ---- questions ---- */

static int place_of(struct vg_db *db, const char *sql)
{
    int empty = -1;
    for (int i = 0; i < VG_DB_KEPT; i++) {
        if (db->kept[i].sql == sql && !db->kept[i].used)
            return i;
        if (empty < 0 && !db->kept[i].sql)
            empty = i;
    }
    return empty;
}

void vg_ask_begin(struct vg_ask *ask, struct vg_db *db, const char *sql)
{
    sqlite3_stmt *statement = NULL;
    *ask = (struct vg_ask){.db = db, .kept = place_of(db, sql)};
    if (ask->kept >= 0)
        statement = db->kept[ask->kept].statement;
    if (!statement)
        ask->err = err_of(sqlite3_prepare_v3(db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL));
    ask->statement = statement;
    if (!statement || ask->kept < 0) {
        ask->kept = -1;
        return;
    }
    db->kept[ask->kept].sql = sql;
    db->kept[ask->kept].statement = statement;
    db->kept[ask->kept].used = true;
}

static void stick(struct vg_ask *ask, int code)
{
    if (!ask->err)
        ask->err = err_of(code);
}

void vg_ask_int(struct vg_ask *ask, int64_t value)
{
    if (ask->statement)
        stick(ask, sqlite3_bind_int64(ask->statement, ++ask->bound, value));
}

void vg_ask_real(struct vg_ask *ask, double value)
{
    if (ask->statement)
        stick(ask, sqlite3_bind_double(ask->statement, ++ask->bound, value));
}

void vg_ask_bytes(struct vg_ask *ask, const char *text, size_t len)
{
    if (ask->statement)
        stick(ask, sqlite3_bind_text64(ask->statement, ++ask->bound, text, len, SQLITE_TRANSIENT, SQLITE_UTF8));
}

void vg_ask_text(struct vg_ask *ask, const char *text)
{
    if (text)
        vg_ask_bytes(ask, text, strlen(text));
    else
        vg_ask_null(ask);
}

void vg_ask_null(struct vg_ask *ask)
{
    if (ask->statement)
        stick(ask, sqlite3_bind_null(ask->statement, ++ask->bound));
}

bool vg_ask_next(struct vg_ask *ask)
{
    if (!ask->statement || ask->err)
        return false;
    int code = sqlite3_step(ask->statement);
    stick(ask, code);
    return code == SQLITE_ROW;
}

enum vg_err vg_ask_end(struct vg_ask *ask)
{
    if (ask->kept >= 0) {
        sqlite3_reset(ask->statement);
        sqlite3_clear_bindings(ask->statement);
        ask->db->kept[ask->kept].used = false;
    } else {
        sqlite3_finalize(ask->statement);
    }
    ask->statement = NULL;
    return ask->err;
}

enum vg_err vg_ask_run(struct vg_ask *ask)
{
    vg_ask_next(ask);
    return vg_ask_end(ask);
}

int64_t vg_ask_get_int(const struct vg_ask *ask, int column)
{
    return sqlite3_column_int64(ask->statement, column);
}

double vg_ask_get_real(const struct vg_ask *ask, int column)
{
    return vg_ask_is_null(ask, column) ? NAN : sqlite3_column_double(ask->statement, column);
}

const char *vg_ask_get_text(const struct vg_ask *ask, int column)
{
    const unsigned char *text = sqlite3_column_text(ask->statement, column);
    return text ? (const char *)text : "";
}

size_t vg_ask_get_len(const struct vg_ask *ask, int column)
{
    return (size_t)sqlite3_column_bytes(ask->statement, column);
}

bool vg_ask_is_null(const struct vg_ask *ask, int column)
{
    return sqlite3_column_type(ask->statement, column) == SQLITE_NULL;
}
