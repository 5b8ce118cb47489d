/* vigia decode: sentences in, JSON lines or CSV out. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.h"
#include "cli/cli.h"
#include "cli/decode_kinds.h"
#include "cli/input.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "feed/file_reader.h"
#include "nmea/line.h"
#include "sensor/ais/parallel.h"

static const char usage[] = "vigia decode [options] [FILE…|-]";
static const char about[] = "Reads AIS sentences (!AIVDM, !AIVDO, …; NMEA 4.10 tag blocks; US Coast Guard\n"
                            "trailers) and writes one JSON object a message to standard output. With --as it\n"
                            "reads what radars and other sensors say, an object a record.\n"
                            "\n"
                            "  FILE   a log, plain or packed (gzip, zstd, bzip2, xz), in UTF-8 or UTF-16; a zip, tar\n"
                            "         or 7z archive of logs; or a capture of UDP and TCP traffic (pcap, pcapng);\n"
                            "         - is standard input, which is also read if no FILE is given";
static const char ending[] = "Numbers are in degrees, knots and metres; what a message says is not available is\n"
                             "null (CSV: empty); codes that the standard leaves undefined stay numbers. Each\n"
                             "object has `line`, the number of the line with its first sentence, and, where the\n"
                             "log tells them, `rxtime` (UTC) and `station`; after a VSI sentence also `signal_dbm`,\n"
                             "`snr_db` and `slot`.\n"
                             "\n"
                             "Standard error gets a progress bar (on a terminal) and a summary: what was refused,\n"
                             "by reason, with an example. Refused input never stops the run.\n"
                             "\n"
                             "exit status: 0 all was read; 1 a file could not be read, or output failed; 2 called\n"
                             "wrongly\n";

#define OUT_SIZE (256 * 1024)

struct decode {
    struct vg_out out;
    int format; /* of the option: 0 JSON, 1 CSV */
    bool csv;
    bool others, quiet, fields;
    struct vg_cli_progress progress;
    int64_t threads; /* 0: what is best for the file */
    const char *as;  /* a kind that is not AIS; "ais" */
    const char *editions;
    int error; /* errno of a failed write, whichever thread met it */
    char buf[OUT_SIZE];
};

static enum vg_err write_stdout(void *arg, const void *bytes, size_t len)
{
    struct decode *d = arg;
    const char *p = bytes;
    while (len) {
        ssize_t n = write(STDOUT_FILENO, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            d->error = errno;
            return VG_IO;
        }
        p += n;
        len -= (size_t)n;
    }
    return VG_OK;
}

static void on_message(void *arg, const struct vg_ais *msg, const struct vg_payload *payload)
{
    struct decode *d = arg;
    if (d->csv) {
        vg_ais_csv(msg, payload, &d->out);
    } else {
        vg_ais_json(msg, payload, &d->out);
        vg_out_char(&d->out, '\n');
    }
}

static void on_other(void *arg, const struct vg_other *other, const struct vg_sentence *sentence, uint64_t line)
{
    struct decode *d = arg;
    vg_other_json(other, sentence, line, &d->out);
    vg_out_char(&d->out, '\n');
}

static void print_summary(const struct vg_parallel_result *result, const char *path, double seconds)
{
    const struct vg_receiver_counters *c = &result->counters;
    vg_cli_print(stderr, "%s: %llu line%s, %llu sentence%s, %llu message%s in %.2f s\n",
                 strcmp(path, "-") == 0 ? "standard input" : path, (unsigned long long)c->lines,
                 vg_cli_plural(c->lines), (unsigned long long)c->sentences, vg_cli_plural(c->sentences),
                 (unsigned long long)c->messages, vg_cli_plural(c->messages), seconds);
    if (c->others)
        vg_cli_print(stderr, "  %8llu  sentence%s of base stations, understood\n", (unsigned long long)c->others,
                     vg_cli_plural(c->others));
    vg_cli_refusals(&result->refusals);
}

static void print_passed_over(struct vg_file_reader *reader)
{
    uint64_t members = vg_file_reader_passed_over(reader);
    const char *note = vg_file_reader_note(reader);
    if (members)
        vg_cli_print(stderr, "  %8llu  member%s passed over: links, hidden or empty\n", (unsigned long long)members,
                     vg_cli_plural(members));
    if (note)
        vg_cli_print(stderr, "  %s\n", note);
}

/* A file on its way through the decoder. */
struct input {
    struct decode *decode;
    struct vg_file_reader *reader;
    const char *path, *why;
    const char *at; /* what is left of the reader's block */
    size_t len;
};

static enum vg_err next_block(struct input *in)
{
    const void *bytes;
    enum vg_err err = vg_file_reader_next(in->reader, &bytes, &in->len, &in->why);
    in->at = bytes;
    if (err) {
        in->len = 0;
        return err;
    }
    vg_cli_progress_show(&in->decode->progress, in->path, vg_file_reader_progress(in->reader), false);
    return VG_OK;
}

static enum vg_err read_some(void *arg, void *bytes, size_t cap, size_t *ret_len)
{
    struct input *in = arg;
    enum vg_err err = in->len ? VG_OK : next_block(in);
    if (err)
        return err;
    *ret_len = in->len < cap ? in->len : cap;
    memcpy(bytes, in->at, *ret_len);
    in->at += *ret_len;
    in->len -= *ret_len;
    return VG_OK;
}

/* The parts may be written in any number of steps. */
static enum vg_err write_parts(void *arg, const struct iovec *parts, int count)
{
    struct decode *d = ((struct input *)arg)->decode;
    ssize_t n;
    do
        n = writev(STDOUT_FILENO, parts, count);
    while (n < 0 && errno == EINTR);
    if (n < 0) {
        d->error = errno;
        return VG_IO;
    }
    size_t written = (size_t)n;
    enum vg_err err = VG_OK;
    for (int i = 0; i < count && !err; i++) {
        size_t skip = written < parts[i].iov_len ? written : parts[i].iov_len;
        written -= skip;
        err = write_stdout(d, (const char *)parts[i].iov_base + skip, parts[i].iov_len - skip);
    }
    return err;
}

static enum vg_err decode_parallel(struct input *in, unsigned threads, struct vg_parallel_result *ret)
{
    struct decode *d = in->decode;
    struct vg_parallel how = {.threads = threads, .csv = d->csv, .read = read_some, .write = write_parts, .arg = in};
    if (vg_out_flush(&d->out))
        return VG_OK; /* told by whoever looks at the output's state */
    enum vg_err err = vg_parallel_decode(&how, ret);
    if (d->error) {
        d->out.err = VG_IO;
        return VG_OK;
    }
    return err;
}

/* As it comes: a line is written as soon as its block is read. */
static enum vg_err decode_serial(struct input *in, struct vg_parallel_result *ret)
{
    struct vg_receiver *receiver;
    enum vg_err err = vg_receiver_new(on_message, in->decode, &receiver);
    if (err)
        return err;
    vg_receiver_wait_for_signal(receiver, true);
    if (in->decode->others && !in->decode->csv)
        vg_receiver_on_other(receiver, on_other);
    for (; !in->decode->out.err && (in->len || (err = next_block(in)) == VG_OK); in->len = 0)
        vg_receiver_push(receiver, in->at, in->len, VG_TIME_NONE);
    vg_receiver_end(receiver);
    vg_out_flush(&in->decode->out);
    ret->counters = *vg_receiver_counters(receiver);
    ret->refusals = *vg_receiver_refusals(receiver);
    vg_receiver_free(receiver);
    return err == VG_EOF ? VG_OK : err;
}

static unsigned threads_for(const struct decode *d, const char *path)
{
    struct stat st;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (d->others) /* they come out where they stand */
        return 1;
    if (d->threads)
        return (unsigned)d->threads;
    if (strcmp(path, "-") == 0 || stat(path, &st) || !S_ISREG(st.st_mode) || cores < 2)
        return 1;
    return cores < 4 ? (unsigned)cores : 4;
}

static int decode_file(struct decode *d, const char *path)
{
    static struct vg_parallel_result result;
    struct input in = {.decode = d, .path = path};
    int64_t begun_us = vg_clock_monotonic_us();
    if (vg_file_reader_open(path, &in.reader, &in.why)) {
        vg_cli_error("%s", in.why);
        return VG_EXIT_FAILED;
    }
    memset(&result, 0, sizeof result);
    const char *kind = next_block(&in) ? NULL : vg_cli_other_input(in.at, in.len);
    if (kind) {
        vg_cli_other_input_error(path, kind);
        vg_file_reader_close(in.reader);
        return VG_EXIT_FAILED;
    }
    unsigned threads = threads_for(d, path);
    enum vg_err err = threads > 1 ? decode_parallel(&in, threads, &result) : decode_serial(&in, &result);
    vg_cli_progress_show(&d->progress, path, 1, true);
    if (err)
        vg_cli_error("%s: %s", strcmp(path, "-") == 0 ? "standard input" : path, in.why ? in.why : vg_err_text(err));
    if (!d->quiet)
        print_summary(&result, path, (double)(vg_clock_monotonic_us() - begun_us) / 1e6);
    if (!d->quiet)
        print_passed_over(in.reader);
    vg_file_reader_close(in.reader);
    return err ? VG_EXIT_FAILED : VG_EXIT_OK;
}

/* The field tables as a document: docs/formats/ais-fields.md is made by this. */
static void print_fields(void)
{
    size_t layouts;
    const struct vg_ais_layout *l = vg_ais_layouts(&layouts);
    puts("# What `vigia decode` writes\n\n"
         "A JSON object a message: `type`, `repeat`, `mmsi`, then the fields below, then where they are known `line` "
         "(of its\n"
         "first sentence), `rxtime`, `station`, `channel`, `talker`, and `own` for VDO. Bits count from 0. This page "
         "is made by\n"
         "`vigia decode --fields` from the tables that decode.\n\n"
         "The content of a binary message (types 6, 8, 25, 26) follows its `dac` and `fid`, by the tables `app-…`; "
         "`data` has\nall its bits in any case. Arrays hold an object for each element; where a number chooses what "
         "follows, the table of\nthat choice goes on in the same object. In CSV the whole content is one cell, "
         "`application`, with a JSON object.\n");
    const struct vg_ais_layout *all = l;
    for (size_t i = 0; i < layouts; i++, l++) {
        printf("## %s: %s\n\n| key | first bit | bits | unit | meaning |\n| --- | --- | --- | --- | --- |\n", l->name,
               l->title);
        for (size_t k = 0; k < l->fields; k++) {
            const struct vg_ais_field *f = &l->field[k];
            if (f->kind == VG_AIS_REPEAT)
                printf("| `%s` | %u | %u each, at most %u |  | %s: array of `%s` |\n", f->key, f->start,
                       all[f->sub_layout].bits, f->max, f->what, all[f->sub_layout].name);
            else if (f->kind == VG_AIS_CHOICE)
                printf("| `%s` | %u | %u |  | %s; then `%s` for %u, and so on |\n", f->key, f->start, f->width, f->what,
                       all[f->sub_layout].name, f->first);
            else if (f->width)
                printf("| `%s` | %s%u | %u | %s | %s |\n", f->key, f->kind == VG_AIS_TAIL ? "end − " : "", f->start,
                       f->width, f->unit, f->what);
            else
                printf("| `%s` | %u | to the end | %s | %s |\n", f->key, f->start, f->unit, f->what);
        }
        putchar('\n');
    }
}

/* For tests: VIGIA_LINE=plain, portable, avx2 or avx512 chooses how common lines are read (nmea/line.h). */
static void choose_line_path(void)
{
    const char *name = getenv("VIGIA_LINE");
    for (int path = 0; name && path < VG_LINE_PATHS; path++)
        if (strcmp(name, vg_line_path_key((enum vg_line_path)path)) == 0)
            vg_line_use((enum vg_line_path)path);
}

static bool read_kind(const char *text, void *target)
{
    if (!vg_decode_kind_known(text))
        return false;
    ((struct decode *)target)->as = text;
    return true;
}

#define AT(member) offsetof(struct decode, member)

static const struct vg_option options[] = {
    {.name = "as",
     .kind = VG_OPTION_READ,
     .read = read_kind,
     .expected = VG_DECODE_KIND_NAMES,
     .value = "KIND",
     .help =
         "what the files hold (" VG_DECODE_KIND_NAMES "; without it: ais)\n"
         "asterix: blocks of radars and trackers, raw or captured; an object a record: off, len, cat, ed, and v with "
         "its values (docs/formats/asterix.md)"},
    {.name = "editions",
     .kind = VG_OPTION_TEXT,
     .at = AT(editions),
     .low = 1,
     .value = "CAT=ED",
     .help =
         "asterix: read this category by this edition, as 21=0.26; several with commas between (without it: by what "
         "the blocks of each source fit)"},
    {.name = "format",
     .letter = 'f',
     .kind = VG_OPTION_CHOICE,
     .at = AT(format),
     .value = "json|csv",
     .initial = "json",
     .help = "json: an object a line, keys as in gpsd's AIVDM\n"
             "csv: a header, then a row a message, all types in one table"},
    {.name = "threads",
     .kind = VG_OPTION_WHOLE,
     .at = AT(threads),
     .low = 1,
     .high = VG_PARALLEL_THREADS_MAX,
     .value = "N",
     .help = "work on N lines of a file at once; the output is the same (without it: the processor's cores, at most 4; "
             "1 for what is not a file)"},
    {.name = "others",
     .letter = 'o',
     .kind = VG_OPTION_FLAG,
     .at = AT(others),
     .help = "base stations' other sentences (VSI, FSR, ABK, ALR, TXT, ADS, ZDA, $PGHP) as JSON objects too, with "
             "`sentence` for `type`"},
    {.name = "quiet", .letter = 'q', .kind = VG_OPTION_FLAG, .at = AT(quiet), .help = "no progress, no summary"},
    {.name = "fields",
     .kind = VG_OPTION_FLAG,
     .at = AT(fields),
     .help = "list every field of every message type, and stop"},
};

static const struct vg_form form = {"decode", usage, about, ending, options, sizeof options / sizeof *options, NULL};

static int decode_all(struct decode *d, char **files, int count)
{
    int status = VG_EXIT_OK;
    d->csv = d->format == 1;
    d->out = vg_out_stream(d->buf, sizeof d->buf, write_stdout, d);
    d->progress.on = !d->quiet && isatty(STDERR_FILENO);
    if (d->csv)
        vg_ais_csv_header(&d->out);
    for (int i = 0; i < count && !d->out.err; i++)
        if (decode_file(d, files[i]) != VG_EXIT_OK)
            status = VG_EXIT_FAILED;
    vg_out_flush(&d->out);
    if (d->out.err && d->error != EPIPE) {
        vg_cli_error("standard output: %s", strerror(d->error));
        return VG_EXIT_FAILED;
    }
    return status;
}

int vg_cli_decode(int argc, char **argv)
{
    static struct decode d;
    static char *standard_input[] = {"-"};
    int first, status = vg_options_read(&form, argc, argv, &d, &first);
    if (status >= 0)
        return status;
    if (d.fields) {
        print_fields();
        return VG_EXIT_OK;
    }
    char **files = first < argc ? argv + first : standard_input;
    int count = first < argc ? argc - first : 1;
    const struct vg_decode_kind *kind = d.as ? vg_decode_kind_find(d.as) : NULL;
    choose_line_path();
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away is an error of write(), not a death */
    if (!kind)
        return decode_all(&d, files, count);
    if (d.format || d.threads || d.others)
        return vg_cli_usage("decode", "--format csv, --threads and --others are for AIS: leave them out with --as %s",
                            d.as);
    const struct vg_decode_how how = {.editions = d.editions};
    const char *wrong = kind->refuse ? kind->refuse(&how) : NULL;
    return wrong ? vg_cli_usage("decode", "%s", wrong) : vg_decode_kind_run(kind, &how, d.quiet, files, count);
}
