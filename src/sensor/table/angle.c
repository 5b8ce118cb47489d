#include "sensor/table/angle.h"

#include <string.h>

#include "base/geo.h"

#define PARTS           3 /* degrees, minutes, seconds */
#define MINUTE_E4       10000
#define DDMM_PER_DEGREE 100

/* ---- hemispheres ---- */

static const struct {
    const char *word;
    char letter; /* 'O': east to some, west to others */
} hemispheres[] = {{"n", 'N'},     {"north", 'N'}, {"norte", 'N'}, {"nord", 'N'},  {"s", 'S'},
                   {"south", 'S'}, {"sur", 'S'},   {"sul", 'S'},   {"sud", 'S'},   {"e", 'E'},
                   {"east", 'E'},  {"este", 'E'},  {"est", 'E'},   {"ost", 'E'},   {"w", 'W'},
                   {"west", 'W'},  {"oeste", 'W'}, {"ouest", 'W'}, {"ovest", 'W'}, {"o", 'O'}};

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char hemisphere(const char *p, size_t len, const struct vg_angle_form *form)
{
    char plain[VG_COLUMN_NAME];
    vg_name_plain(p, len, plain);
    for (size_t i = 0; i < sizeof hemispheres / sizeof *hemispheres; i++) {
        char letter = hemispheres[i].letter;
        if (strcmp(hemispheres[i].word, plain) != 0)
            continue;
        letter = letter == 'O' ? form->letter_o : letter;
        bool fits = form->longitude ? letter == 'E' || letter == 'W' : letter == 'N' || letter == 'S';
        return fits ? letter : 0;
    }
    return 0;
}

char vg_angle_hemisphere(const struct vg_row_cell *c, const struct vg_angle_form *form)
{
    for (uint32_t i = 0; i < c->len; i++)
        if (!is_letter(c->at[i]))
            return 0;
    return hemisphere(c->at, c->len, form);
}

static void trim(const char **p, const char **end)
{
    while (*p < *end && **p == ' ')
        ++*p;
    while (*end > *p && (*end)[-1] == ' ')
        --*end;
}

/* Takes the word that stands in front or behind. False: there are two, or it is no hemisphere of this axis. */
static bool take_hemisphere(const char **p, const char **end, const struct vg_angle_form *form, char *ret)
{
    const char *front = *p, *behind = *end;
    while (front < *end && is_letter(*front))
        front++;
    while (behind > front && is_letter(behind[-1]))
        behind--;
    *ret = 0;
    if (front > *p && behind < *end)
        return false;
    if (front > *p)
        *ret = hemisphere(*p, (size_t)(front - *p), form);
    else if (behind < *end)
        *ret = hemisphere(behind, (size_t)(*end - behind), form);
    bool none = front == *p && behind == *end;
    *p = front;
    *end = behind;
    trim(p, end);
    return none || *ret;
}

/* ---- degrees, minutes, seconds ---- */

/* What may stand behind the degrees (1), the minutes (2), the seconds (4). Longer ones come first. */
static const struct {
    const char *text;
    unsigned parts;
} marks[] = {{"\xC2\xB0", 1},
             {"\xC2\xBA", 1},
             {"\xB0", 1},
             {"\xBA", 1},
             {"deg", 1},
             {"d", 1},
             {"\xE2\x80\xB2", 2},
             {"\xE2\x80\x99", 2},
             {"\xC2\xB4", 2},
             {"min", 2},
             {"m", 2},
             {"\xE2\x80\xB3", 4},
             {"\xE2\x80\x9D", 4},
             {"''", 4},
             {"\"\"", 4},
             {"\"", 4},
             {"'", 2},
             {":", 1 | 2},
             {"-", 1}};

static bool take_mark(const char **p, const char *end, unsigned part)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t n = strlen(marks[i].text);
        if ((marks[i].parts & part) && (size_t)(end - *p) >= n && memcmp(*p, marks[i].text, n) == 0) {
            *p += n;
            return true;
        }
    }
    return false;
}

static bool is_of_number(char c)
{
    return (c >= '0' && c <= '9') || c == '.' || c == ',';
}

/* Reads the numbers between the marks. Returns how many there are; 0: it is something else. */
static size_t read_parts(const char *p, const char *end, char mark, struct vg_decimal ret[static PARTS])
{
    size_t n = 0;
    for (; p < end && n < PARTS; n++) {
        struct vg_row_cell number = {.at = p};
        while (p < end && is_of_number(*p))
            p++;
        number.len = (uint32_t)(p - number.at);
        if (!number.len || !vg_cell_decimal(&number, mark, &ret[n]) || (n && ret[n - 1].exponent < 0))
            return 0;
        const char *behind = p;
        while (p < end && *p == ' ')
            p++;
        bool marked = take_mark(&p, end, 1u << n);
        while (p < end && *p == ' ')
            p++;
        if (p < end && p == behind && !marked)
            return 0;
    }
    return p == end ? n : 0;
}

/* Minutes and seconds go up to 60; what is only rounded to it stays. */
static bool is_over(struct vg_decimal d, int64_t rounded, int64_t sixty)
{
    return rounded > sixty || (rounded == sixty && d.exponent >= 0);
}

static bool from_parts(const struct vg_decimal part[static PARTS], size_t count, int64_t *ret)
{
    int64_t minutes = count > 1 ? vg_decimal_times(part[1], MINUTE_E4, 1) : 0;
    int64_t seconds = count > 2 ? vg_decimal_times(part[2], MINUTE_E4, 60) : 0;
    if ((count > 1 && is_over(part[1], minutes, 60 * MINUTE_E4)) || (count > 2 && is_over(part[2], seconds, MINUTE_E4)))
        return false;
    int64_t degrees = vg_decimal_times(part[0], VG_E4MIN_PER_DEGREE, 1);
    if (degrees > 360 * VG_E4MIN_PER_DEGREE)
        return false;
    *ret = degrees + minutes + seconds;
    return true;
}

static bool from_ddmm(struct vg_decimal d, int64_t *ret)
{
    int64_t v = vg_decimal_times(d, MINUTE_E4, 1);
    if (v > 361 * DDMM_PER_DEGREE * MINUTE_E4 || v % (DDMM_PER_DEGREE * MINUTE_E4) >= 60 * MINUTE_E4)
        return false;
    *ret = v / (DDMM_PER_DEGREE * MINUTE_E4) * VG_E4MIN_PER_DEGREE + v % (DDMM_PER_DEGREE * MINUTE_E4);
    return true;
}

bool vg_angle_read(const struct vg_row_cell *c, const struct vg_angle_form *form, int64_t *ret)
{
    const char *p = c->at, *end = p + c->len;
    struct vg_decimal part[PARTS];
    char letter;
    int64_t v;
    if (!take_hemisphere(&p, &end, form, &letter))
        return false;
    bool sign = p < end && (*p == '-' || *p == '+'), minus = sign && *p == '-';
    if (sign && letter) /* -8.72W: which of the two is meant? */
        return false;
    if (!letter && memchr(p + sign, '-', (size_t)(end - p) - sign)) /* 42-13.8 is a position only with its N */
        return false;
    size_t n = read_parts(p + sign, end, form->mark, part);
    if (!n || (form->ddmm && n > 1))
        return false;
    if (!(form->ddmm ? from_ddmm(part[0], &v) : from_parts(part, n, &v)))
        return false;
    *ret = minus || letter == 'S' || letter == 'W' ? -v : v;
    return true;
}

/* ---- points ---- */

static bool take_word(const char **p, const char *end, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(end - *p) < n)
        return false;
    for (size_t i = 0; i < n; i++)
        if (((*p)[i] | 0x20) != (word[i] | 0x20))
            return false;
    *p += n;
    return true;
}

static struct vg_row_cell take_token(const char **p, const char *end)
{
    while (*p < end && **p == ' ')
        ++*p;
    struct vg_row_cell token = {.at = *p};
    while (*p < end && **p != ' ' && **p != ')')
        ++*p;
    token.len = (uint32_t)(*p - token.at);
    return token;
}

bool vg_angle_point(const struct vg_row_cell *c, struct vg_row_cell *ret_x, struct vg_row_cell *ret_y)
{
    const char *p = c->at, *end = p + c->len;
    if (take_word(&p, end, "srid=")) {
        const char *stop = memchr(p, ';', (size_t)(end - p));
        if (!stop)
            return false;
        p = stop + 1;
    }
    if (!take_word(&p, end, "point"))
        return false;
    const char *open = memchr(p, '(', (size_t)(end - p));
    if (!open || end[-1] != ')')
        return false;
    p = open + 1;
    struct vg_row_cell x = take_token(&p, end), y = take_token(&p, end);
    if (!x.len || !y.len)
        return false;
    *ret_x = x;
    *ret_y = y;
    return true;
}
