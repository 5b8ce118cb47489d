/* Names and numbers: fictitious, plausible, never twice. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/imo.h"
#include "sim/names.h"
#include "sim/world.h"

/*
 * Letter, MID (ITU MID table), call sign pattern by the ITU's series (RR Appendix 42): A a letter, 9 a digit, the rest
 * stands for itself.
 */
static const struct registry {
    char letter;
    uint16_t mid;
    const char *callsign;
} registries[] = {
    {'E', 735, "HC9999"},  {'P', 354, "3EAA9"},   {'L', 636, "D5AA9"},   {'M', 538, "V7AA9"},   {'H', 477, "VRAA9"},
    {'S', 563, "9V9999"},  {'T', 249, "9HA9999"}, {'B', 311, "C6AA9"},   {'C', 412, "BZAA9"},   {'R', 760, "OA9999"},
    {'K', 730, "HKAA9"},   {'X', 725, "CBAA"},    {'U', 368, "WDA9999"}, {'D', 219, "OUAA2"},   {'Q', 255, "CQAA9"},
    {'Y', 212, "5BAA4"},   {'A', 305, "V2AA9"},   {'J', 431, "7JAA"},    {'O', 440, "DSAA9"},   {'N', 350, "YNAA9"},
    {'I', 224, "EAAA"},    {'V', 576, "YJAA9"},   {'W', 235, "MAAA9"},   {'F', 227, "FAA9999"}, {'G', 211, "DA9999"},
    {'Z', 512, "ZMA9999"},
};

#define NAMES(style, first, second) {first, second},
static const struct {
    const char *first, *second;
} styles[] = {
#include "sim/names.def"
};
#undef NAMES

static const struct registry *registry(char letter)
{
    for (size_t i = 0; i < sizeof registries / sizeof *registries; i++)
        if (registries[i].letter == letter)
            return &registries[i];
    assert(!"a flag in kinds.def has no registry");
    return registries;
}

/* The n-th of the words between '|'; returns its length. */
static size_t word(const char *words, uint32_t n, const char **ret_at)
{
    while (n--)
        words = strchr(words, '|') + 1;
    *ret_at = words;
    return strcspn(words, "|");
}

static uint32_t word_count(const char *words)
{
    uint32_t n = 1;
    for (; *words; words++)
        n += *words == '|';
    return n;
}

static void make_name(uint64_t *dice, uint8_t style, uint32_t serial, char name[static 21])
{
    const char *first, *second;
    size_t n = word(styles[style].first, vg_rng_below(dice, word_count(styles[style].first)), &first);
    size_t m = word(styles[style].second, vg_rng_below(dice, word_count(styles[style].second)), &second);
    char text[64], number[16];
    snprintf(number, sizeof number, "%u", style == NAMES_SQUID ? 100 + serial * 7 % 890 : 1 + serial * 11 % 97);
    const char *hash = memchr(second, '#', m);
    if (hash)
        snprintf(text, sizeof text, "%.*s %.*s%s", (int)n, first, (int)(hash - second), second, number);
    else
        snprintf(text, sizeof text, "%.*s%s%.*s", (int)n, first, m ? " " : "", (int)m, second);
    text[20] = '\0'; /* what a message can say */
    for (size_t end = strlen(text); end && text[end - 1] == ' ';)
        text[--end] = '\0';
    memcpy(name, text, strlen(text) + 1);
}

static void make_callsign(uint64_t *dice, const char *pattern, char callsign[static 8])
{
    size_t i = 0;
    for (; pattern[i]; i++) { /* the first two stand for the country, whatever they are */
        if (i >= 2 && pattern[i] == 'A')
            callsign[i] = (char)('A' + vg_rng_below(dice, 26));
        else if (i >= 2 && pattern[i] == '9')
            callsign[i] = (char)('0' + vg_rng_below(dice, 10));
        else
            callsign[i] = pattern[i];
    }
    callsign[i] = '\0';
}

static uint32_t make_imo(uint32_t serial)
{
    return vg_imo_of(400000 + serial * 97 % 99991);
}

static void make_size(struct vg_sim_vessel *v)
{
    const struct vg_sim_kind *k = v->kind;
    double loa_m = vg_rng_range(&v->dice, k->loa_min_m, k->loa_max_m), beam_m = loa_m * k->beam_ratio;
    if (beam_m < 2)
        beam_m = 2;
    double aft = loa_m > 120 && k->names != NAMES_TOUR ? 0.18 : 0.35; /* the bridge, and the antenna on it */
    v->to_stern_m = (uint16_t)lround(loa_m * aft);
    v->to_bow_m = (uint16_t)(lround(loa_m) - v->to_stern_m);
    v->to_port_m = (uint8_t)lround(beam_m / 2);
    v->to_starboard_m = (uint8_t)(lround(beam_m) - v->to_port_m);
    v->draught_dm = (uint8_t)lround(vg_rng_range(&v->dice, k->draught_min_dm, k->draught_max_dm));
}

void vg_sim_give_names(struct vg_sim_world *world, struct vg_sim_vessel *v)
{
    const struct vg_sim_kind *k = v->kind;
    uint32_t serial = ++world->serial;
    size_t flags = strlen(k->flags);
    const struct registry *r = registry(k->flags[vg_rng_below(&v->dice, (uint32_t)flags)]);
    v->mmsi = r->mid * UINT32_C(1000000) + 900000 + serial * UINT32_C(7919) % 99991; /* 99 991 is prime: all differ */
    if (k->class == VG_CLASS_SAR)
        v->mmsi = 111000000 + r->mid * UINT32_C(1000) + 900 + serial % 100;
    v->class = k->class;
    v->shiptype = k->shiptype;
    if (k->shiptype == 70 && vg_rng_chance(&v->dice, 0.15)) /* carrying what category X–OS means */
        v->shiptype = (uint8_t)(71 + vg_rng_below(&v->dice, 4));
    make_name(&v->dice, k->names, serial, v->name);
    make_callsign(&v->dice, r->callsign, v->callsign);
    make_size(v);
    bool has_imo = k->class == VG_CLASS_SHIP_A && v->to_bow_m + v->to_stern_m >= 45 && k->uses != USE_NAVY;
    v->imo = has_imo ? make_imo(serial) : 0;
    v->eta_us = VG_TIME_NONE;
}
