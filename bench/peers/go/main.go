// go-ais over a file: CPU seconds and messages.
package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"syscall"

	ais "github.com/BertoldVdb/go-ais"
	"github.com/BertoldVdb/go-ais/aisnmea"
)

func cpu() float64 {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}

func main() {
	runtime.GOMAXPROCS(1)
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	codec := ais.CodecNewFast(true, true, true)
	codec.DropSpace = true
	nmea := aisnmea.NMEACodecNew(codec)
	begun, messages := cpu(), 0
	for len(text) > 0 {
		n := bytes.IndexByte(text, '\n')
		if n < 0 {
			n = len(text) - 1
		}
		packet, err := nmea.ParseSentence(string(bytes.TrimRight(text[:n], "\r")))
		if err == nil && packet != nil && packet.Packet != nil {
			messages++
		}
		text = text[n+1:]
	}
	fmt.Printf("go-ais %.3f %d\n", cpu()-begun, messages)
}
