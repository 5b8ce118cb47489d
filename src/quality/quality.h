/*
 * Quality: labelled data goes through the model that ships, scores come out. Label columns are never features, and
 * nothing is fitted here. One file a kind.
 *
 * Errors of a file (VG_SYNTAX, VG_IO, VG_NOMEM) name file, line and what was expected in *ret_error, which the caller
 * frees. One thread.
 */
#ifndef VG_QUALITY_QUALITY_H
#define VG_QUALITY_QUALITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/out.h"

#define VG_QUALITY_NUMBERS 24

struct vg_quality_job {
    const char *path;           /* of the labelled file, plain or gzip; what errors call it */
    struct vg_out *predictions; /* NULL: nobody wants them */
    const void *bytes;          /* what the file holds, plain; NULL: it is read */
    size_t len;
};

/* What came out, in this order: as JSON's members and in the table for people. */
struct vg_quality_result {
    size_t count;
    struct {
        const char *key; /* "f05", "auc", "rows"; constant */
        double value;    /* a count where `whole` */
        bool whole;
    } number[VG_QUALITY_NUMBERS];
};

void vg_quality_put(struct vg_quality_result *result, const char *key, double value);
void vg_quality_count(struct vg_quality_result *result, const char *key, uint64_t value);

/* A kind of labelled data: a row of the table that drives command, help and documentation. */
struct vg_quality_kind {
    const char *key, *about;
    enum vg_err (*run)(const struct vg_quality_job *job, struct vg_quality_result *ret, char **ret_error);
};
extern const struct vg_quality_kind vg_quality_kinds[];
extern const size_t vg_quality_kind_count;

enum vg_err vg_quality_gaps(const struct vg_quality_job *job, struct vg_quality_result *ret, char **ret_error);
enum vg_err vg_quality_fishing(const struct vg_quality_job *job, struct vg_quality_result *ret, char **ret_error);
enum vg_err vg_quality_anomalies(const struct vg_quality_job *job, struct vg_quality_result *ret, char **ret_error);
enum vg_err vg_quality_encounters(const struct vg_quality_job *job, struct vg_quality_result *ret, char **ret_error);
enum vg_err vg_quality_ports(const struct vg_quality_job *job, struct vg_quality_result *ret, char **ret_error);
enum vg_err vg_quality_identity(const struct vg_quality_job *job, struct vg_quality_result *ret, char **ret_error);

#endif
