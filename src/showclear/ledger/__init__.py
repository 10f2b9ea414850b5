"""A tamper-evident log in public formats: bytes in, proofs out. It knows no weapon.

Which names may somebody else's program count on? Those below and no others:

* hashes, trees and proofs of RFC 6962 and RFC 9162,
* tiles and entry bundles of C2SP tlog-tiles, with their paths,
* C2SP signed notes, checkpoints, cosignatures, tlog-proof and tlog-policy,
* a statement as a signed JWS, with this project's own `typ`,
* the errors that these raise.

All of it takes bytes and gives bytes. Nothing here opens a file, a socket or a database, and
nothing reads a clock or makes randomness: those come from the caller.

Not here, and not loaded by importing this package: the journal and its one writer, publishing
and recovery, verifying a whole record, `fsck`, attachments, what an entry means. In particular
nothing here remembers what was signed: that no second root is signed for a size is for whoever
calls `sign_checkpoint`.

`Tree` alone is loaded when it is first asked for. A production's writer keeps its nodes in it,
and `fsck` shares no code with the writer: importing the formats may not bring it in.

`docs/formats/ledger-library.md` has each name in a line, and five examples that the tests run.
"""

from typing import TYPE_CHECKING

from showclear.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from showclear.ledger.ed25519 import SigningKey
from showclear.ledger.errors import EvidenceError, LedgerError, MisuseError, StorageError
from showclear.ledger.jws import read_statement, sign_statement, thumbprint, verify_statement
from showclear.ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash
from showclear.ledger.note import (
    NoteCosigner,
    NoteSigner,
    VerifierKey,
    open_note,
    parse_verifier_key,
    sign_note,
)
from showclear.ledger.policy import Policy, parse_policy
from showclear.ledger.proofs import (
    consistency_proof,
    inclusion_proof,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from showclear.ledger.tiles import (
    EntryBundleId,
    TileId,
    TileReader,
    parse_path,
    read_bundle,
    tile_bytes,
    tiles_between,
    tiles_of,
    write_bundle,
)
from showclear.ledger.tlog_proof import TlogProof, parse_tlog_proof, verify_tlog_proof

if TYPE_CHECKING:
    from showclear.ledger.tree import Tree

__all__ = [
    "EMPTY_ROOT",
    "Checkpoint",
    "EntryBundleId",
    "EvidenceError",
    "Frontier",
    "LedgerError",
    "MisuseError",
    "NoteCosigner",
    "NoteSigner",
    "Policy",
    "SigningKey",
    "StorageError",
    "TileId",
    "TileReader",
    "TlogProof",
    "Tree",
    "VerifierKey",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "open_checkpoint",
    "open_note",
    "parse_path",
    "parse_policy",
    "parse_tlog_proof",
    "parse_verifier_key",
    "read_bundle",
    "read_statement",
    "sign_checkpoint",
    "sign_note",
    "sign_statement",
    "thumbprint",
    "tile_bytes",
    "tiles_between",
    "tiles_of",
    "tree_root",
    "verify_consistency",
    "verify_inclusion",
    "verify_statement",
    "verify_tlog_proof",
    "write_bundle",
]


if not TYPE_CHECKING:
    # A type checker does not read this: to it, a name that is not above stays a mistake.
    def __getattr__(name: str) -> object:
        """Give `Tree` at its first use, and refuse any other name as a module does."""
        if name == "Tree":
            from showclear.ledger.tree import Tree

            return Tree
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}", name=name)
