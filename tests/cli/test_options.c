/* Options as a table: values, bounds, what a wrong call says. */
#include "test.h"

#include <errno.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/options.h"

struct target {
    bool flag;
    const char *text, *folder, *any, *address;
    int64_t whole, time_us;
    double number;
    int choice;
    char read;
    const char *seen;
};

static bool read_letter(const char *text, void *target)
{
    if (strlen(text) == 1)
        ((struct target *)target)->read = *text;
    return strlen(text) == 1;
}

#define AT(member) offsetof(struct target, member)

static const struct vg_option rows[] = {
    {.name = "flag", .letter = 'f', .kind = VG_OPTION_FLAG, .at = AT(flag), .help = "x", .initial = "false"},
    {.name = "text", .letter = 't', .kind = VG_OPTION_TEXT, .at = AT(text), .low = 1, .value = "TEXT", .help = "x"},
    {.name = "folder", .kind = VG_OPTION_FOLDER, .at = AT(folder), .value = "DIR", .help = "x"},
    {.name = "whole",
     .letter = 'w',
     .kind = VG_OPTION_WHOLE,
     .at = AT(whole),
     .low = -5,
     .high = 10,
     .value = "N",
     .initial = "3",
     .help = "x"},
    {.name = "number", .kind = VG_OPTION_NUMBER, .at = AT(number), .low = 0.5, .high = 2, .value = "N", .help = "x"},
    {.name = "choice",
     .kind = VG_OPTION_CHOICE,
     .at = AT(choice),
     .value = "wall|data",
     .initial = "data",
     .help = "x"},
    {.name = "from", .kind = VG_OPTION_TIME, .at = AT(time_us), .value = "T", .help = "x"},
    {.name = "letter",
     .kind = VG_OPTION_READ,
     .read = read_letter,
     .expected = "one letter",
     .value = "L",
     .help = "x"},
    {.name = "any", .kind = VG_OPTION_TEXT, .at = AT(any), .value = "TEXT", .help = "x"},
    {.name = "address", .kind = VG_OPTION_ADDRESS, .at = AT(address), .value = "A", .help = "x"},
};
#define ROWS (sizeof rows / sizeof *rows)

static void on_value(void *target, const struct vg_option *option, const char *text)
{
    (void)text;
    ((struct target *)target)->seen = option->name;
}

static const struct vg_form form = {"try", "vigia try", "Tries.", "end\n", rows, ROWS, on_value};

static bool take(const char *name, const char *text, struct target *t)
{
    char why[VG_OPTION_WHY] = "";
    bool good = vg_option_take(vg_option_find(rows, ROWS, name), text, t, why);
    assert_true(good == !*why);
    return good;
}

/* The form's answer to up to four words, and what it told on standard error. */
static int call(struct target *t, const char *said, const char *a, const char *b, const char *c, int *ret_first)
{
    char *argv[] = {"try", (char *)a, (char *)b, (char *)c, NULL}, text[512] = "";
    int argc = 1 + (a != NULL) + (b != NULL) + (c != NULL), first = -1;
    FILE *file = tmpfile();
    int stderr_fd = dup(STDERR_FILENO);
    fflush(stderr);
    dup2(fileno(file), STDERR_FILENO);
    int status = vg_options_read(&form, argc, argv, t, &first);
    fflush(stderr);
    dup2(stderr_fd, STDERR_FILENO);
    close(stderr_fd);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    if (said)
        assert_non_null(strstr(text, said));
    else
        assert_string_equal(text, "");
    if (ret_first)
        *ret_first = first;
    return status;
}

static void bounds_belong_to_the_range(void **state)
{
    (void)state;
    struct target t = {0};
    assert_true(take("whole", "-5", &t));
    assert_int_equal(t.whole, -5);
    assert_true(take("whole", "10", &t));
    assert_false(take("whole", "11", &t));
    assert_false(take("whole", "-6", &t));
    assert_false(take("whole", "1.5", &t));
    assert_int_equal(t.whole, 10);
    assert_true(take("number", "0.5", &t));
    assert_true(take("number", "2", &t));
    assert_false(take("number", "0.49", &t));
    assert_false(take("number", "2.01", &t));
    assert_true(t.number == 2);
}

static void what_is_no_plain_number_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", " 1", "1 ", "1x", "0x1", "nan", "inf", "1e", "--1", "1,0"};
    struct target t = {.number = 7};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(take("number", wrong[i], &t));
    assert_true(t.number == 7);
    assert_true(take("number", "1e0", &t));
    assert_false(take("number", "1e-400", &t)); /* less than a double can say */
    assert_false(take("whole", "-1e999", &t));
    errno = ERANGE; /* of something before */
    assert_true(take("whole", "1", &t));
    assert_true(take("whole", "+1e1", &t));
    assert_int_equal(t.whole, 10);
}

static void each_kind_takes_its_values_and_no_others(void **state)
{
    (void)state;
    struct target t = {.choice = 5};
    assert_true(take("flag", "true", &t));
    assert_true(t.flag);
    assert_true(take("flag", "false", &t));
    assert_false(t.flag);
    assert_false(take("flag", "yes", &t));
    assert_true(take("text", "=x", &t));
    assert_false(take("text", "", &t));
    assert_string_equal(t.text, "=x");
    assert_true(take("folder", "/", &t));
    assert_false(take("folder", "/nowhere/at/all", &t));
    assert_false(take("folder", "/dev/null", &t));
    assert_string_equal(t.folder, "/");
    assert_true(take("any", "", &t));
    assert_string_equal(t.any, "");
    assert_true(take("address", "1.2.3.4:5", &t));
    assert_false(take("address", "1.2.3.4", &t));
    assert_string_equal(t.address, "1.2.3.4:5");
    assert_false(take("choice", "dat", &t));
    assert_false(take("choice", "", &t));
    assert_false(take("choice", "wall|data", &t));
    assert_int_equal(t.choice, 5);
    assert_true(take("choice", "wall", &t));
    assert_int_equal(t.choice, 0);
    assert_true(take("choice", "data", &t));
    assert_int_equal(t.choice, 1);
    assert_true(take("from", "1970-01-01T00:00:01Z", &t));
    assert_int_equal(t.time_us, 1000000);
    assert_false(take("from", "soon", &t));
    assert_true(take("letter", "q", &t));
    assert_int_equal(t.read, 'q');
    assert_false(take("letter", "qq", &t));
}

static void what_was_expected_is_said(void **state)
{
    (void)state;
    static const char *const expected[ROWS] = {"true or false",
                                               "a text",
                                               "a folder that can be read",
                                               "a whole number from -5 to 10",
                                               "a number from 0.5 to 2",
                                               "wall or data",
                                               "a time as " VG_TIME_ASKED_FORMS,
                                               "one letter",
                                               "a text",
                                               "ADDRESS:PORT (IPv6 in [ ], port 0 to 65535)"};
    char why[VG_OPTION_WHY];
    for (size_t i = 0; i < ROWS; i++) {
        vg_option_expected(&rows[i], why);
        assert_string_equal(why, expected[i]);
    }
}

static void what_was_expected_fits_its_room(void **state)
{
    (void)state;
    char words[300], why[VG_OPTION_WHY], want[VG_OPTION_WHY];
    const struct vg_option o = {.kind = VG_OPTION_CHOICE, .value = words};
    memset(words, 'w', sizeof words);
    words[299] = '\0';
    memset(want, 'w', sizeof want);
    want[155] = '\0';
    vg_option_expected(&o, why);
    assert_string_equal(why, want);
    words[154] = '|'; /* the last that is said */
    vg_option_expected(&o, why);
    memcpy(want + 154, " or ", 5);
    assert_string_equal(why, want);
}

static void a_value_that_is_taken_leaves_no_words(void **state)
{
    (void)state;
    struct target t = {0};
    char why[VG_OPTION_WHY] = "as it was";
    assert_true(vg_option_take(&rows[3], "1", &t, why));
    assert_string_equal(why, "as it was");
    assert_false(vg_option_take(&rows[3], "11", &t, why));
    assert_string_equal(why, "a whole number from -5 to 10");
    assert_int_equal(t.whole, 1);
    assert_ptr_equal(vg_option_find(rows, ROWS, "address"), &rows[ROWS - 1]);
    assert_null(vg_option_find(rows, ROWS - 1, "address"));
    assert_null(vg_option_find(rows, ROWS, "addres"));
}

static void first_values_come_from_the_table(void **state)
{
    (void)state;
    struct target t = {.number = 9, .flag = true};
    vg_options_initial(rows, ROWS, &t);
    assert_int_equal(t.whole, 3);
    assert_int_equal(t.choice, 1);
    assert_false(t.flag);
    assert_true(t.number == 9); /* has none */
}

static void a_call_takes_long_and_short_options_and_leaves_the_rest(void **state)
{
    (void)state;
    struct target t = {0};
    int first;
    assert_int_equal(call(&t, NULL, "-fw4", "--text=x", "file", &first), -1);
    assert_true(t.flag);
    assert_int_equal(t.whole, 4);
    assert_string_equal(t.text, "x");
    assert_int_equal(first, 3);
    assert_string_equal(t.seen, "text");
    assert_int_equal(call(&t, NULL, "file", "--whole", "5", &first), -1); /* options behind a file, too */
    assert_int_equal(t.whole, 5);
    assert_int_equal(first, 3);
    assert_int_equal(call(&t, NULL, "--", "-f", NULL, &first), -1);
    assert_int_equal(first, 2);
    assert_int_equal(call(&t, NULL, NULL, NULL, NULL, &first), -1);
    assert_int_equal(first, 1);
    assert_int_equal(call(&t, NULL, "-w", "-4", "-", &first), -1);
    assert_int_equal(t.whole, -4);
    assert_int_equal(first, 3);
}

/* What a wrong call left unread is not read by the next one. */
static void each_call_begins_anew(void **state)
{
    (void)state;
    struct target t = {0};
    int first;
    assert_int_equal(call(&t, "there is no option '-x'\n", "-xf", NULL, NULL, NULL), 2);
    assert_int_equal(call(&t, NULL, "file", NULL, NULL, &first), -1);
    assert_false(t.flag);
    assert_int_equal(first, 1);
}

static void nobody_need_hear_of_values(void **state)
{
    (void)state;
    struct target t = {0};
    struct vg_form deaf = form;
    char *argv[] = {"try", "-w", "7", NULL};
    int first;
    deaf.on_value = NULL;
    assert_int_equal(vg_options_read(&deaf, 3, argv, &t, &first), -1);
    assert_int_equal(t.whole, 7);
    assert_null(t.seen);
}

static void a_wrong_call_is_told_and_ends_with_2(void **state)
{
    (void)state;
    struct target t = {0};
    assert_int_equal(call(&t, "there is no option '--whoel'; did you mean '--whole'?", "--whoel", "5", NULL, NULL), 2);
    assert_int_equal(call(&t, "there is no option '--xyzzy'\n", "--xyzzy", NULL, NULL, NULL), 2);
    assert_int_equal(call(&t, "there is no option '-x'\n", "-x", NULL, NULL, NULL), 2);
    assert_int_equal(call(&t, "there is no option '-q'\n", "-fq", NULL, NULL, NULL), 2);
    assert_int_equal(call(&t, "option '--whole' needs a value", "--whole", NULL, NULL, NULL), 2);
    assert_int_equal(call(&t, "option '-w' needs a value", "-w", NULL, NULL, NULL), 2);
    assert_int_equal(call(&t, "option '--flag' takes no value", "--flag=1", NULL, NULL, NULL), 2);
    assert_int_equal(call(&t, "--whole is a whole number from -5 to 10, not 'x'", "-w", "x", NULL, NULL), 2);
    assert_int_equal(call(&t, "Try 'vigia try --help'.", "-w", "x", NULL, NULL), 2);
    assert_int_equal(call(&t, "there is no option '---'\n", "---", NULL, NULL, NULL), 2);
    assert_int_equal(
        call(&t, "there is no option '--nubmer=1'; did you mean '--number'?", "--nubmer=1", NULL, NULL, NULL), 2);
    assert_int_equal(call(&t, "vigia try: --letter is one letter, not ''\n", "--letter=", NULL, NULL, NULL), 2);
    assert_string_equal(t.seen, "flag"); /* the only thing that was right: -f of -fq */
}

/* Help goes to standard output. */
static void helps(const struct vg_form *of, const char *want)
{
    struct target t = {0};
    char text[4096] = "", *argv[] = {"try", "--help", NULL};
    FILE *file = tmpfile();
    int first = -7, stdout_fd = dup(STDOUT_FILENO);
    fflush(stdout);
    dup2(fileno(file), STDOUT_FILENO);
    int status = vg_options_read(of, 2, argv, &t, &first);
    fflush(stdout);
    dup2(stdout_fd, STDOUT_FILENO);
    close(stdout_fd);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    assert_int_equal(status, VG_EXIT_OK);
    assert_int_equal(first, -7);
    assert_string_equal(text, want);
}

static void help_is_made_of_the_table(void **state)
{
    (void)state;
    helps(&form, "usage: vigia try\n"
                 "\n"
                 "Tries.\n"
                 "\n"
                 "  -f, --flag                  x\n"
                 "  -t, --text TEXT             x\n"
                 "      --folder DIR            x\n"
                 "  -w, --whole N               x (default 3)\n"
                 "      --number N              x\n"
                 "      --choice wall|data      x (default data)\n"
                 "      --from T                x\n"
                 "      --letter L              x\n"
                 "      --any TEXT              x\n"
                 "      --address A             x\n"
                 "  -h, --help                  this text\n"
                 "\n"
                 "end\n");
}

/* Lines have at most 96 letters; what is longer than its column stands on a line of its own. */
static void help_keeps_its_columns(void **state)
{
    (void)state;
#define TEN "123456789 "
    static const struct vg_option wide[] = {
        {.name = "abcdefghijklmnop", .kind = VG_OPTION_TEXT, .value = "VAL", .help = "fits"},
        {.name = "abcdefghijklmnopq", .kind = VG_OPTION_TEXT, .value = "VAL", .help = "does not\nsecond line"},
        {.name = "full", .kind = VG_OPTION_FLAG, .help = TEN TEN TEN TEN TEN TEN "123456 next"},
        {.name = "over", .kind = VG_OPTION_FLAG, .help = TEN TEN TEN TEN TEN TEN "1234567 next one"},
    };
    static const struct vg_form wide_form = {"try", "vigia try", "Tries.", "end\n", wide, 4, NULL};
    helps(&wide_form, "usage: vigia try\n\nTries.\n\n"
                      "      --abcdefghijklmnop VAL  fits\n"
                      "      --abcdefghijklmnopq VAL\n"
                      "                              does not\n"
                      "                              second line\n"
                      "      --full                  " TEN TEN TEN TEN TEN TEN "123456\n"
                      "                              next\n"
                      "      --over                  123456789 " TEN TEN TEN TEN "123456789\n"
                      "                              1234567 next one\n"
                      "  -h, --help                  this text\n\nend\n");
}

static void only_a_near_name_is_offered(void **state)
{
    (void)state;
    assert_string_equal(vg_option_nearest(rows, ROWS, "nubmer")->name, "number");
    assert_string_equal(vg_option_nearest(rows, ROWS, "wole")->name, "whole");
    assert_string_equal(vg_option_nearest(rows, ROWS, "num")->name, "number");
    assert_string_equal(vg_option_nearest(rows, ROWS, "froms")->name, "from");
    assert_null(vg_option_nearest(rows, ROWS, "zzz"));
    assert_null(vg_option_nearest(rows, ROWS, ""));
    assert_false(vg_word_is_near("fr", "from")); /* two letters are too few */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_belong_to_the_range),
        cmocka_unit_test(what_is_no_plain_number_is_refused),
        cmocka_unit_test(each_kind_takes_its_values_and_no_others),
        cmocka_unit_test(what_was_expected_is_said),
        cmocka_unit_test(what_was_expected_fits_its_room),
        cmocka_unit_test(a_value_that_is_taken_leaves_no_words),
        cmocka_unit_test(first_values_come_from_the_table),
        cmocka_unit_test(a_call_takes_long_and_short_options_and_leaves_the_rest),
        cmocka_unit_test(each_call_begins_anew),
        cmocka_unit_test(nobody_need_hear_of_values),
        cmocka_unit_test(a_wrong_call_is_told_and_ends_with_2),
        cmocka_unit_test(help_is_made_of_the_table),
        cmocka_unit_test(help_keeps_its_columns),
        cmocka_unit_test(only_a_near_name_is_offered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
