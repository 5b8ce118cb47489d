/* Positions in an AIS log:  cc positions.c $(pkg-config --cflags --libs vigia-ais) && ./a.out < log.nmea */
#include <stdio.h>

#include <vigia/ais.h>

static void on_message(void *arg, const struct vigia_ais_message *message)
{
    struct vigia_ais_report r;
    (void)arg;
    if (vigia_ais_report(message, &r, sizeof r) && r.lat == r.lat && !vigia_ais_suspect(message))
        printf("%09u %11.6f %10.6f %5.1f kn\n", r.mmsi, r.lon, r.lat, r.speed_kn);
}

int main(void)
{
    char bytes[4096];
    struct vigia_ais *decoder = vigia_ais_new(on_message, NULL);
    for (size_t n; decoder && (n = fread(bytes, 1, sizeof bytes, stdin)) > 0;)
        vigia_ais_push(decoder, bytes, n, VIGIA_TIME_NONE);
    if (decoder)
        vigia_ais_end(decoder);
    vigia_ais_free(decoder);
    return !decoder;
}
