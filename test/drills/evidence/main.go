// Verifies an evidence log with what others wrote: the Go project's notes and tiles, and the Merkle proofs of
// transparency-dev. Reads JSON from standard input and prints what it found to be true.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type log struct {
	Verifier    string   // as note.NewVerifier reads it
	Entries     [][]byte // in the log's order
	Checkpoints []string // signed notes, the smallest tree first
	// Inclusion[i]: of entry i in the largest tree; Consistency[i]: of checkpoint i and the largest tree.
	Inclusion   map[int][][]byte
	Consistency [][][]byte
}

func must(err error, about string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", about, err)
		os.Exit(1)
	}
}

func main() {
	var it log
	must(json.NewDecoder(os.Stdin).Decode(&it), "input")
	verifier, err := note.NewVerifier(it.Verifier)
	must(err, "key")

	var hashes []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			found[i] = hashes[index]
		}
		return found, nil
	})
	for n, entry := range it.Entries {
		more, err := tlog.StoredHashes(int64(n), entry, reader)
		must(err, "tree")
		hashes = append(hashes, more...)
	}

	sizes := make([]uint64, len(it.Checkpoints))
	roots := make([][]byte, len(it.Checkpoints))
	for i, signed := range it.Checkpoints {
		opened, err := note.Open([]byte(signed), note.VerifierList(verifier))
		must(err, "signature")
		lines := strings.Split(opened.Text, "\n")
		size, err := strconv.ParseInt(lines[1], 10, 64)
		must(err, "size")
		root, err := base64.StdEncoding.DecodeString(lines[2])
		must(err, "root")
		computed, err := tlog.TreeHash(size, reader)
		must(err, "tree")
		if string(computed[:]) != string(root) {
			must(fmt.Errorf("another root at size %d", size), "root")
		}
		sizes[i], roots[i] = uint64(size), root
		forged := strings.Replace(signed, "\n"+lines[1]+"\n", "\n"+lines[1]+"0\n", 1)
		if _, err := note.Open([]byte(forged), note.VerifierList(verifier)); err == nil {
			must(fmt.Errorf("a forged note opens"), "signature")
		}
	}

	last := len(sizes) - 1
	for i, path := range it.Inclusion {
		leaf := rfc6962.DefaultHasher.HashLeaf(it.Entries[i])
		must(proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(i), sizes[last], leaf, path, roots[last]), "inclusion")
	}
	for i, path := range it.Consistency {
		must(proof.VerifyConsistency(rfc6962.DefaultHasher, sizes[i], sizes[last], path, roots[i], roots[last]), "consistency")
	}
	fmt.Printf("%d entries, %d checkpoints, %d inclusions, %d consistencies\n",
		len(it.Entries), len(sizes), len(it.Inclusion), len(it.Consistency))
}
