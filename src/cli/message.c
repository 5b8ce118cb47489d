/* What a command says when something is wrong. */
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cli/cli.h"

void vg_cli_error(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("vigia: ", stderr);
    vfprintf(stderr, format, args);
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
    vfprintf(stderr, format, args);
    fprintf(stderr, "\nTry 'vigia %s --help'.\n", command);
    va_end(args);
    return VG_EXIT_USAGE;
}
