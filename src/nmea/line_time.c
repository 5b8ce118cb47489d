#include "nmea/line_time.h"

#include <stdbool.h>
#include <string.h>

#include "nmea/sentence_head.h"

/* One whole sentence from '!' to its checksum and nothing else has no time. Most lines are like this: it is quick. */
static bool is_bare(const char *p, const char *end)
{
    size_t n = (size_t)(end - p);
    return n > 3 && *p == '!' && memchr(p, '*', n) == end - 3 && !memchr(p + 1, '!', n - 1) && !memchr(p, '$', n) &&
           !memchr(p, '\\', n);
}

/* !AIVDM,2,2,…: of how many, which. */
static bool is_later_fragment(const char *p, const char *end)
{
    return end - p > 10 && p[0] == '!' && p[6] == ',' && p[8] == ',' && p[10] == ',' && p[9] > '1' && p[9] <= '9';
}

/* The slow way: the first time that a sentence of the line has. */
static enum vg_line_timing read_sentences(const char *line, size_t len, int64_t *ret_us)
{
    struct vg_sentence s = {.time_us = VG_TIME_NONE};
    enum vg_refusal refusal;
    size_t pos = 0;
    while (vg_nmea_next(line, len, &pos, &s, &refusal))
        if (refusal != VG_REFUSAL_NO_SENTENCE && refusal != VG_REFUSAL_BINARY && s.time_us != VG_TIME_NONE) {
            *ret_us = s.time_us;
            return VG_LINE_TIMED;
        }
    return VG_LINE_UNTIMED;
}

enum vg_line_timing vg_line_time_read(const char *line, size_t len, int64_t *ret_us)
{
    const char *end = line + len;
    while (end > line && (end[-1] == '\n' || end[-1] == '\r'))
        end--;
    if (is_bare(line, end))
        return is_later_fragment(line, end) ? VG_LINE_CONTINUES : VG_LINE_UNTIMED;
    struct vg_sentence_head head;
    if (!vg_sentence_head_read(line, end, &head) || head.start == end)
        return VG_LINE_OTHER;
    if (head.told.time_us != VG_TIME_NONE) { /* of a tag block: nothing else can overrule it */
        *ret_us = head.told.time_us;
        return VG_LINE_TIMED;
    }
    if (read_sentences(line, (size_t)(end - line), ret_us) == VG_LINE_TIMED)
        return VG_LINE_TIMED;
    return head.told.group_part > 1 || is_later_fragment(head.start, end) ? VG_LINE_CONTINUES : VG_LINE_UNTIMED;
}

unsigned vg_lines_timed_pct(const char *p, const char *end, int64_t *ret_first_us)
{
    unsigned timed = 0, sentences = 0;
    while (p < end) {
        const char *lf = memchr(p, '\n', (size_t)(end - p)), *stop = lf ? lf : end;
        int64_t time_us;
        enum vg_line_timing what = vg_line_time_read(p, (size_t)(stop - p), &time_us);
        if ((lf || !sentences) && (what == VG_LINE_TIMED || what == VG_LINE_UNTIMED)) {
            if (what == VG_LINE_TIMED && timed++ == 0)
                *ret_first_us = time_us;
            sentences++;
        }
        p = stop + 1;
    }
    return sentences ? timed * 100 / sentences : 0;
}
