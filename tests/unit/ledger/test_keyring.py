"""Protects: whose signature counts at which entry can be read off the log, and off nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from showclear.ledger.ed25519 import SigningKey
from showclear.ledger.encoding import encode_base64url
from showclear.ledger.errors import EvidenceError
from showclear.ledger.jws import thumbprint
from showclear.ledger.keyring import Enrolled, Keyring
from tests.strategies import often

KEYS = {name: SigningKey(bytes([number]) * 32) for number, name in enumerate("satbc", 1)}
KID = {name: thumbprint(key.public) for name, key in KEYS.items()}


def enrolling(device: str, by: str, **more: Any) -> dict[str, Any]:
    coded = encode_base64url(KEYS[by].public).decode()
    return {"what": "device.enrolled", "device": device, "key": coded, "kind": "tablet", **more}


def revoking(device: str) -> dict[str, Any]:
    return {"what": "device.revoked", "device": device}


@pytest.fixture
def ring() -> Keyring:
    """A keyring of which the server's key was read."""
    made = Keyring()
    made.first(enrolling("set-server", "s", kind="server"), kid=KID["s"])
    return made


def refusal(ring: Keyring, key: str, index: int) -> str:
    with pytest.raises(EvidenceError) as refused:
        ring.key_for(KID[key], index=index)
    return refused.value.code


def test_the_first_entry_enrols_the_server_by_its_own_key(ring: Keyring) -> None:
    assert KID["s"] == ring.server
    assert ("server", "", 0, None) == (
        (one := ring.key_for(KID["s"], index=0)).kind,
        one.person,
        one.since,
        one.until,
    )


@pytest.mark.parametrize(
    "payload",
    [
        {},
        enrolling("set-server", "s"),
        enrolling("set-server", "a", kind="server"),
        enrolling("set-server", "s", kind="server") | {"what": "people.arrived"},
        enrolling("set-server", "s", kind="server", key="AAAA"),
        enrolling("set-server", "s", kind="server", key=7),
        enrolling("set-server", "s", kind="server", key=None),
        enrolling("set-server", "s", kind="server", key="*"),
        enrolling("set-server", "s", kind=["server"]),
    ],
)
def test_a_log_that_begins_otherwise_has_no_server(payload: Mapping[str, Any]) -> None:
    ring = Keyring()

    with pytest.raises(EvidenceError) as refused:
        ring.first(payload, kid=KID["s"])

    assert "no-server-key" == refused.value.code
    assert {} == dict(ring.keys)


def test_a_key_counts_after_its_enrolment_and_not_before(ring: Keyring) -> None:
    ring.see(enrolling("tablet", "t"), kid=KID["s"], index=5)

    assert "unknown-key" == refusal(ring, "t", 4)
    assert "tablet" == ring.key_for(KID["t"], index=6).device


def test_a_key_counts_up_to_its_revocation_and_not_after(ring: Keyring) -> None:
    ring.see(enrolling("tablet", "t"), kid=KID["s"], index=5)
    ring.see(revoking("tablet"), kid=KID["t"], index=9)

    # It may itself have said that it ends.
    assert ring.key_for(KID["t"], index=9)
    assert "revoked-key" == refusal(ring, "t", 10)


def test_a_person_whose_own_it_is_stands_with_it(ring: Keyring) -> None:
    ring.see(enrolling("phone", "t", person="armorer"), kid=KID["s"], index=5)

    assert "armorer" == ring.key_for(KID["t"], index=6).person


def test_only_the_server_enrols(ring: Keyring) -> None:
    ring.see(enrolling("tablet", "t"), kid=KID["s"], index=5)

    ring.see(enrolling("phone", "a"), kid=KID["t"], index=6)

    assert "unknown-key" == refusal(ring, "a", 7)


def test_nobody_enrols_another_server(ring: Keyring) -> None:
    ring.see(enrolling("set-server", "a", kind="server"), kid=KID["s"], index=5)

    assert "unknown-key" == refusal(ring, "a", 6)


def test_nobody_revokes_the_server(ring: Keyring) -> None:
    ring.see(enrolling("tablet", "t"), kid=KID["s"], index=5)

    ring.see(revoking("set-server"), kid=KID["t"], index=6)
    ring.see(enrolling("set-server", "a"), kid=KID["s"], index=7)

    assert ring.key_for(KID["s"], index=100).until is None


def test_a_device_enrolled_anew_ends_its_key_of_before(ring: Keyring) -> None:
    ring.see(enrolling("tablet", "t"), kid=KID["s"], index=5)
    ring.see(enrolling("tablet", "a"), kid=KID["s"], index=8)

    assert "revoked-key" == refusal(ring, "t", 9)
    assert "tablet" == ring.key_for(KID["a"], index=9).device


def test_a_key_is_enrolled_once(ring: Keyring) -> None:
    ring.see(enrolling("tablet", "t"), kid=KID["s"], index=5)
    ring.see(enrolling("phone", "t", person="armorer"), kid=KID["s"], index=6)
    ring.see(enrolling("other", "s"), kid=KID["s"], index=7)

    assert ("tablet", "") == ((one := ring.keys[KID["t"]]).device, one.person)
    assert "server" == ring.keys[KID["s"]].kind
    ring.see(revoking("tablet"), kid=KID["s"], index=8)
    ring.see(enrolling("tablet", "t"), kid=KID["s"], index=9)
    assert "revoked-key" == refusal(ring, "t", 10)


def test_revoked_twice_it_ended_the_first_time(ring: Keyring) -> None:
    ring.see(enrolling("tablet", "t"), kid=KID["s"], index=5)
    ring.see(revoking("tablet"), kid=KID["s"], index=6)
    ring.see(revoking("tablet"), kid=KID["s"], index=9)

    assert 6 == ring.keys[KID["t"]].until


@pytest.mark.parametrize(
    "payload",
    [
        enrolling("", "t"),
        enrolling("tablet", "t", key="AAAA"),
        enrolling("tablet", "t", key=None),
        {"what": "device.enrolled"},
        {"what": "device.revoked"},
        {"what": "device.revoked", "device": {"sealed": "x"}},
        {"what": ["device.enrolled"]},
        {},
    ],
)
def test_what_cannot_be_read_changes_nothing(ring: Keyring, payload: Mapping[str, Any]) -> None:
    before = dict(ring.keys)

    ring.see(payload, kid=KID["s"], index=5)

    assert before == ring.keys


def test_a_copy_goes_on_by_itself(ring: Keyring) -> None:
    copy = ring.copy()

    copy.see(enrolling("tablet", "t"), kid=KID["s"], index=5)

    assert KID["t"] in copy.keys
    assert KID["t"] not in ring.keys
    assert ring.server == copy.server


names = st.sampled_from(sorted(KEYS))
steps = st.lists(
    st.tuples(
        names,
        st.builds(enrolling, st.sampled_from(["tablet", "phone", "set-server"]), names)
        | st.builds(revoking, st.sampled_from(["tablet", "phone", "set-server"]))
        | st.builds(enrolling, st.just("tablet"), names, kind=st.just("server")),
    ),
    max_size=12,
)


@often(80)
@given(steps)
def test_whatever_is_said_what_counted_stays_counted(
    said: list[tuple[str, dict[str, Any]]],
) -> None:
    ring = Keyring()
    ring.first(enrolling("set-server", "s", kind="server"), kid=KID["s"])
    for index, (name, payload) in enumerate(said, 1):
        before: dict[str, Enrolled] = dict(ring.keys)
        ring.see(payload, kid=KID[name], index=index)
        for kid, one in before.items():
            now = ring.keys[kid]
            assert (one.public, one.since) == (now.public, now.since)
            assert one.until in (None, now.until)
        assert ring.keys[KID["s"]].until is None
        assert ["server"] == [one.kind for one in ring.keys.values() if one.kind == "server"]
        standing = [
            one.device for one in ring.keys.values() if one.until is None and one.kind != "server"
        ]
        assert len(standing) == len(set(standing))
