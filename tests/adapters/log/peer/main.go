// Judges and makes signed notes and tree proofs with Go's own sumdb packages, for test_go.py.
//
// Reads one JSON object a line and answers each with one. Built with Debian's golang-golang-x-mod-dev:
// GO111MODULE=off GOPATH=/usr/share/gocode go build -o peer main.go
package main

import (
	"bufio"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type task struct {
	Do        string
	Note      string
	Keys      []string
	Cosigners []cosigner
	Size      int64
	Root      string
	Index     int64
	Leaf      string
	Older     int64
	OlderRoot string
	Proof     []string
	Leaves    []string
	Pairs     [][2]int64
	Text      string
	Secret    string
}

type answer struct {
	Ok    bool       `json:"ok"`
	Why   string     `json:"why,omitempty"`
	Text  string     `json:"text,omitempty"`
	Names []string   `json:"names,omitempty"`
	Note  string     `json:"note,omitempty"`
	Roots []string   `json:"roots,omitempty"`
	Paths [][]string `json:"paths,omitempty"`
	Trees [][]string `json:"trees,omitempty"`
}

// A cosigner checks cosignature/v1 lines, which sumdb/note has no verifier for.
type cosigner struct {
	Called string
	Id     uint32
	Public string
}

func (c cosigner) Name() string    { return c.Called }
func (c cosigner) KeyHash() uint32 { return c.Id }
func (c cosigner) Verify(text, sig []byte) bool {
	public, err := base64.StdEncoding.DecodeString(c.Public)
	if err != nil || len(public) != ed25519.PublicKeySize || len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), text)
	return ed25519.Verify(public, []byte(signed), sig[8:])
}

func open(t task) (answer, error) {
	var known []note.Verifier
	for _, key := range t.Keys {
		verifier, err := note.NewVerifier(key)
		if err != nil {
			return answer{}, err
		}
		known = append(known, verifier)
	}
	for _, one := range t.Cosigners {
		known = append(known, one)
	}
	opened, err := note.Open([]byte(t.Note), note.VerifierList(known...))
	if err != nil {
		return answer{}, err
	}
	var names []string
	for _, sig := range opened.Sigs {
		names = append(names, sig.Name)
	}
	return answer{Text: opened.Text, Names: names}, nil
}

func sign(t task) (answer, error) {
	signer, err := note.NewSigner(t.Secret)
	if err != nil {
		return answer{}, err
	}
	made, err := note.Sign(&note.Note{Text: t.Text}, signer)
	return answer{Note: string(made)}, err
}

func record(t task) (answer, error) {
	hashes, err := parsed(append([]string{t.Root, t.Leaf}, t.Proof...))
	if err != nil {
		return answer{}, err
	}
	return answer{}, tlog.CheckRecord(hashes[2:], t.Size, hashes[0], t.Index, hashes[1])
}

func tree(t task) (answer, error) {
	hashes, err := parsed(append([]string{t.Root, t.OlderRoot}, t.Proof...))
	if err != nil {
		return answer{}, err
	}
	return answer{}, tlog.CheckTree(hashes[2:], t.Size, hashes[0], t.Older, hashes[1])
}

// Grows a log from leaf hashes; gives its root after each, and for each pair (a, b) the path of leaf a in the tree of
// size b and the proof from size a+1 to size b.
func grow(t task) (answer, error) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, index := range indexes {
			found = append(found, stored[index])
		}
		return found, nil
	})
	leaves, err := parsed(t.Leaves)
	if err != nil {
		return answer{}, err
	}
	var said answer
	for n, leaf := range leaves {
		hashes, err := tlog.StoredHashesForRecordHash(int64(n), leaf, reader)
		if err != nil {
			return answer{}, err
		}
		stored = append(stored, hashes...)
		root, err := tlog.TreeHash(int64(n)+1, reader)
		if err != nil {
			return answer{}, err
		}
		said.Roots = append(said.Roots, root.String())
	}
	for _, pair := range t.Pairs {
		path, err := tlog.ProveRecord(pair[1], pair[0], reader)
		if err != nil {
			return answer{}, err
		}
		tree, err := tlog.ProveTree(pair[1], pair[0]+1, reader)
		if err != nil {
			return answer{}, err
		}
		said.Paths, said.Trees = append(said.Paths, written(path)), append(said.Trees, written(tree))
	}
	return said, nil
}

func parsed(texts []string) ([]tlog.Hash, error) {
	hashes := []tlog.Hash{}
	for _, text := range texts {
		hash, err := tlog.ParseHash(text)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

func written(hashes []tlog.Hash) []string {
	texts := []string{}
	for _, hash := range hashes {
		texts = append(texts, hash.String())
	}
	return texts
}

func main() {
	able := map[string]func(task) (answer, error){
		"open": open, "sign": sign, "record": record, "tree": tree, "grow": grow,
	}
	lines, out := bufio.NewScanner(os.Stdin), bufio.NewWriter(os.Stdout)
	defer out.Flush()
	lines.Buffer(nil, 1<<26)
	for lines.Scan() {
		var asked task
		decoder := json.NewDecoder(strings.NewReader(lines.Text()))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&asked); err != nil {
			panic(err)
		}
		said, err := able[asked.Do](asked)
		said.Ok = err == nil
		if err != nil {
			said.Why = err.Error()
		}
		if err := json.NewEncoder(out).Encode(said); err != nil {
			panic(err)
		}
	}
}
