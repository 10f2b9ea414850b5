"""A production being served: what is answered is durable, and screens hear of it afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from showclear.adapters.production_folder import writing
from showclear.app import set_server
from showclear.app.incoming import Taken
from showclear.app.recording import Recorder
from showclear.app.set_server import SetServer
from showclear.ledger.errors import StorageError
from tests.stories.production import MORNING, Production, shelf

ZONE = timezone(timedelta(hours=-5))
ARMORER: dict[str, Any] = {
    "id": "p-1",
    "what": "person.joined",
    "at_is": "order-only",
    "by": "server",
    "attested": "server",
    "person": "armorer",
    "name": "The one at the cart",
    "roles": ["armorer"],
}
REVOLVER: dict[str, Any] = {
    "id": "w-1",
    "what": "weapon.received",
    "at_is": "order-only",
    "by": "server",
    "attested": "server",
    "weapon": "revolver",
    "kind": "firearm",
    "serial": "SN-1234",
    "from": "hire",
}


def out(id_: str, minutes: int = 0) -> Taken:
    """The armorer takes the revolver out."""
    at = (MORNING + timedelta(minutes=minutes)).isoformat()
    return Taken(
        fields={
            "id": id_,
            "what": "weapon.taken-out",
            "at": at,
            "by": "armorer",
            "attested": "badge",
            "weapons": ["revolver"],
        }
    )


@asynccontextmanager
async def served(path: Path) -> AsyncIterator[SetServer]:
    with writing(path) as folder:
        server = await SetServer.opened(
            lambda: Recorder(folder, shelf(), clock=lambda: MORNING, random=lambda n: b"7" * n),
            clock=lambda: MORNING,
            zone=ZONE,
            kind="sample",
        )
        try:
            yield server
        finally:
            await server.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    production = Production(path=tmp_path / "p")
    production.found(sample=True, packs=("showclear-baseline",), where="US-NM")
    production.take(ARMORER, REVOLVER)
    production.close()
    return tmp_path / "p"


def story(folder: Path, tell: Callable[[SetServer], Awaitable[None]]) -> None:
    """Serve the production for one story."""

    async def whole() -> None:
        async with served(folder) as server:
            await tell(server)

    asyncio.run(whole())


def test_an_answer_is_seen_by_the_next_look(folder: Path) -> None:
    async def tell(server: SetServer) -> None:
        (answer,) = await server.say([out("o-1")])
        holder = await server.look(lambda look: look.state.weapons["revolver"].holder)

        assert answer.receipt is not None
        assert "armorer" == holder

    story(folder, tell)


def test_a_screen_is_told_once_a_group_and_after_it_is_durable(folder: Path) -> None:
    async def tell(server: SetServer) -> None:
        heard: list[str] = []
        stop = server.listen(lambda: heard.append("told"))
        await server.say([out("o-1"), out("o-2", 1), out("o-3", 2)])
        stop()
        await server.say([out("o-4", 3)])

        assert ["told"] == heard

    story(folder, tell)


def test_screens_hear_of_what_is_on_record_though_whoever_said_it_has_gone(folder: Path) -> None:
    async def tell(server: SetServer) -> None:
        heard: list[str] = []
        server.listen(lambda: heard.append("told"))
        gone = asyncio.create_task(server.say([out("o-1")]))
        for _ in range(3):
            # Long enough to be heard, too short to be answered.
            await asyncio.sleep(0)
        gone.cancel()
        while await server.look(lambda look: look.memory.find("o-1")) is None:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.01)

        assert ["told"] == heard

    story(folder, tell)


def test_what_was_said_together_stays_together_and_in_order(folder: Path) -> None:
    async def tell(server: SetServer) -> None:
        many = await asyncio.gather(
            *(server.say([out(f"{who}-{n}", n) for n in range(5)]) for who in ("a", "b", "c"))
        )

        for answers in many:
            indexes = [answer.index for answer in answers if answer.index is not None]
            assert sorted(indexes) == indexes
            assert 5 == len(indexes)

    story(folder, tell)


def test_names_serials_and_answers_are_there_after_a_restart(folder: Path) -> None:
    async def say(server: SetServer) -> None:
        await server.say([out("o-1")])

    async def tell(server: SetServer) -> None:
        memory = await server.look(lambda look: look.memory)
        told = memory.find("o-1")

        assert "The one at the cart" == memory.names["armorer"]
        assert [] == memory.closings
        assert "SN-1234" == memory.serials["revolver"]
        assert told is not None
        assert ("take-out", "hold") == (told.gate, told.answer)
        assert "not-qualified" in told.missing
        assert ["w-1", "o-1"] == [one.said.id for one in memory.about("revolver")]

    story(folder, say)
    story(folder, tell)


def test_what_the_log_publishes_has_all_that_was_answered(folder: Path) -> None:
    async def tell(server: SetServer) -> None:
        await server.say([out("o-1")])

    story(folder, tell)
    checkpoint = (folder / "log" / "checkpoint").read_text()
    production = Production(path=folder)

    assert production.recorder.size == int(checkpoint.splitlines()[1])
    production.close()


def test_a_receipt_can_be_had_again_later(folder: Path) -> None:
    async def tell(server: SetServer) -> None:
        (answer,) = await server.say([out("o-1")])
        assert answer.index is not None
        again = await server.receipt(answer.index)

        assert answer.receipt == again
        assert await server.receipt(10_000) is None

    story(folder, tell)


def test_a_folder_that_cannot_be_opened_leaves_no_thread_behind(tmp_path: Path) -> None:
    def refuses() -> Recorder:
        raise StorageError("the disk is gone")

    async def tell() -> None:
        with pytest.raises(StorageError):
            await SetServer.opened(
                refuses, clock=lambda: datetime.now(UTC), zone=ZONE, kind="sample"
            )

    asyncio.run(tell())


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not so():
            await asyncio.sleep(0.01)


def test_what_cannot_be_published_is_told_and_tried_again_by_itself(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The published checkpoint was written over: no fault of the disk, and nobody's to hear of."""
    monkeypatch.setattr(set_server, "PUBLISH_SECONDS", 0.01)
    monkeypatch.setattr(set_server, "PUBLISH_AGAIN_SECONDS", 0.01)
    note = folder / "log" / "checkpoint"

    async def tell(server: SetServer) -> None:
        before = note.read_bytes()
        note.write_bytes(b"another log\n1\n\n")
        await server.say([out("o-1")])
        await until(lambda: bool(server.unpublished))
        await asyncio.sleep(0.1)
        (answer,) = await server.say([out("o-2", 1)])

        assert answer.receipt is not None, "the journal takes what is said all the same"
        assert ("", True) == (server.failed, bool(server.unpublished)), "saying clears nothing"
        note.write_bytes(before)
        await until(lambda: not server.unpublished)

    with caplog.at_level("ERROR", logger="showclear"):
        story(folder, tell)

    assert 1 == sum("not-published" in line for line in caplog.messages), "once, not at each try"
    assert str(folder) not in caplog.text
    production = Production(path=folder)
    assert production.recorder.size == int(note.read_text().splitlines()[1])
    production.close()
