/* vigia verify: is it what was signed? */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "cli/journal_dir.h"
#include "journal/bundle.h"
#include "journal/verify.h"

static const char help[] =
    "usage: vigia verify [--key KEY] [--checkpoint FILE] [--json] [--quiet] DIR|BUNDLE\n"
    "\n"
    "Checks a journal (DIR, or DIR/journal) or a bundle of evidence made by 'vigia evidence': every\n"
    "byte against its checks, every frame against the Merkle tree, the tree against its signed\n"
    "checkpoint. What differs is named, one line each:\n"
    "\n"
    "  damaged          bytes that do not fit their own check, such as a flipped bit\n"
    "  replaced         a frame that is whole but is not the one that was signed\n"
    "  removed          frames that were signed and are gone\n"
    "  inserted         a frame that was never signed, or that stands there twice\n"
    "  reordered        a frame at another place than it was signed at\n"
    "  truncated        the checkpoint covers more frames than there are\n"
    "  old-checkpoint   an older checkpoint was put back\n"
    "  checkpoint       it is missing, not signed by the key, or of another tree\n"
    "  tree             a tile or entry is missing or was altered\n"
    "  index            a segment's index differs from its frames; no record is harmed\n"
    "  bundle           what a bundle shows is not what its frames hold\n"
    "  note             nothing is wrong: a recorded gap, a tail that a crash tore\n"
    "\n"
    "  -k, --key KEY           the public key (a line of key.pub, or a file of such lines). Without it\n"
    "                          the journal's or bundle's own is used: that shows that all fits\n"
    "                          together, not who made it\n"
    "  -c, --checkpoint FILE   a checkpoint that you kept: the journal must have it in its past. Who\n"
    "                          keeps one now and then finds out if the whole journal is taken back\n"
    "  -j, --json              findings and verdict as JSON lines\n"
    "  -q, --quiet             only the exit status\n"
    "  -h, --help              this text\n"
    "\n"
    "A journal may be verified while it is being written.\n"
    "\n"
    "exit status: 0 it is what was signed; 1 it is not, or can't be read; 2 called wrongly\n";

struct show {
    bool json, quiet;
};

static void on_finding(void *arg, const struct vg_finding *f)
{
    const struct show *show = arg;
    char line[1024];
    if (show->quiet)
        return;
    if (!show->json) {
        printf("%-15s %s\n", vg_finding_key(f->kind), f->text);
        return;
    }
    struct vg_out out = vg_out_fixed(line, sizeof line);
    vg_out_printf(&out, "{\"found\":\"%s\",\"text\":", vg_finding_key(f->kind));
    vg_out_json_string(&out, f->text, strlen(f->text));
    vg_out_text(&out, "}\n");
    fwrite(line, 1, out.len, stdout);
}

static void print_verdict(const struct show *show, const struct vg_verdict *v)
{
    typedef unsigned long long ull;
    if (show->quiet)
        return;
    if (show->json) {
        printf(
            "{\"verdict\":\"%s\",\"findings\":%llu,\"notes\":%llu,\"origin\":\"%s\",\"own_key\":%s,\"segments\":%llu,"
            "\"frames\":%llu,\"signed_frames\":%llu,\"kept_from\":%llu,\"records\":%llu,\"bytes\":%llu,\"gaps\":%llu,"
            "\"lost\":%llu}\n",
            v->findings ? "bad" : "good", (ull)v->findings, (ull)v->notes, v->origin, v->own_key ? "true" : "false",
            (ull)v->segments, (ull)v->frames, (ull)v->covered, (ull)v->kept_from, (ull)v->records, (ull)v->bytes,
            (ull)v->gaps, (ull)v->lost);
        return;
    }
    printf("%s: %llu frames read, %llu signed, %llu records of %llu bytes, %llu gaps\n", v->findings ? "BAD" : "good",
           (ull)v->frames, (ull)v->covered, (ull)v->records, (ull)v->bytes, (ull)v->gaps);
    if (v->origin[0])
        printf("signed by %s%s\n", v->origin,
               v->own_key ? ", by the key that lies with it: give --key to know that it is the right one" : "");
}

static enum vg_err verify(const char *path, const struct vg_verify_options *options, struct vg_verdict *verdict)
{
    struct stat st;
    char dir[VG_IO_PATH], *text;
    size_t len;
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return vg_cli_journal_dir(path, dir) ? vg_verify_journal(dir, options, verdict) : VG_NOT_FOUND;
    enum vg_err err = vg_io_load(vg_io_posix(), path, VG_BUNDLE_TEXT_MAX, &text, &len);
    if (err)
        return err;
    err = vg_verify_bundle(text, len, options, verdict);
    free(text);
    return err;
}

int vg_cli_verify(int argc, char **argv)
{
    static const struct option options[] = {
        {"key", required_argument, NULL, 'k'}, {"checkpoint", required_argument, NULL, 'c'},
        {"json", no_argument, NULL, 'j'},      {"quiet", no_argument, NULL, 'q'},
        {"help", no_argument, NULL, 'h'},      {0}};
    struct vg_key keys[VG_KEYS_MAX];
    struct show show = {0};
    struct vg_verify_options verify_options = {.on_finding = on_finding, .arg = &show};
    char *kept = NULL;
    opterr = 0;
    for (int o; (o = getopt_long(argc, argv, ":k:c:jqh", options, NULL)) != -1;) {
        switch (o) {
        case 'k':
            if (!vg_cli_keys(optarg, keys, &verify_options.key_count))
                return VG_EXIT_USAGE;
            verify_options.keys = keys;
            break;
        case 'c':
            free(kept);
            if (vg_io_load(vg_io_posix(), optarg, VG_NOTE_MAX, &kept, &verify_options.kept_len)) {
                vg_cli_error("the checkpoint %s can't be read", optarg);
                return VG_EXIT_FAILED;
            }
            verify_options.kept = kept;
            break;
        case 'j':
            show.json = true;
            break;
        case 'q':
            show.quiet = true;
            break;
        case 'h':
            fputs(help, stdout);
            return VG_EXIT_OK;
        case ':':
            return vg_cli_usage("verify", "option '%s' needs a value", argv[optind - 1]);
        default:
            return vg_cli_usage("verify", "there is no option '%s'", argv[optind - 1]);
        }
    }
    if (optind + 1 != argc)
        return vg_cli_usage("verify", "give one folder or one bundle");
    struct vg_verdict verdict;
    enum vg_err err = verify(argv[optind], &verify_options, &verdict);
    free(kept);
    if (err) {
        vg_cli_error("%s: %s", argv[optind], vg_err_text(err));
        return VG_EXIT_FAILED;
    }
    print_verdict(&show, &verdict);
    return verdict.findings ? VG_EXIT_FAILED : VG_EXIT_OK;
}
