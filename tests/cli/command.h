/*
 * A command in a child process of its own, with its standard streams in files of a folder that the test works in: what
 * it writes, what it says when something is wrong, and with which exit status it ends.
 */
#ifndef VG_TESTS_CLI_COMMAND_H
#define VG_TESTS_CLI_COMMAND_H

#include "test.h"

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"

typedef int command(int argc, char **argv);

#define ONE "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24,1700000000\n"
/* A ship at rest that tells no second: she may say the same at any time. 47 bytes. */
#define AT_REST "!AIVDM,1,1,,A,13u?etPv000n:dDPwUM1U1Cp069D,0*3F"
#define TWO     "!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5C,1700000060\n"
#define DAMAGED "!AIVDM,1,1,,B,15M67FC000G?ufbE`FepT@3n00Sa,0*5D,1700000061\n"
#define THREE   "!AIVDM,1,1,,B,177KQJ5000G?tO`K>RA1wUbN0TKH,0*5C,1700003700\n"
#define LOG     ONE TWO "rubbish\n" DAMAGED THREE

#define COMMAND_WAIT_MS 60000 /* a limit for what never comes */
#define COMMAND_MOST_S  120   /* a command that never ends is a fault, and ends with its test */

/* ---- a folder ---- */

static inline int command_drop_(const char *path, const struct stat *st, int flag, struct FTW *at)
{
    (void)st, (void)flag, (void)at;
    return remove(path);
}

static inline int command_make(void **state)
{
    static char dir[64];
    snprintf(dir, sizeof dir, "/tmp/vigia-commands-XXXXXX");
    *state = mkdtemp(dir);
    return *state && chdir(dir) == 0 ? 0 : -1;
}

static inline int command_clear(void **state)
{
    return chdir("/") || nftw(*state, command_drop_, 16, FTW_DEPTH | FTW_PHYS) ? -1 : 0;
}

#define IN_A_FOLDER(test) cmocka_unit_test_setup_teardown(test, command_make, command_clear)

static inline void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

/* Free with free(). */
static inline char *read_file(const char *path)
{
    FILE *f = fopen(path, "r");
    if (!f)
        return NULL;
    fseek(f, 0, SEEK_END);
    long len = ftell(f);
    rewind(f);
    char *text = calloc(1, (size_t)len + 1);
    assert_int_equal(fread(text, 1, (size_t)len, f), len);
    fclose(f);
    return text;
}

static inline bool is_there(const char *path)
{
    return access(path, F_OK) == 0;
}

/* ---- a command ---- */

struct said {
    int status;
    char *out, *err;
};

static inline void command_redirect_(int to, const char *path, int flags)
{
    int fd = open(path, flags, 0600);
    if (fd < 0 || dup2(fd, to) < 0)
        _exit(99);
    close(fd);
}

/*
 * Begins it. `line`: words with a space between. `input` and `output` are files; NULL: the descriptor beside it.
 * Standard error goes to the file stderr.
 */
static inline pid_t command_begin(command *run_command, const char *line, const char *input, int input_fd,
                                  const char *output, int output_fd)
{
    char words[8192], *argv[90] = {NULL}, *save = NULL;
    int argc = 0;
    assert_true(snprintf(words, sizeof words, "%s", line) < (int)sizeof words);
    for (char *word = strtok_r(words, " ", &save); word && argc < 89; word = strtok_r(NULL, " ", &save))
        argv[argc++] = word;
    fflush(stdout);
    fflush(stderr);
    unlink("stderr"); /* what an earlier one said */
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        alarm(COMMAND_MOST_S);
        if (input)
            command_redirect_(STDIN_FILENO, input, O_RDONLY);
        else
            dup2(input_fd, STDIN_FILENO);
        if (output)
            command_redirect_(STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC);
        else
            dup2(output_fd, STDOUT_FILENO);
        command_redirect_(STDERR_FILENO, "stderr", O_WRONLY | O_CREAT | O_TRUNC);
        int status = run_command(argc, argv);
        fflush(stdout);
        _exit(status);
    }
    return child;
}

static inline int command_end(pid_t child, const char *line)
{
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFEXITED(status))
        fail_msg("'%s' crashed", line);
    return WEXITSTATUS(status);
}

static inline struct said run(command *run_command, const char *input, const char *line)
{
    write_file("stdin", input ? input : "");
    int status = command_end(command_begin(run_command, line, "stdin", -1, "stdout", -1), line);
    return (struct said){status, read_file("stdout"), read_file("stderr")};
}

static inline void forget(struct said *s)
{
    free(s->out);
    free(s->err);
}

/* Ends with `status`, and both streams have these words (NULL: the stream is empty; "": anything). */
static inline void says(command *run_command, const char *line, int status, const char *out, const char *err)
{
    struct said s = run(run_command, NULL, line);
    if (s.status != status || (out ? !strstr(s.out, out) : *s.out) || (err ? !strstr(s.err, err) : *s.err))
        fail_msg("'%s': %d\n%.3000s\n%.1000s", line, s.status, s.out, s.err);
    forget(&s);
}

/* Ends with `status`, and both streams are these to the letter. */
static inline void says_exactly(command *run_command, const char *line, int status, const char *out, const char *err)
{
    struct said s = run(run_command, NULL, line);
    if (s.status != status || strcmp(s.out, out) != 0 || strcmp(s.err, err) != 0)
        fail_msg("'%s': %d\n%.3000s\n%.1000s", line, s.status, s.out, s.err);
    forget(&s);
}

/* The same with standard output on a full disk, or in a pipe that nobody reads. */
static inline void says_into(bool full, command *run_command, const char *line, int status, const char *err)
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    close(ends[0]);
    write_file("stdin", "");
    pid_t child = command_begin(run_command, line, "stdin", -1, full ? "/dev/full" : NULL, ends[1]);
    close(ends[1]);
    int got = command_end(child, line);
    char *text = read_file("stderr");
    if (got != status || strcmp(text, err) != 0)
        fail_msg("'%s' into %s: %d\n%.1000s", line, full ? "a full disk" : "a closed pipe", got, text);
    free(text);
}

static inline size_t lines_in(const char *text)
{
    size_t n = 0;
    for (; (text = strchr(text, '\n')) != NULL; text++)
        n++;
    return n;
}

/* Waits until the file stderr has these words; what stands behind them. Free `ret_text`. */
static inline const char *command_wait(pid_t child, const char *words, char **ret_text)
{
    for (int ms = 0; ms < COMMAND_WAIT_MS; ms += 5) {
        char *text = read_file("stderr");
        const char *at = text ? strstr(text, words) : NULL;
        if (at && strchr(at, '\n')) {
            *ret_text = text;
            return at + strlen(words);
        }
        free(text);
        poll(NULL, 0, 5);
    }
    kill(child, SIGKILL);
    fail_msg("'%s' was never said", words);
    return NULL;
}

/* A data folder `data` that took this text, as a.nmea. */
static inline void taken(const char *text)
{
    write_file("a.nmea", text);
    says(vg_cli_ingest, "ingest -d data -q a.nmea", VG_EXIT_OK, NULL, NULL);
}

#endif
