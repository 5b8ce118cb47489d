/*
 * Seeds for fuzz_ais, by our own encoder: an empty message of every layout and every application, with arrays of two
 * elements and every choice once. make_seeds FOLDER
 */
#include <stdio.h>
#include <string.h>

#include "sensor/ais/ais.h"
#include "sensor/ais/layouts.h"

static const char *folder;

/* As fuzz_ais reads it: fill bits, then a byte for each six bits. */
static void write_seed(const struct vg_ais *msg, const char *name, unsigned variant)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s-%s-%u", folder, msg->layout->name, name, variant);
    FILE *file = fopen(path, "wb");
    if (!file) {
        perror(path);
        return;
    }
    unsigned chars = (msg->bits + 5u) / 6;
    fputc((int)(chars * 6 - msg->bits), file);
    for (unsigned i = 0; i < chars; i++)
        fputc((int)vg_ais_uint(msg, i * 6, 6), file);
    fclose(file);
}

/* The first choice there is, in the application or in an element of its array. */
static const struct vg_ais_field *find_choice(const struct vg_ais_layout *layout, char *prefix, size_t size)
{
    for (size_t i = 0; i < layout->fields; i++) {
        const struct vg_ais_field *f = &layout->field[i];
        if (f->kind == VG_AIS_CHOICE)
            return f;
        if (f->kind == VG_AIS_REPEAT) {
            snprintf(prefix, size, "%s[0].", f->key);
            return find_choice(vg_ais_element(f), prefix + strlen(prefix), size - strlen(prefix));
        }
    }
    return NULL;
}

static void lengthen(struct vg_ais *msg, const struct vg_ais_layout *layout)
{
    for (size_t i = 0; i < layout->fields; i++) {
        const struct vg_ais_field *f = &layout->field[i];
        char path[VG_AIS_PATH_SIZE];
        if (f->kind != VG_AIS_REPEAT)
            continue;
        snprintf(path, sizeof path, "%s[1].%s", f->key, vg_ais_element(f)->field[0].key);
        vg_ais_set_raw(msg, path, 1);
    }
}

static void application_seeds(unsigned dac, unsigned fid)
{
    struct vg_ais msg;
    char prefix[VG_AIS_PATH_SIZE] = "", path[2 * VG_AIS_PATH_SIZE];
    vg_ais_blank("8", 2573000, &msg);
    if (vg_ais_set_application(&msg, dac, fid))
        return;
    const struct vg_ais_field *choice = find_choice(msg.application, prefix, sizeof prefix);
    for (unsigned k = 0; k == 0 || (choice && k < choice->max); k++) {
        vg_ais_blank("8", 2573000, &msg);
        vg_ais_set_application(&msg, dac, fid);
        lengthen(&msg, msg.application);
        if (choice) {
            size_t count;
            snprintf(path, sizeof path, "%s%s", prefix, choice->key);
            vg_ais_set_raw(&msg, path, choice->first + (int)k);
            lengthen(&msg, &vg_ais_layouts(&count)[choice->sub_layout + k]);
        }
        write_seed(&msg, msg.application->name, k);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: make_seeds FOLDER\n", stderr);
        return 2;
    }
    folder = argv[1];
    size_t layouts, rows;
    const struct vg_ais_layout *layout = vg_ais_layouts(&layouts);
    for (size_t i = 0; i < layouts && layout[i].type; i++) {
        struct vg_ais msg;
        if (vg_ais_blank(layout[i].name, 735000001, &msg) == VG_OK)
            write_seed(&msg, "blank", 0);
    }
    const struct vg_ais_application *row = vg_ais_applications(&rows);
    for (size_t i = 0; i < rows; i++)
        application_seeds(row[i].dac, row[i].fid);
    return 0;
}
