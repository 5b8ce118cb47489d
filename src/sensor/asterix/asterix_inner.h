/* The tables of ASTERIX, and what walks them. Within sensor/asterix. */
#ifndef VG_SENSOR_ASTERIX_ASTERIX_INNER_H
#define VG_SENSOR_ASTERIX_ASTERIX_INNER_H

#include "sensor/asterix/asterix.h"

/*
 * An item is a tree of nodes in one array: a node, then those below it, each with all of its own. Eight shapes:
 *
 *   FIXED       bits with a meaning (kind, lsb)
 *   SPARE       bits without one
 *   GROUP       one node behind the other
 *   EXTENDED    nodes in parts; each part ends with a bit (FX) that tells whether another one follows
 *   REPETITIVE  a count of `bits` octets, then the node below so many times
 *   CHAIN       the node below, each time with a bit that tells whether it comes once more
 *   EXPLICIT    an octet that counts itself and what follows; a node below tells what that is, if it is known
 *   COMPOUND    presence bits, then those nodes that are present (NONE: its bit has no meaning)
 *   CASE        one of the nodes below, by a value before it
 */
enum vg_asterix_shape {
    VG_ASTERIX_FIXED,
    VG_ASTERIX_SPARE,
    VG_ASTERIX_FX,
    VG_ASTERIX_NONE,
    VG_ASTERIX_GROUP,
    VG_ASTERIX_EXTENDED,
    VG_ASTERIX_REPETITIVE,
    VG_ASTERIX_CHAIN,
    VG_ASTERIX_EXPLICIT,
    VG_ASTERIX_COMPOUND,
    VG_ASTERIX_CASE,
};

enum vg_asterix_kind {
    VG_ASTERIX_RAW,
    VG_ASTERIX_TABLE,
    VG_ASTERIX_UNSIGNED_WHOLE,
    VG_ASTERIX_SIGNED_WHOLE,
    VG_ASTERIX_UNSIGNED, /* × lsb */
    VG_ASTERIX_SIGNED,   /* two's complement × lsb */
    VG_ASTERIX_OCTAL,    /* a digit each three bits */
    VG_ASTERIX_ICAO,     /* a character each six bits */
    VG_ASTERIX_ASCII,    /* … each eight bits */
};

#define VG_ASTERIX_NAME 16

struct vg_asterix_node {
    char name[VG_ASTERIX_NAME]; /* terminated; "" for the node below a repetition or a case */
    uint8_t shape;              /* enum vg_asterix_shape */
    uint8_t kind;               /* enum vg_asterix_kind */
    uint8_t count;              /* nodes right below */
    uint8_t name_len;
    uint16_t bits; /* FIXED, SPARE, GROUP, CASE: of all; REPETITIVE: octets of the count; COMPOUND: octets of presence
                      bits, 0: as many as they say; EXTENDED: 1: each part is an octet */
    uint16_t size; /* nodes of the tree, itself included */
    uint16_t key;  /* below CASE: its value, 0xFFFF any; CASE: which value is asked; EXTENDED: parts */
    char unit[6];  /* UTF-8 */
    double lsb;
};

#define VG_ASTERIX_CASE_BACK    0x7F /* of a CASE's key: how many nodes before it the value stands … */
#define VG_ASTERIX_CASE_MESSAGE 0x80 /* … and that the message type (item 000) comes first: type × 256 + value */
#define VG_ASTERIX_CASE_ANY     0xFFFF

/* An item of a list of items. */
struct vg_asterix_slot {
    uint16_t at;    /* where its node is, plus one; 0: the slot is free */
    uint8_t octets; /* how long it always is; 0: its own bits tell */
};

#define VG_ASTERIX_RANDOM 0xFFFE /* random field sequencing: items with their numbers */

struct vg_asterix_edition {
    uint8_t category;
    const char *name;
    const struct vg_asterix_node *node;
    const struct vg_asterix_slot *slot[2]; /* the list of items; a second one where a record's kind decides (001) */
    uint8_t slots[2];
};

extern const struct vg_asterix_edition vg_asterix_editions[];
extern const size_t vg_asterix_edition_count;

/* The first edition of a category in the table, NULL: there is none. The others follow it. */
const struct vg_asterix_edition *vg_asterix_edition_first(uint8_t category);

static inline const struct vg_asterix_node *vg_asterix_slot_node(const struct vg_asterix_edition *edition, int variant,
                                                                 unsigned slot)
{
    unsigned at = slot < edition->slots[variant] ? edition->slot[variant][slot].at : 0;
    return at == 0 || at > VG_ASTERIX_RANDOM ? NULL : &edition->node[at - 1];
}

/* Octets of an item at p, at most `left`. 0: it runs over, or has a part of unknown length. `reserved` is set if it has
 * parts that the definition doesn't know. */
size_t vg_asterix_node_octets(const struct vg_asterix_node *node, const uint8_t *p, size_t left, bool *reserved);

/* A record at p, at most `left` octets. False: it can't be read; *ret_why. */
bool vg_asterix_read_record(const struct vg_asterix_edition *edition, const uint8_t *p, size_t left,
                            struct vg_asterix_record *ret, enum vg_refusal *ret_why);

/* `bits` (1–64) from bit `bit` of p on. */
static inline uint64_t vg_asterix_bits(const uint8_t *p, size_t bit, unsigned bits)
{
    uint64_t value = 0;
    p += bit / 8;
    unsigned skip = bit % 8, have = 8 - skip;
    value = *p & (0xFFu >> skip);
    while (have < bits) {
        if (have + 8 > bits) {
            unsigned rest = bits - have;
            return value << rest | *++p >> (8 - rest);
        }
        value = value << 8 | *++p;
        have += 8;
    }
    return value >> (have - bits);
}

static inline int64_t vg_asterix_signed(uint64_t raw, unsigned bits)
{
    return bits >= 64 ? (int64_t)raw : (int64_t)(raw << (64 - bits)) >> (64 - bits);
}

/* A value of a record. */
#define VG_ASTERIX_PATH 128 /* the longest of the tables has 40 */

struct vg_asterix_value {
    const char *path; /* "380/TOD[0]/SEC", not terminated; VG_ASTERIX_PATH bytes can be read */
    size_t path_len;
    const struct vg_asterix_node *node; /* FIXED, or EXPLICIT of unknown content */
    const uint8_t *at;                  /* where its bits begin … */
    size_t bit;                         /* … from this one on */
    size_t bits;
};

typedef void vg_asterix_on_value(void *arg, const struct vg_asterix_value *value);

/* All values in the order of the record. */
void vg_asterix_values(const struct vg_asterix_record *record, vg_asterix_on_value *on, void *arg);

/* The character of a code of six bits; a blank for those that have none. */
char vg_asterix_icao_char(unsigned code);

/* How likely it is that the right edition was taken: 0: a value is impossible (latitude, longitude, time of the day);
 * 2: none is; 3: and no spare bit is set. */
unsigned vg_asterix_plausible(const struct vg_asterix_record *record);

/* ---- between asterix.c and the framer ---- */

struct vg_asterix_block {
    uint8_t category;
    const uint8_t *at; /* its header */
    size_t len;        /* with the header */
    uint64_t offset;
    int64_t time_us;
};

/* Reads the header at p; `left` is at least VG_ASTERIX_HEADER. */
static inline struct vg_asterix_block vg_asterix_header(const uint8_t *p, uint64_t offset, int64_t time_us)
{
    return (struct vg_asterix_block){p[0], p, (size_t)p[1] << 8 | p[2], offset, time_us};
}

/* Hands on the records of a whole block. False, and nothing is done or counted: `sure` is false, and not even its first
 * record can be read. */
bool vg_asterix_take_block(struct vg_asterix *asterix, const struct vg_asterix_block *block, bool sure);
void vg_asterix_refuse(struct vg_asterix *asterix, enum vg_refusal why, const uint8_t *p, size_t len, int64_t time_us);
bool vg_asterix_knows(const struct vg_asterix *asterix, uint8_t category);

/* True if some edition reads a whole block, or its first VG_ASTERIX_TRIED records. */
#define VG_ASTERIX_TRIED 16 /* a crafted stream must not cost a long look at each of its octets */
bool vg_asterix_reads(const struct vg_asterix *asterix, const struct vg_asterix_block *block);

/* ---- what is remembered of a source (asterix.c) ---- */

#define VG_ASTERIX_EDITIONS_MAX 3 /* of a category */

struct vg_asterix_source {
    bool used;
    uint8_t sac, sic;
    uint8_t blocks;                         /* of a category in several editions, looked at so far */
    uint8_t score[VG_ASTERIX_EDITIONS_MAX]; /* how well each fitted */
    uint32_t time_of_day_ms;                /* newest that it told whole (001 tells a part); VG_TIME_OF_DAY_NONE */
};

/* Of a record's SAC and SIC; never NULL. */
struct vg_asterix_source *vg_asterix_source_of(struct vg_asterix *asterix, uint8_t sac, uint8_t sic);
void vg_asterix_count_report(struct vg_asterix *asterix);

#endif
