"""Protects: whoever speaks at the same time as others is answered, each with their own answer."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Sequence

import pytest

from showclear.app.callers import GROUP_MAX, TOGETHER, Callers, Verifying
from showclear.app.draft import one_by_one
from showclear.app.incoming import Answer, Incoming, Taken
from showclear.ledger.ed25519 import SigningKey
from showclear.ledger.errors import StorageError
from showclear.ledger.jws import SignedStatement, read_statement, sign_statement

KEY = SigningKey(bytes(range(32)))


class Groups:
    """Records groups in memory, and can be told to fail the next one."""

    def __init__(self) -> None:
        self.sizes: list[int] = []
        self.threads: set[str] = set()
        self.failing = False

    def __call__(self, group: Sequence[Incoming]) -> list[Answer]:
        self.sizes.append(len(group))
        self.threads.add(threading.current_thread().name)
        if self.failing:
            self.failing = False
            raise StorageError("the disk is full")
        return [Answer(id=str(one.fields["id"])) for one in group if isinstance(one, Taken)]


def said(number: int) -> Taken:
    return Taken(fields={"id": f"s{number}"})


def test_everybody_gets_their_own_answer() -> None:
    groups = Groups()

    async def day() -> list[Answer]:
        front = Callers(groups)
        answers = await asyncio.gather(*(front.say(said(number)) for number in range(300)))
        await front.close()
        return answers

    answers = asyncio.run(day())

    assert [f"s{number}" for number in range(300)] == [answer.id for answer in answers]
    assert max(groups.sizes) == GROUP_MAX
    assert len(groups.threads) == 1


def test_one_caller_alone_waits_for_nobody() -> None:
    groups = Groups()

    async def day() -> Answer:
        front = Callers(groups)
        answer = await front.say(said(1))
        await front.close()
        return answer

    assert "s1" == asyncio.run(day()).id
    assert [1] == groups.sizes


def test_a_group_that_failed_tells_each_of_its_callers_and_the_next_is_tried() -> None:
    groups = Groups()
    groups.failing = True

    async def day() -> tuple[list[BaseException | Answer], Answer]:
        front = Callers(groups)
        told = await asyncio.gather(
            *(front.say(said(number)) for number in range(3)), return_exceptions=True
        )
        again = await front.say(said(9))
        await front.close()
        return list(told), again

    told, again = asyncio.run(day())

    assert [StorageError] * 3 == [type(one) for one in told]
    assert "s9" == again.id


def test_a_caller_who_went_away_takes_no_answer_from_the_others() -> None:
    groups = Groups()

    async def day() -> Answer:
        front = Callers(groups)
        gone = asyncio.create_task(front.say(said(1)))
        await asyncio.sleep(0)
        gone.cancel()
        stays = await front.say(said(2))
        await front.close()
        return stays

    assert "s2" == asyncio.run(day()).id


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, TOGETHER - 1, TOGETHER, 25])
def test_signatures_are_judged_alike_on_one_thread_or_several(threads: int, count: int) -> None:
    asked = [signature(number, broken=number % 3 == 0) for number in range(count)]
    verifying = Verifying(threads)

    found = verifying(asked)
    verifying.close()

    assert one_by_one(asked) == list(found)
    assert [number % 3 != 0 for number in range(count)] == list(found)


def signature(number: int, *, broken: bool) -> tuple[SignedStatement, bytes]:
    read = read_statement(sign_statement(json.dumps({"id": f"s{number}"}).encode(), KEY))
    if broken:
        read = SignedStatement(
            kid=read.kid,
            payload=read.payload,
            signing_input=read.signing_input,
            signature=bytes([read.signature[0] ^ 1]) + read.signature[1:],
        )
    return read, KEY.public
