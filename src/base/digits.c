#include "base/digits.h"

#define ONES(u)                                                                                                        \
    {                                                                                                                  \
        u, 0, 0, 1                                                                                                     \
    }
#define TENS(t) TEN_OF(TWO, t)
#define TWO(t, u)                                                                                                      \
    {                                                                                                                  \
        t, u, 0, 2                                                                                                     \
    }
#define H(h, t, u)                                                                                                     \
    {                                                                                                                  \
        h, t, u, 3                                                                                                     \
    }

#define TEN_OF(form, ...)                                                                                              \
    form(__VA_ARGS__, '0'), form(__VA_ARGS__, '1'), form(__VA_ARGS__, '2'), form(__VA_ARGS__, '3'),                    \
        form(__VA_ARGS__, '4'), form(__VA_ARGS__, '5'), form(__VA_ARGS__, '6'), form(__VA_ARGS__, '7'),                \
        form(__VA_ARGS__, '8'), form(__VA_ARGS__, '9')
#define HUNDRED(h)                                                                                                     \
    TEN_OF(H, h, '0'), TEN_OF(H, h, '1'), TEN_OF(H, h, '2'), TEN_OF(H, h, '3'), TEN_OF(H, h, '4'), TEN_OF(H, h, '5'),  \
        TEN_OF(H, h, '6'), TEN_OF(H, h, '7'), TEN_OF(H, h, '8'), TEN_OF(H, h, '9')

const char vg_digits_thousand[1000][4] = {
    ONES('0'),    ONES('1'),    ONES('2'),    ONES('3'),    ONES('4'),    ONES('5'),    ONES('6'),
    ONES('7'),    ONES('8'),    ONES('9'),    TENS('1'),    TENS('2'),    TENS('3'),    TENS('4'),
    TENS('5'),    TENS('6'),    TENS('7'),    TENS('8'),    TENS('9'),    HUNDRED('1'), HUNDRED('2'),
    HUNDRED('3'), HUNDRED('4'), HUNDRED('5'), HUNDRED('6'), HUNDRED('7'), HUNDRED('8'), HUNDRED('9'),
};
