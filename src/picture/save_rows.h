/*
 * The rows of a saved picture: what of each struct is written, field by field, little-endian. One table for each row
 * gives its size, its writer and its reader. Within picture; any thread.
 */
#ifndef VG_PICTURE_SAVE_ROWS_H
#define VG_PICTURE_SAVE_ROWS_H

#include "picture/inner.h"

struct saved_head {
    uint32_t vessels, held, blocks;
    uint32_t counters; /* how many the program counts: another one's mean other things */
    int64_t clock_us, elapsed_us;
    uint64_t arrivals;
    uint8_t clock_known;
    struct vg_picture_counters count;
};

/* A contact with what the owner keeps of it, without what is found again by itself (slot, sequence, lists). */
struct saved_contact {
    struct vg_contact contact;
    struct vg_memory memory;
    uint64_t arrival_no, trail_dropped;
    uint8_t dwelling;
    uint16_t source; /* whose share it counts for */
};

struct saved_block {
    int64_t base_ms;
    uint32_t vessel; /* the how-manieth written */
    uint32_t breaks;
    uint8_t first, end;
};

/* The row of a track: its contact's number instead of a slot. */
struct saved_track {
    struct vg_track_row row;
    uint32_t vessel; /* the how-manieth written */
};

/* Sizes in the file; the readers take exactly so many bytes. */
extern const size_t vg_save_head_size, vg_save_contact_size;
extern const size_t vg_save_contact_size_1, vg_save_contact_size_2; /* in versions 1 and 2 */
extern const size_t vg_save_track_size;
#define VG_SAVE_TRACK_MOST   512
#define VG_SAVE_CONTACT_MOST 2048 /* no row of a contact is larger */
#define VG_SAVE_HEAD_MOST    512
#define VG_SAVE_BLOCK_SIZE   18
#define VG_SAVE_POINT_SIZE   16
#define VG_SAVE_HELD_SIZE    4

void vg_save_put_head(uint8_t *row, const struct saved_head *head);
void vg_save_get_head(const uint8_t *row, struct saved_head *ret);
void vg_save_put_contact(uint8_t *row, const struct saved_contact *contact);
void vg_save_get_contact(const uint8_t *row, struct saved_contact *ret);   /* the rest of *ret: zeros */
void vg_save_get_contact_1(const uint8_t *row, struct saved_contact *ret); /* of version 1 */
void vg_save_get_contact_2(const uint8_t *row, struct saved_contact *ret); /* of version 2 */
void vg_save_put_track(uint8_t *row, const struct saved_track *track);
void vg_save_get_track(const uint8_t *row, struct saved_track *ret); /* the rest of *ret: zeros */
void vg_save_put_block(uint8_t *row, const struct saved_block *block);
void vg_save_get_block(const uint8_t *row, struct saved_block *ret);
void vg_save_put_point(uint8_t *row, const struct packed_point *point);
void vg_save_get_point(const uint8_t *row, struct packed_point *ret);

#endif
