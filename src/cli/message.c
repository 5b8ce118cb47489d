/* What a command says when something is wrong. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text_plain.h"
#include "cli/cli.h"

#define PRINTED 8192 /* bytes of one call; the rest is cut */

/*
 * Names of files and examples of lines are other people's text: what a terminal would obey is not printed. `lines`: the
 * format has line ends of its own.
 */
static void print(FILE *to, bool lines, const char *format, va_list args)
{
    char text[PRINTED];
    int n = vsnprintf(text, sizeof text, format, args);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    for (char *line = text, *end = text + len; line < end;) {
        char *stop = lines ? memchr(line, '\n', (size_t)(end - line)) : NULL;
        size_t size = (size_t)((stop ? stop : end) - line);
        char plain[PRINTED];
        fwrite(plain, 1, vg_text_plain(plain, sizeof plain, line, size), to);
        if (stop)
            fputc('\n', to);
        line += size + (stop != NULL);
    }
}

void vg_cli_print(FILE *to, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    print(to, true, format, args);
    va_end(args);
}

void vg_cli_error(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("vigia: ", stderr);
    print(stderr, false, format, args);
    fputc('\n', stderr);
    va_end(args);
}

bool vg_cli_is_folder(const char *path)
{
    struct stat st;
    if (stat(path, &st) || !S_ISDIR(st.st_mode))
        return false;
    vg_cli_error("%s: a folder, where a file was expected", path);
    return true;
}

int vg_cli_usage(const char *command, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "vigia %s: ", command);
    print(stderr, false, format, args);
    fprintf(stderr, "\nTry 'vigia %s --help'.\n", command);
    va_end(args);
    return VG_EXIT_USAGE;
}
