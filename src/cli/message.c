/* What a command says when something is wrong. */
#include <stdarg.h>
#include <stdio.h>

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
