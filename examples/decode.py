"""From Python: a stream in pieces, messages as dictionaries. Needs bindings/python and libvigia-ais."""
import vigia_ais

stream = b"""!BSVDM,2,1,1,A,53@ng7P1uN6PuLpl000I8TLN1=T@ITDp0000000u1Pr844@P07PSiBQ1,0*7B
!BSVDM,2,2,1,A,CcAVCTj0EP00000,2*53
!AIVDM,1,1,,A,13u?etPv2;0n:dDPwUM1U1Cb069D,0*24
"""

decoder = vigia_ais.Decoder()
for at in range(0, len(stream), 16):
    for message in decoder.feed(stream[at : at + 16]):
        print(message["type"], message["mmsi"], message.get("shipname", ""))
for message in decoder.end():
    print(message["type"], message["mmsi"])
print(decoder.counts()["messages"], "messages")
