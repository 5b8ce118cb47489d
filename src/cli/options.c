#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/address.h"
#include "base/time.h"
#include "cli/cli.h"

/* ---- one value ---- */

/* A number in decimals, nothing before or behind it; 0x10, inf and nan are none. */
static bool number(const char *text, double low, double high, double *ret)
{
    char *end;
    if (!*text || strspn(text, "+-.0123456789eE") != strlen(text))
        return false;
    errno = 0;
    double value = strtod(text, &end);
    if (end == text || *end || errno || !(value >= low && value <= high))
        return false;
    *ret = value;
    return true;
}

/* The number of a word in "wall|data"; −1: it is none of them. */
static int word_number(const char *words, const char *text)
{
    size_t n = strlen(text);
    for (int i = 0; *words; i++) {
        size_t len = strcspn(words, "|");
        if (len == n && memcmp(words, text, n) == 0)
            return i;
        words += len + (words[len] == '|');
    }
    return -1;
}

void vg_option_expected(const struct vg_option *o, char why[static VG_OPTION_WHY])
{
    switch (o->kind) {
    case VG_OPTION_FLAG:
        snprintf(why, VG_OPTION_WHY, "true or false");
        break;
    case VG_OPTION_TEXT:
        snprintf(why, VG_OPTION_WHY, "a text");
        break;
    case VG_OPTION_ADDRESS:
        snprintf(why, VG_OPTION_WHY, "%s", VG_ADDRESS_EXPECTED);
        break;
    case VG_OPTION_FOLDER:
        snprintf(why, VG_OPTION_WHY, "a folder that can be read");
        break;
    case VG_OPTION_WHOLE:
        snprintf(why, VG_OPTION_WHY, "a whole number from %.0f to %.0f", o->low, o->high);
        break;
    case VG_OPTION_NUMBER:
        snprintf(why, VG_OPTION_WHY, "a number from %.10g to %.10g", o->low, o->high);
        break;
    case VG_OPTION_CHOICE:
        for (size_t i = 0, n = 0; i <= strlen(o->value) && n + 5 < VG_OPTION_WHY; i++)
            n += (size_t)snprintf(why + n, VG_OPTION_WHY - n, o->value[i] == '|' ? " or " : "%c", o->value[i]);
        break;
    case VG_OPTION_TIME:
    case VG_OPTION_END:
    case VG_OPTION_LAST:
        snprintf(why, VG_OPTION_WHY, "a time as " VG_TIME_ASKED_FORMS);
        break;
    case VG_OPTION_READ:
        snprintf(why, VG_OPTION_WHY, "%s", o->expected);
        break;
    }
}

static bool take_flag(const char *text, bool *ret)
{
    bool yes = strcmp(text, "true") == 0;
    if (yes || strcmp(text, "false") == 0)
        *ret = yes;
    return yes || strcmp(text, "false") == 0;
}

static bool take_time(enum vg_option_kind kind, const char *text, int64_t *ret_us)
{
    struct vg_time_asked t;
    if (!vg_time_asked(text, strlen(text), vg_clock_wall_us(), &t))
        return false;
    bool is_day = t.to_us > t.from_us;
    *ret_us = kind == VG_OPTION_TIME ? t.from_us : kind == VG_OPTION_LAST && is_day ? t.to_us - 1 : t.to_us;
    return true;
}

static bool take(const struct vg_option *o, const char *text, void *target)
{
    void *at = (char *)target + o->at;
    struct vg_address address;
    struct stat st;
    double value;
    int word;
    switch (o->kind) {
    case VG_OPTION_FLAG:
        return take_flag(text, at);
    case VG_OPTION_TEXT:
        if (o->low > 0 && !*text)
            return false;
        *(const char **)at = text;
        return true;
    case VG_OPTION_ADDRESS:
        if (!vg_address_parse(text, &address))
            return false;
        *(const char **)at = text;
        return true;
    case VG_OPTION_FOLDER:
        if (stat(text, &st) || !S_ISDIR(st.st_mode) || access(text, R_OK | X_OK))
            return false;
        *(const char **)at = text;
        return true;
    case VG_OPTION_WHOLE:
        if (!number(text, o->low, o->high, &value) || value != floor(value))
            return false;
        *(int64_t *)at = (int64_t)value;
        return true;
    case VG_OPTION_NUMBER:
        return number(text, o->low, o->high, at);
    case VG_OPTION_CHOICE:
        word = word_number(o->value, text);
        if (word >= 0)
            *(int *)at = word;
        return word >= 0;
    case VG_OPTION_TIME:
    case VG_OPTION_END:
    case VG_OPTION_LAST:
        return take_time(o->kind, text, at);
    case VG_OPTION_READ:
        return o->read(text, target);
    }
    return false;
}

bool vg_option_take(const struct vg_option *o, const char *text, void *target, char why[static VG_OPTION_WHY])
{
    if (take(o, text, target))
        return true;
    vg_option_expected(o, why);
    return false;
}

void vg_options_initial(const struct vg_option *option, size_t count, void *target)
{
    for (size_t i = 0; i < count; i++)
        if (option[i].initial)
            take(&option[i], option[i].initial, target);
}

const struct vg_option *vg_option_find(const struct vg_option *option, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(option[i].name, name) == 0)
            return &option[i];
    return NULL;
}

/* ---- help ---- */

#define HELP_WIDTH  96
#define HELP_COLUMN 30

/* A text in lines that begin at HELP_COLUMN; the cursor stands there already. Line ends in it are kept. */
static void print_wrapped(const char *text)
{
    size_t column = HELP_COLUMN;
    while (*text) {
        size_t n = strcspn(text, " \n");
        if (column > HELP_COLUMN && column + 1 + n > HELP_WIDTH) {
            printf("\n%*s", HELP_COLUMN, "");
            column = HELP_COLUMN;
        }
        column += (size_t)printf("%s%.*s", column > HELP_COLUMN ? " " : "", (int)n, text);
        text += n;
        if (*text == '\n') {
            printf("\n%*s", HELP_COLUMN, "");
            column = HELP_COLUMN;
        }
        text += *text != '\0';
    }
    putchar('\n');
}

static void print_option(const char *name, char letter, const char *value, const char *help)
{
    char head[80], short_form[8] = "   ";
    if (letter)
        snprintf(short_form, sizeof short_form, "-%c,", letter);
    snprintf(head, sizeof head, "  %s --%s%s%s", short_form, name, value ? " " : "", value ? value : "");
    if (strlen(head) + 2 > HELP_COLUMN)
        printf("%s\n%*s", head, HELP_COLUMN, "");
    else
        printf("%-*s", HELP_COLUMN, head);
    print_wrapped(help);
}

static void print_help(const struct vg_form *form)
{
    printf("usage: %s\n\n%s\n\n", form->usage, form->about);
    for (size_t i = 0; i < form->count; i++) {
        char help[512];
        const struct vg_option *o = &form->option[i];
        bool told = o->initial && strcmp(o->initial, "false") != 0;
        snprintf(help, sizeof help, told ? "%s (default %s)" : "%s", o->help, o->initial);
        print_option(o->name, o->letter, o->value, help);
    }
    print_option("help", 'h', NULL, "this text");
    printf("\n%s", form->end);
}

/* ---- the command line ---- */

#define FIRST_LONG 256 /* getopt's value of row i is FIRST_LONG + i: letters are below it */

struct grammar {
    struct option longs[VG_OPTIONS_MAX + 2];
    char letters[2 * VG_OPTIONS_MAX + 4];
};

static void make_grammar(const struct vg_form *form, struct grammar *g)
{
    size_t n = 0;
    g->letters[n++] = ':';
    for (size_t i = 0; i < form->count; i++) {
        const struct vg_option *o = &form->option[i];
        bool valued = o->kind != VG_OPTION_FLAG;
        g->longs[i] = (struct option){o->name, valued ? required_argument : no_argument, NULL, FIRST_LONG + (int)i};
        if (o->letter)
            g->letters[n++] = o->letter;
        if (o->letter && valued)
            g->letters[n++] = ':';
    }
    g->letters[n++] = 'h';
    g->letters[n] = '\0';
    g->longs[form->count] = (struct option){"help", no_argument, NULL, 'h'};
    g->longs[form->count + 1] = (struct option){0};
}

static const struct vg_option *option_of(const struct vg_form *form, int c)
{
    for (size_t i = 0; i < form->count; i++)
        if (c == FIRST_LONG + (int)i || (form->option[i].letter && c == form->option[i].letter))
            return &form->option[i];
    return NULL;
}

/* A word that getopt doesn't know: --nmae=x, -x. */
static int refuse_unknown(const struct vg_form *form, const char *word)
{
    char name[64];
    const char *at = word + strspn(word, "-");
    snprintf(name, sizeof name, "%.*s", (int)strcspn(at, "="), at);
    const struct vg_option *near =
        word[0] == '-' && word[1] == '-' ? vg_option_nearest(form->option, form->count, name) : NULL;
    const struct vg_option *exact = vg_option_find(form->option, form->count, name);
    if (exact) /* --quiet=yes */
        return vg_cli_usage(form->command, "option '--%s' takes no value", name);
    if (near)
        return vg_cli_usage(form->command, "there is no option '%s'; did you mean '--%s'?", word, near->name);
    return vg_cli_usage(form->command, "there is no option '%s'", word);
}

static int take_argument(const struct vg_form *form, const struct vg_option *o, const char *text, void *target)
{
    char why[VG_OPTION_WHY];
    text = o->kind == VG_OPTION_FLAG ? "true" : text;
    if (vg_option_take(o, text, target, why)) {
        if (form->on_value)
            form->on_value(target, o, text);
        return -1;
    }
    return vg_cli_usage(form->command, "--%s is %s, not '%s'", o->name, why, text);
}

int vg_options_read(const struct vg_form *form, int argc, char **argv, void *target, int *ret_first)
{
    struct grammar g;
    char letter[3] = "-";
    make_grammar(form, &g);
    optind = 0; /* GNU getopt begins anew: a command may be called from another's argv */
    opterr = 0;
    for (int c; (c = getopt_long(argc, argv, g.letters, g.longs, NULL)) != -1;) {
        letter[1] = (char)optopt;
        bool is_letter = optopt > 0 && optopt < FIRST_LONG;
        if (c == 'h') {
            print_help(form);
            return VG_EXIT_OK;
        }
        if (c == ':')
            return vg_cli_usage(form->command, "option '%s' needs a value", is_letter ? letter : argv[optind - 1]);
        if (c == '?')
            return refuse_unknown(form, is_letter ? letter : argv[optind - 1]);
        int status = take_argument(form, option_of(form, c), optarg, target);
        if (status >= 0)
            return status;
    }
    *ret_first = optind;
    return -1;
}
