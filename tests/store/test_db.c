/* One SQLite file: forms, transactions, questions, backup. */
#include "store/db.h"

#include <sys/stat.h>
#include <unistd.h>

#include "../test.h"

static const char *const forms[] = {"CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT)",
                                    "CREATE TABLE b (x REAL); INSERT INTO b VALUES (1.5)"};

static struct vg_db *opened(const char *path, size_t count)
{
    struct vg_db *db = NULL;
    char why[VG_DB_WHY];
    if (vg_db_open(path, forms, count, &db, why))
        fail_msg("%s", why);
    return db;
}

static void add(struct vg_db *db, int64_t id, const char *name)
{
    struct vg_ask ask;
    vg_ask_begin(&ask, db, "INSERT INTO a VALUES (?, ?)");
    vg_ask_int(&ask, id);
    vg_ask_text(&ask, name);
    assert_int_equal(vg_ask_run(&ask), VG_OK);
}

static int64_t counted(struct vg_db *db)
{
    struct vg_ask ask;
    vg_ask_begin(&ask, db, "SELECT count(*) FROM a");
    int64_t n = vg_ask_next(&ask) ? vg_ask_get_int(&ask, 0) : -1;
    assert_int_equal(vg_ask_end(&ask), VG_OK);
    return n;
}

static void a_file_is_brought_from_any_form_to_the_newest_and_keeps_its_rows(void **state)
{
    (void)state;
    char dir[] = "/tmp/vigia-db-XXXXXX", path[64];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/x.sqlite", dir);
    struct vg_db *db = opened(path, 1);
    add(db, 7, "seven");
    assert_int_equal(vg_db_run(db, "SELECT * FROM b"), VG_ARG);
    vg_db_close(db);
    db = opened(path, 2);
    assert_int_equal(counted(db), 1);
    assert_int_equal(vg_db_run(db, "SELECT * FROM b"), VG_OK);
    vg_db_close(db);
    char why[VG_DB_WHY];
    struct vg_db *none = NULL;
    assert_int_equal(vg_db_open(path, forms, 1, &none, why), VG_UNSUPPORTED);
    assert_null(none);
    assert_non_null(strstr(why, "newer"));
    FILE *file = fopen(path, "w");
    fputs("this is no database, but a text that is long enough to look like one", file);
    fclose(file);
    assert_int_equal(vg_db_open(path, forms, 2, &none, why), VG_CORRUPT);
    assert_int_equal(vg_db_open("/nowhere/at/all.sqlite", forms, 2, &none, why), VG_IO);
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", dir);
    assert_int_equal(system(command), 0);
}

static void a_transaction_is_whole_or_nothing(void **state)
{
    (void)state;
    struct vg_db *db = opened(NULL, 2);
    assert_int_equal(vg_db_begin(db), VG_OK);
    add(db, 1, "one");
    vg_db_rollback(db);
    vg_db_rollback(db); /* of nothing: nothing */
    assert_int_equal(counted(db), 0);
    assert_int_equal(vg_db_begin(db), VG_OK);
    add(db, 1, "one");
    assert_int_equal(vg_db_commit(db), VG_OK);
    assert_int_equal(counted(db), 1);
    struct vg_ask ask;
    vg_ask_begin(&ask, db, "INSERT INTO a VALUES (?, ?)");
    vg_ask_int(&ask, 1);
    vg_ask_null(&ask);
    assert_int_equal(vg_ask_run(&ask), VG_EXISTS);
    vg_db_close(db);
}

/* The kept statement is in use by the outer one: the inner one must not disturb it. */
static void a_question_may_be_asked_within_itself(void **state)
{
    (void)state;
    static const char sql[] = "SELECT id, name FROM a WHERE id > ? ORDER BY id";
    struct vg_db *db = opened(NULL, 2);
    for (int i = 1; i <= 5; i++)
        add(db, i, i == 3 ? NULL : "x");
    struct vg_ask outer, inner;
    int seen = 0, within = 0;
    vg_ask_begin(&outer, db, sql);
    vg_ask_int(&outer, 0);
    while (vg_ask_next(&outer)) {
        seen++;
        assert_int_equal(vg_ask_is_null(&outer, 1), vg_ask_get_int(&outer, 0) == 3);
        vg_ask_begin(&inner, db, sql);
        vg_ask_int(&inner, 3);
        while (vg_ask_next(&inner))
            within++;
        assert_int_equal(vg_ask_end(&inner), VG_OK);
    }
    assert_int_equal(vg_ask_end(&outer), VG_OK);
    assert_int_equal(seen, 5);
    assert_int_equal(within, 10);
    vg_ask_begin(&outer, db, "SELECT nonsense FROM a");
    vg_ask_int(&outer, 1);
    assert_false(vg_ask_next(&outer));
    assert_int_equal(vg_ask_end(&outer), VG_ARG);
    assert_non_null(strstr(vg_db_error(db), "nonsense"));
    vg_db_close(db);
}

static void a_backup_is_a_file_of_its_own_with_all_that_was_committed(void **state)
{
    (void)state;
    char dir[] = "/tmp/vigia-db-XXXXXX", path[64], to[64], beside[80];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/x.sqlite", dir);
    snprintf(to, sizeof to, "%s/copy.sqlite", dir);
    snprintf(beside, sizeof beside, "%s.new", to);
    struct vg_db *db = opened(path, 2);
    add(db, 1, "one");
    assert_int_equal(vg_db_backup(db, to), VG_OK);
    add(db, 2, "two");
    struct vg_db *other = opened(to, 2);
    assert_int_equal(counted(other), 1);
    assert_int_equal(access(beside, F_OK), -1);
    vg_db_close(other);
    vg_db_close(db);
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", dir);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_brought_from_any_form_to_the_newest_and_keeps_its_rows),
        cmocka_unit_test(a_transaction_is_whole_or_nothing),
        cmocka_unit_test(a_question_may_be_asked_within_itself),
        cmocka_unit_test(a_backup_is_a_file_of_its_own_with_all_that_was_committed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
