package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// height is the tiles' height that C2SP tlog-tiles fixes: 256 hashes a tile.
const height = 8

const width = 1 << height

// A log up to everyEntry is proven entry by entry; of a larger one, spread entries.
const (
	everyEntry = 600
	spread     = 200
)

// parseCheckpoint reads the three lines of C2SP tlog-checkpoint; x/mod's own ParseTree reads
// another header. Extension lines are let through, as that specification lets them.
func parseCheckpoint(text string) (string, tlog.Tree, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[len(lines)-1] != "" {
		return "", tlog.Tree{}, errors.New("checkpoint: fewer than three lines")
	}
	for number, line := range lines[:len(lines)-1] {
		if line == "" {
			return "", tlog.Tree{}, fmt.Errorf("checkpoint: line %d is empty", number+1)
		}
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return "", tlog.Tree{}, fmt.Errorf("checkpoint: size %q", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return "", tlog.Tree{}, fmt.Errorf("checkpoint: root %q: %v", lines[2], err)
	}
	return lines[0], tlog.Tree{N: size, Hash: root}, nil
}

// tilePath is where C2SP tlog-tiles puts a tile. x/mod's Path has the height as a part more
// and calls the entries "data"; the number's spelling is x/mod's.
func tilePath(tile tlog.Tile) string {
	parts := strings.SplitN(tile.Path(), "/", 4)
	level := parts[2]
	if tile.L == -1 {
		level = "entries"
	}
	return filepath.Join("tile", level, filepath.FromSlash(parts[3]))
}

// readTilePath has x/mod parse a path under a log's prefix: C2SP's, with the height put in
// and the entries called as x/mod calls them.
func readTilePath(asked command) (answer, error) {
	parts := strings.SplitN(asked.Path, "/", 3)
	if len(parts) < 3 || parts[1] == "data" {
		return nil, fmt.Errorf("no tile path: %q", asked.Path)
	}
	if parts[1] == "entries" {
		parts[1] = "data"
	}
	tile, err := tlog.ParseTilePath(fmt.Sprintf("%s/%d/%s/%s", parts[0], height, parts[1], parts[2]))
	if err != nil {
		return nil, err
	}
	return answer{"level": tile.L, "number": tile.N, "width": tile.W, "path": tilePath(tile)}, nil
}

// tilesAt lists one level's tiles for a tree of this size; level -1 is the entries.
func tilesAt(level int, size int64) []tlog.Tile {
	hashes := size
	if level > 0 {
		hashes = size >> uint(height*level)
	}
	var tiles []tlog.Tile
	for n := int64(0); n*width < hashes; n++ {
		tile := tlog.Tile{H: height, L: level, N: n, W: width}
		if left := hashes - n*width; left < width {
			tile.W = int(left)
		}
		tiles = append(tiles, tile)
	}
	return tiles
}

// folderTiles is a tlog.TileReader over a folder. Files are read again each time, but for
// those that tlog has authenticated.
type folderTiles struct {
	path  string
	known map[tlog.Tile][]byte
}

// Height implements tlog.TileReader.
func (f *folderTiles) Height() int { return height }

// ReadTiles implements tlog.TileReader.
func (f *folderTiles) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(tiles))
	for i, tile := range tiles {
		if all[i] = f.known[tile]; all[i] != nil {
			continue
		}
		read, err := os.ReadFile(filepath.Join(f.path, tilePath(tile)))
		if err != nil {
			return nil, err
		}
		// The contract of TileReader: exactly as long as the tile is wide.
		if len(read) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s: %d bytes", tilePath(tile), len(read))
		}
		all[i] = read
	}
	return all, nil
}

// SaveTiles implements tlog.TileReader.
func (f *folderTiles) SaveTiles(tiles []tlog.Tile, all [][]byte) {
	for i, tile := range tiles {
		f.known[tile] = all[i]
	}
}

// readLeaves reads every entry bundle and has tlog hash every entry.
func readLeaves(path string, size int64) ([]tlog.Hash, error) {
	leaves := make([]tlog.Hash, 0, size)
	for _, tile := range tilesAt(-1, size) {
		at := tilePath(tile)
		bundle, err := os.ReadFile(filepath.Join(path, at))
		if err != nil {
			return nil, err
		}
		for i := 0; i < tile.W; i++ {
			if len(bundle) < 2 {
				return nil, fmt.Errorf("%s: ends before entry %d", at, i)
			}
			length := int(binary.BigEndian.Uint16(bundle))
			if len(bundle) < 2+length {
				return nil, fmt.Errorf("%s: ends within entry %d", at, i)
			}
			leaves = append(leaves, tlog.RecordHash(bundle[2:2+length]))
			bundle = bundle[2+length:]
		}
		if len(bundle) != 0 {
			return nil, fmt.Errorf("%s: %d bytes after its last entry", at, len(bundle))
		}
	}
	return leaves, nil
}

// checkTiles has tlog authenticate every tile against the root, then compares each hash in
// it with what tlog computed from the entries.
func checkTiles(size int64, tiles tlog.HashReader, entries stored) (int, error) {
	count := 0
	for level := 0; size>>uint(height*level) > 0; level++ {
		for _, tile := range tilesAt(level, size) {
			indexes := make([]int64, tile.W)
			for i := range indexes {
				indexes[i] = tlog.StoredHashIndex(level*height, tile.N*width+int64(i))
			}
			published, err := tiles.ReadHashes(indexes)
			if err != nil {
				return 0, fmt.Errorf("%s: %v", tilePath(tile), err)
			}
			computed, err := entries.ReadHashes(indexes)
			if err != nil {
				return 0, fmt.Errorf("%s: %v", tilePath(tile), err)
			}
			for i := range indexes {
				if published[i] != computed[i] {
					return 0, fmt.Errorf("%s: hash %d is not the entries'", tilePath(tile), i)
				}
			}
			count++
		}
	}
	return count, nil
}

// spreadOver gives all numbers of [0, size), or spread of them with the first and the last.
func spreadOver(size int64) []int64 {
	var chosen []int64
	if size <= everyEntry {
		for i := int64(0); i < size; i++ {
			chosen = append(chosen, i)
		}
		return chosen
	}
	for i := int64(0); i < spread; i++ {
		chosen = append(chosen, i*(size-1)/(spread-1))
	}
	return chosen
}

// checkProofs has tlog write proofs from the published tiles and check them against what it
// computed from the entries.
func checkProofs(tree tlog.Tree, tiles tlog.HashReader, entries stored) error {
	for _, i := range spreadOver(tree.N) {
		proof, err := tlog.ProveRecord(tree.N, i, tiles)
		if err != nil {
			return fmt.Errorf("inclusion of entry %d: %v", i, err)
		}
		leaf := entries[tlog.StoredHashIndex(0, i)]
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, i, leaf); err != nil {
			return fmt.Errorf("inclusion of entry %d: %v", i, err)
		}
		old := i + 1
		before, err := tlog.TreeHash(old, entries)
		if err != nil {
			return err
		}
		between, err := tlog.ProveTree(tree.N, old, tiles)
		if err != nil {
			return fmt.Errorf("consistency with size %d: %v", old, err)
		}
		if err := tlog.CheckTree(between, tree.N, tree.Hash, old, before); err != nil {
			return fmt.Errorf("consistency with size %d: %v", old, err)
		}
	}
	return nil
}

// checkFolder judges a published log: checkpoint, entries, tiles and proofs.
func checkFolder(asked command) (answer, error) {
	var err error
	if asked.Note, err = os.ReadFile(filepath.Join(asked.Path, "checkpoint")); err != nil {
		return nil, err
	}
	// 1. Whose words are these, and which tree do they promise?
	opened, err := open(asked)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %v", err)
	}
	origin, tree, err := parseCheckpoint(opened.Text)
	if err != nil {
		return nil, err
	}
	// 2. The entries must hash to the promised root. No tile has been looked at yet.
	leaves, err := readLeaves(asked.Path, tree.N)
	if err != nil {
		return nil, err
	}
	entries, err := store(leaves)
	if err != nil {
		return nil, err
	}
	root, err := rootOf(tree.N, entries)
	if err != nil {
		return nil, err
	}
	if root != tree.Hash {
		return nil, errors.New("the entries do not hash to the checkpoint's root")
	}
	found := answer{"origin": origin, "size": tree.N, "root": root, "tiles": 0}
	if tree.N == 0 {
		return found, nil
	}
	// 3. The tiles must be those of the same tree, and 4. proofs from them must hold.
	tiles := tlog.TileHashReader(tree, &folderTiles{asked.Path, map[tlog.Tile][]byte{}})
	if found["tiles"], err = checkTiles(tree.N, tiles, entries); err != nil {
		return nil, err
	}
	if err := checkProofs(tree, tiles, entries); err != nil {
		return nil, err
	}
	return found, nil
}
