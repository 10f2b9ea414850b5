// The foreign verifier: asks golang.org/x/mod, which nobody here wrote, about our logs.
//
// Which question it answers: do a note, a proof and a folder of tiles that Showclear wrote
// convince code that has never heard of Showclear, and does that code refuse what we refuse?
//
// The rules of the game:
//
//   - Every hash, proof, signature and tile is judged by x/mod's sumdb/tlog and sumdb/note.
//     What is written here only carries bytes to them: JSON, file paths, the three lines of
//     a checkpoint and the length prefixes of an entry bundle, which x/mod does not know.
//   - One command is one JSON object on one line of standard input; one answer is one JSON
//     object on one line of standard output. Bytes travel as standard base64.
//   - An answer always has "accepted". When it is false, "reason" says why, in x/mod's words
//     where x/mod refused. A panic below is an answer too ("panicked"), never an end.
//   - It reads files and writes none.
//
// Sources: C2SP signed-note, tlog-checkpoint and tlog-tiles; RFC 6962 section 2.1.
package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Above this size tlog's search for the largest power of two never ends (x/mod 0.7.0,
// maxpow2: the shift overflows), so we do not ask.
const largestSize = int64(1) << 62

// command holds the fields of every command; each uses some of them.
type command struct {
	Do      string      `json:"do"`
	VKeys   []string    `json:"vkeys"`
	Note    []byte      `json:"note"`
	Text    []byte      `json:"text"`
	SKeys   []string    `json:"skeys"`
	Path    string      `json:"path"`
	Entry   []byte      `json:"entry"`
	Entries [][]byte    `json:"entries"`
	Leaf    tlog.Hash   `json:"leaf"`
	Root    tlog.Hash   `json:"root"`
	OldRoot tlog.Hash   `json:"old_root"`
	Index   int64       `json:"index"`
	Size    int64       `json:"size"`
	OldSize int64       `json:"old_size"`
	Proof   []tlog.Hash `json:"proof"`
	Indexes []int64     `json:"indexes"`
	Olds    []int64     `json:"olds"`
}

// answer is what one command gives back, beside "accepted".
type answer map[string]interface{}

var commands = map[string]func(command) (answer, error){
	"vkey":        checkKey,
	"open-note":   openNote,
	"sign-note":   signNote,
	"checkpoint":  checkCheckpoint,
	"leaf":        leafHash,
	"inclusion":   checkInclusion,
	"consistency": checkConsistency,
	"prove":       prove,
	"folder":      checkFolder,
	"tile-path":   readTilePath,
}

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, "standard input ended:", err)
			os.Exit(1)
		}
		if err := out.Encode(answerTo(line)); err != nil {
			fmt.Fprintln(os.Stderr, "standard output ended:", err)
			os.Exit(1)
		}
	}
}

// answerTo does one command; whatever happens below, it comes back as an answer.
func answerTo(line []byte) (given answer) {
	defer func() {
		if cause := recover(); cause != nil {
			given = answer{"accepted": false, "panicked": true, "reason": fmt.Sprint(cause)}
		}
	}()
	var asked command
	if err := json.Unmarshal(line, &asked); err != nil {
		return answer{"accepted": false, "unreadable": true, "reason": err.Error()}
	}
	do, known := commands[asked.Do]
	if !known {
		return answer{"accepted": false, "unreadable": true, "reason": "no command " + asked.Do}
	}
	found, err := do(asked)
	if err != nil {
		return answer{"accepted": false, "reason": err.Error()}
	}
	if found == nil {
		found = answer{}
	}
	found["accepted"] = true
	return found
}

// verifiers reads the keys; one that x/mod cannot read refuses the command.
func verifiers(vkeys []string) (note.Verifiers, error) {
	var known []note.Verifier
	for _, vkey := range vkeys {
		verifier, err := note.NewVerifier(vkey)
		if err != nil {
			return nil, fmt.Errorf("key %q: %v", vkey, err)
		}
		known = append(known, verifier)
	}
	return note.VerifierList(known...), nil
}

func checkKey(asked command) (answer, error) {
	_, err := verifiers(asked.VKeys)
	return nil, err
}

func open(asked command) (*note.Note, error) {
	known, err := verifiers(asked.VKeys)
	if err != nil {
		return nil, err
	}
	return note.Open(asked.Note, known)
}

func openNote(asked command) (answer, error) {
	opened, err := open(asked)
	if err != nil {
		return nil, err
	}
	return answer{
		"text":    []byte(opened.Text),
		"signed":  len(opened.Sigs),
		"unknown": len(opened.UnverifiedSigs),
	}, nil
}

// signNote signs with x/mod's own signer, so that our side has foreign notes to read.
func signNote(asked command) (answer, error) {
	var signers []note.Signer
	for _, skey := range asked.SKeys {
		signer, err := note.NewSigner(skey)
		if err != nil {
			return nil, err
		}
		signers = append(signers, signer)
	}
	signed, err := note.Sign(&note.Note{Text: string(asked.Text)}, signers...)
	if err != nil {
		return nil, err
	}
	return answer{"note": signed}, nil
}

func checkCheckpoint(asked command) (answer, error) {
	opened, err := open(asked)
	if err != nil {
		return nil, err
	}
	origin, tree, err := parseCheckpoint(opened.Text)
	if err != nil {
		return nil, err
	}
	return answer{"origin": origin, "size": tree.N, "root": tree.Hash}, nil
}

func leafHash(asked command) (answer, error) {
	return answer{"leaf": tlog.RecordHash(asked.Entry)}, nil
}

func checkInclusion(asked command) (answer, error) {
	if asked.Size > largestSize {
		return nil, errors.New("larger than tlog can compute")
	}
	return nil, tlog.CheckRecord(asked.Proof, asked.Size, asked.Root, asked.Index, asked.Leaf)
}

func checkConsistency(asked command) (answer, error) {
	if asked.Size > largestSize {
		return nil, errors.New("larger than tlog can compute")
	}
	return nil, tlog.CheckTree(asked.Proof, asked.Size, asked.Root, asked.OldSize, asked.OldRoot)
}

// stored is tlog's dense storage of all complete subtrees, in memory.
type stored []tlog.Hash

// ReadHashes implements tlog.HashReader.
func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index < 0 || index >= int64(len(s)) {
			return nil, fmt.Errorf("hash %d is not stored", index)
		}
		hashes[i] = s[index]
	}
	return hashes, nil
}

// store lets tlog build the tree over leaf hashes, entry after entry.
func store(leaves []tlog.Hash) (stored, error) {
	var all stored
	for i, leaf := range leaves {
		more, err := tlog.StoredHashesForRecordHash(int64(i), leaf, all)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	return all, nil
}

// rootOf is tlog.TreeHash, but for the empty tree: x/mod 0.7.0 calls it all zeros,
// RFC 6962 section 2.1 the hash of nothing.
func rootOf(size int64, hashes tlog.HashReader) (tlog.Hash, error) {
	if size == 0 {
		return tlog.Hash(sha256.Sum256(nil)), nil
	}
	return tlog.TreeHash(size, hashes)
}

// prove lets tlog write proofs over entries, for our side to check.
func prove(asked command) (answer, error) {
	leaves := make([]tlog.Hash, len(asked.Entries))
	for i, entry := range asked.Entries {
		leaves[i] = tlog.RecordHash(entry)
	}
	all, err := store(leaves)
	if err != nil {
		return nil, err
	}
	size := int64(len(leaves))
	root, err := tlog.TreeHash(size, all)
	if err != nil {
		return nil, err
	}
	inclusion := make([]tlog.RecordProof, len(asked.Indexes))
	for i, index := range asked.Indexes {
		if inclusion[i], err = tlog.ProveRecord(size, index, all); err != nil {
			return nil, err
		}
	}
	consistency := make([]tlog.TreeProof, len(asked.Olds))
	oldRoots := make([]tlog.Hash, len(asked.Olds))
	for i, old := range asked.Olds {
		if consistency[i], err = tlog.ProveTree(size, old, all); err != nil {
			return nil, err
		}
		if oldRoots[i], err = tlog.TreeHash(old, all); err != nil {
			return nil, err
		}
	}
	return answer{
		"root":        root,
		"inclusion":   inclusion,
		"consistency": consistency,
		"old_roots":   oldRoots,
	}, nil
}
