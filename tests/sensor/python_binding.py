"""The Python binding gives what the library gives. Run by ctest with VIGIA_AIS_LIBRARY and the binding's folder."""
import sys

sys.path.insert(0, sys.argv[1])
import vigia_ais  # noqa: E402

SENTENCES = (
    b"!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24\r\n"
    b"!BSVDM,2,1,1,A,53@ng7P1uN6PuLpl000I8TLN1=T@ITDp0000000u1Pr844@P07PSiBQ1,0*7B\r\n"
    b"rubbish\n!BSVDM,2,2,1,A,CcAVCTj0EP00000,2*53\r\n"
)

decoder = vigia_ais.Decoder()
messages = []
for i in range(0, len(SENTENCES), 7):
    messages += decoder.feed(SENTENCES[i : i + 7])
messages += decoder.end()
assert [m["type"] for m in messages] == [1, 5], messages
assert messages[0]["mmsi"] == 265547250 and abs(messages[0]["lat"] - 57.660353) < 1e-6
assert messages[1]["shipname"] == "FRIGG SYDFYEN" and messages[1]["line"] == 2
counts = decoder.counts()
assert counts["messages"] == 2 and counts["refused"] == 1 and counts["bytes"] == len(SENTENCES), counts
print("libvigia-ais", vigia_ais.version(), counts)
