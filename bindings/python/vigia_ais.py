"""AIS decoding by libvigia-ais.

    import vigia_ais
    for message in vigia_ais.decode_file("log.nmea"):
        print(message["type"], message["mmsi"], message.get("shipname"))

A message is a dict with the keys of `vigia decode` (docs/formats/ais-fields.md). The library is found by the system's
loader, or at the path in the environment variable VIGIA_AIS_LIBRARY.
"""
import ctypes
import ctypes.util
import json
import os

TIME_NONE = -(2**63)
_JSON_SIZE = 8192
_ON_MESSAGE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)


def _load():
    path = os.environ.get("VIGIA_AIS_LIBRARY") or ctypes.util.find_library("vigia-ais") or "libvigia-ais.so.0"
    lib = ctypes.CDLL(path)
    for name, result, *arguments in (
        ("vigia_ais_version", ctypes.c_char_p),
        ("vigia_ais_new", ctypes.c_void_p, _ON_MESSAGE, ctypes.c_void_p),
        ("vigia_ais_free", None, ctypes.c_void_p),
        ("vigia_ais_push", None, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int64),
        ("vigia_ais_end", None, ctypes.c_void_p),
        ("vigia_ais_get_counts", None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t),
        ("vigia_ais_json", ctypes.c_size_t, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t),
    ):
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib


_lib = _load()


def version():
    return _lib.vigia_ais_version().decode()


class Decoder:
    """One stream of bytes. feed() and end() return the messages that became complete."""

    def __init__(self):
        self._messages = []
        self._buffer = ctypes.create_string_buffer(_JSON_SIZE)
        self._callback = _ON_MESSAGE(self._take)  # kept: the library calls it as long as the decoder lives
        self._decoder = _lib.vigia_ais_new(self._callback, None)
        if not self._decoder:
            raise MemoryError

    def __del__(self):
        if getattr(self, "_decoder", None):
            _lib.vigia_ais_free(self._decoder)

    def _take(self, _, message):
        n = _lib.vigia_ais_json(message, self._buffer, _JSON_SIZE)
        self._messages.append(json.loads(self._buffer[:n]))

    def _taken(self):
        messages, self._messages = self._messages, []
        return messages

    def feed(self, data, received_us=TIME_NONE):
        _lib.vigia_ais_push(self._decoder, data, len(data), received_us)
        return self._taken()

    def end(self):
        _lib.vigia_ais_end(self._decoder)
        return self._taken()

    def counts(self):
        values = (ctypes.c_uint64 * 6)()
        _lib.vigia_ais_get_counts(self._decoder, values, ctypes.sizeof(values))
        return dict(zip(("bytes", "lines", "sentences", "messages", "others", "refused"), values))


def decode_file(path, piece=65536):
    decoder = Decoder()
    with open(path, "rb") as file:
        while data := file.read(piece):
            yield from decoder.feed(data)
    yield from decoder.end()
