/* What has no sentences is sent to the command that takes it. */
#include "command.h"

#include "cli/input.h"

#define SENTENCE "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24"
#define TABLE    "MMSI,BaseDateTime,LAT,LON\n366053209,2023-11-14T22:13:21,37.8,-122.3\n"
#define JSON     "{\"class\":\"AIS\",\"type\":1,\"mmsi\":366053209}\n"

static const struct {
    const char *text, *kind; /* NULL: for whoever reads sentences */
} inputs[] = {
    {TABLE, "a table"},
    {"a;b;c\n1;2;3\n", "a table"},
    {JSON, "a JSON log"},
    {" \r\n\t[{\"MessageType\":\"PositionReport\"}]\n", "a JSON log"},
    {"PAR1\x15\x04!AIVDM,1,1,", "a Parquet file"},
    {SENTENCE "\n", NULL},
    {"{\"rxuxtime\":1,\"nmea\":[\"" SENTENCE "\"]}\n", NULL},
    {"1700000000,Manta,\"" SENTENCE "\"\n", NULL},
    {"# a remark\n", NULL},
    {"a,b\n", NULL}, /* two cells may be anything */
    {"PAR", NULL},
    {"", NULL},
};

static void the_kind_is_told_by_the_first_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        const char *kind = vg_cli_other_input(inputs[i].text, strlen(inputs[i].text));
        if (!kind != !inputs[i].kind || (kind && strcmp(kind, inputs[i].kind) != 0))
            fail_msg("%zu: %s", i, kind ? kind : "sentences");
    }
}

static void decode_takes_sentences_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        char err[300] = "";
        write_file("input", inputs[i].text);
        if (inputs[i].kind)
            snprintf(
                err, sizeof err,
                "vigia: input: %s, no log of AIS sentences: 'vigia ingest --data DIR input' takes it, 'vigia watch "
                "--data DIR' shows it in its past\n",
                inputs[i].kind);
        for (int threads = 1; threads <= 2; threads++) {
            char line[60];
            snprintf(line, sizeof line, "decode -q --threads %d input", threads);
            struct said s = run(vg_cli_decode, NULL, line);
            assert_int_equal(s.status, inputs[i].kind ? VG_EXIT_FAILED : VG_EXIT_OK);
            if (strncmp(inputs[i].text, "PAR1", 4) == 0) /* the reader of files tells it first */
                assert_non_null(strstr(s.err, "vigia ingest"));
            else
                assert_string_equal(s.err, err);
            assert_int_equal(!*s.out, !strstr(inputs[i].text, SENTENCE));
            forget(&s);
        }
    }
}

static void decode_goes_on_with_the_next_file(void **state)
{
    (void)state;
    write_file("t.csv", TABLE);
    write_file("a.nmea", SENTENCE "\n");
    struct said s = run(vg_cli_decode, NULL, "decode -q t.csv a.nmea");
    assert_int_equal(s.status, VG_EXIT_FAILED);
    assert_int_equal(lines_in(s.out), 1);
    assert_int_equal(lines_in(s.err), 1);
    forget(&s);
}

static void standard_input_is_looked_at_too(void **state)
{
    (void)state;
    struct said s = run(vg_cli_decode, TABLE, "decode -q");
    assert_int_equal(s.status, VG_EXIT_FAILED);
    assert_string_equal(s.out, "");
    assert_non_null(strstr(s.err, "a table"));
    forget(&s);
    s = run(vg_cli_decode, SENTENCE "\n", "decode -q -");
    assert_int_equal(s.status, VG_EXIT_OK);
    assert_int_equal(lines_in(s.out), 1);
    forget(&s);
}

static void watch_does_not_start_with_a_table(void **state)
{
    (void)state;
    static const char *const feeds[] = {"t.csv", "file:t.csv?speed=max", "udp://127.0.0.1:0 file:t.csv"};
    write_file("t.csv", TABLE);
    for (size_t i = 0; i < sizeof feeds / sizeof *feeds; i++) {
        char line[120];
        snprintf(line, sizeof line, "watch --no-config --listen 127.0.0.1:0 %s", feeds[i]);
        struct said s = run(vg_cli_watch, NULL, line);
        assert_int_equal(s.status, VG_EXIT_FAILED);
        assert_ptr_equal(strstr(s.err, "vigia: t.csv: a table, no log of AIS sentences: 'vigia ingest --data DIR "
                                       "t.csv' takes it"),
                         s.err);
        assert_int_equal(lines_in(s.err), 1);
        forget(&s);
    }
}

static void watch_does_not_start_with_what_is_no_recording(void **state)
{
    (void)state;
    static const struct {
        const char *bytes, *err;
    } files[] = {
        {"\xff\xd8\xff\xe0 JFIF, and more", "vigia: photo: this is a JPEG picture\n"},
        {"PAR1\x15\x04\x15 and more", "vigia: photo: this is a Parquet table: give the file itself to vigia ingest\n"},
        {"SQLite format 3", "vigia: photo: this is an SQLite database: export its tables as CSV\n"}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        FILE *f = fopen("photo", "wb"); /* with the zero behind it */
        assert_int_equal(fwrite(files[i].bytes, strlen(files[i].bytes) + 1, 1, f), 1);
        fclose(f);
        struct said s = run(vg_cli_watch, NULL, "watch --no-config --listen 127.0.0.1:0 photo");
        assert_int_equal(s.status, VG_EXIT_FAILED);
        assert_string_equal(s.err, files[i].err);
        forget(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_kind_is_told_by_the_first_bytes),
        IN_A_FOLDER(decode_takes_sentences_only),
        IN_A_FOLDER(decode_goes_on_with_the_next_file),
        IN_A_FOLDER(standard_input_is_looked_at_too),
        IN_A_FOLDER(watch_does_not_start_with_a_table),
        IN_A_FOLDER(watch_does_not_start_with_what_is_no_recording),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
