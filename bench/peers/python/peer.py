"""pyais or libais over a file: CPU seconds and messages. peer.py pyais|libais FILE"""
import sys
import time


def with_pyais(lines):
    from pyais.stream import IterMessages

    messages = 0
    for message in IterMessages(lines):
        try:
            message.decode()
            messages += 1
        except Exception:  # what it can't use
            pass
    return messages


def with_libais(lines):
    import ais

    messages, first = 0, {}
    for line in lines:  # its own reader of sentences is slower than this
        start = line.find(b"!")
        field = line[start:].split(b",") if start >= 0 else []
        if len(field) != 7:
            continue
        total, part = field[1], field[2]
        payload, pad = field[5].decode("ascii", "replace"), field[6][:1]
        if total != b"1":
            key = (field[3], field[4], field[0])
            if part == b"1":
                first[key] = payload
                continue
            if total != part or key not in first:
                continue
            payload = first.pop(key) + payload
        try:
            ais.decode(payload, int(pad))
            messages += 1
        except Exception:
            pass
    return messages


lines = open(sys.argv[2], "rb").read().splitlines()
begun = time.process_time()
messages = {"pyais": with_pyais, "libais": with_libais}[sys.argv[1]](lines)
print(f"{sys.argv[1]} {time.process_time() - begun:.3f} {messages}")
