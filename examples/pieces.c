/* A stream in pieces: bytes may be handed over as they come from a socket, cut anywhere. */
#include <stdio.h>
#include <string.h>

#include <vigia/ais.h>

static void on_message(void *arg, const struct vigia_ais_message *message)
{
    const size_t *taken = arg;
    printf("after %zu bytes: type %u from %09u\n", *taken, vigia_ais_type(message), vigia_ais_mmsi(message));
}

int main(void)
{
    static const char stream[] = "!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\r\n"
                                 "!AIVDM,1,1,,A,15>b4CEP00r>QPewM`w@03800L0B,0*5C\r\n";
    size_t taken = 0;
    struct vigia_ais *decoder = vigia_ais_new(on_message, &taken);
    if (!decoder)
        return 1;
    while (taken < strlen(stream)) {
        size_t from = taken, n = strlen(stream) - taken < 7 ? strlen(stream) - taken : 7; /* seven bytes at a time */
        taken += n;
        vigia_ais_push(decoder, stream + from, n, VIGIA_TIME_NONE);
    }
    vigia_ais_end(decoder); /* without it, a last line without an end would stay unread */
    vigia_ais_free(decoder);
    return 0;
}
