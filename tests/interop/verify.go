// An independent verifier of journals and bundles: Go's own signed notes and transparency logs, nothing of Vigía's.
//
//	verify KEY journal DIR
//	verify KEY bundle FILE
//
// Exit status 0: good, 1: bad (a sentence on standard error), 2: called wrongly.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const headSize = 96

func bad(format string, args ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}

// A checkpoint's tree, if the key signed it.
func openCheckpoint(text []byte, key string) tlog.Tree {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		bad("key: %v", err)
	}
	n, err := note.Open(text, note.VerifierList(verifier))
	if err != nil {
		bad("checkpoint: %v", err)
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		bad("checkpoint: not of this origin")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		bad("checkpoint: %v", err)
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		bad("checkpoint: no root hash")
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree
}

// The head's own fields that another reader needs: number, stored length, SHA-256 of the payload.
func readHead(head []byte) (number uint64, stored int, hash []byte) {
	if len(head) != headSize || string(head[:4]) != "VGJF" {
		bad("this is no frame's head")
	}
	return binary.LittleEndian.Uint64(head[8:]), int(binary.LittleEndian.Uint32(head[40:])), head[48:80]
}

func checkPayload(number uint64, payload, hash []byte) {
	sum := sha256.Sum256(payload)
	if !bytes.Equal(sum[:], hash) {
		bad("frame %d: the payload is not the one that was signed", number)
	}
}

// Tiles out of files, by the paths of c2sp.org/tlog-tiles, which have no height in them.
type tileFiles struct{ dir string }

func (t tileFiles) Height() int                     { return 8 }
func (t tileFiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t tileFiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.dir, path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

func checkJournal(dir, key string) {
	text, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		bad("%v", err)
	}
	tree := openCheckpoint(text, key)
	reader := tlog.TileHashReader(tree, tileFiles{dir})
	segments, _ := filepath.Glob(filepath.Join(dir, "segments", "*.vgj"))
	sort.Strings(segments)
	var begin int64 // number of the journal's first frame: leaf 0 of the tree
	if text, err := os.ReadFile(filepath.Join(dir, "first")); err == nil {
		if begin, err = strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err != nil {
			bad("%v", err)
		}
	}
	next, frames := begin, 0
	for _, path := range segments {
		data, err := os.ReadFile(path)
		if err != nil {
			bad("%v", err)
		}
		if frames == 0 { // older ones may be retired
			next = int64(binary.LittleEndian.Uint64(data[8:]))
		}
		for at := 32; at+headSize <= len(data) && string(data[at:at+4]) == "VGJF"; frames++ {
			head := data[at : at+headSize]
			number, stored, hash := readHead(head)
			if at+headSize+stored > len(data) {
				bad("frame %d is torn off", number)
			}
			checkPayload(number, data[at+headSize:at+headSize+stored], hash)
			at += headSize + stored
			if int64(number) != next {
				bad("frame %d stands where %d should", number, next)
			}
			next++
			if next > begin+tree.N {
				continue
			}
			proof, err := tlog.ProveRecord(tree.N, int64(number)-begin, reader)
			if err != nil {
				bad("frame %d: %v", number, err)
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(number)-begin, tlog.RecordHash(head)); err != nil {
				bad("frame %d: %v", number, err)
			}
		}
	}
	if next < begin+tree.N {
		bad("the checkpoint covers %d frames, the journal ends behind %d", tree.N, next-1)
	}
	fmt.Printf("%d frames, %d of them signed\n", frames, tree.N)
}

type bundle struct {
	Version    int      `json:"vigia_evidence"`
	Keys       []string `json:"keys"`
	Checkpoint string   `json:"checkpoint"`
	First      int64    `json:"first"`
	Frames     []struct {
		Number  int64    `json:"number"`
		Entry   []byte   `json:"entry"`
		Proof   [][]byte `json:"proof"`
		Payload []byte   `json:"payload"`
	} `json:"frames"`
}

func checkBundle(path, key string) {
	text, err := os.ReadFile(path)
	if err != nil {
		bad("%v", err)
	}
	var b bundle
	if err := json.Unmarshal(text, &b); err != nil {
		bad("%v", err)
	}
	tree := openCheckpoint([]byte(b.Checkpoint), key)
	for _, f := range b.Frames {
		var proof tlog.RecordProof
		for _, hash := range f.Proof {
			var h tlog.Hash
			copy(h[:], hash)
			proof = append(proof, h)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, f.Number-b.First, tlog.RecordHash(f.Entry)); err != nil {
			bad("frame %d: %v", f.Number, err)
		}
		number, stored, hash := readHead(f.Entry)
		if int64(number) != f.Number || stored != len(f.Payload) {
			bad("frame %d: its head says another number or length", f.Number)
		}
		checkPayload(number, f.Payload, hash)
	}
	fmt.Printf("%d frames proven\n", len(b.Frames))
}

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: verify KEY journal DIR | verify KEY bundle FILE")
		os.Exit(2)
	}
	switch os.Args[2] {
	case "journal":
		checkJournal(os.Args[3], os.Args[1])
	case "bundle":
		checkBundle(os.Args[3], os.Args[1])
	default:
		os.Exit(2)
	}
}
