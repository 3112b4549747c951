"""The same message again: it has its effect once, and is answered as the first was.

A client that isn't sure whether a message arrived (the socket was cut, an answer did not come) may
send it again under the same `idempotency_key`, even long after others have followed. Keys are a
connection's own: what a message does, it does to that connection's subscriptions and plays.
"""

from __future__ import annotations

import json
from hashlib import sha256

from dishka import Container

from records.idempotency import MAX_KEY_LENGTH, Answer, RequestKey, once
from shared.clock import Clock
from shared.database import Database, Queries
from shared.errors import FieldError, ValidationFailed

from .messages import Message, Respond

_NAME = "idempotency_key"
_NOT_PART_OF_WHAT_IS_ASKED = frozenset({_NAME, "ref"})
_OK = 200


def answered_once(
    connection_id: str, message: Message, services: Container, answer: Respond
) -> Message | None:
    """What goes back: what `answer` returns, or where it has nothing to say, that it is done.

    Without a key, whatever `answer` returns. The key is held while the message has its effect, so
    that of many at once the others wait, and are answered when it has. An effect that failed is
    not remembered, and one whose function died may come again.

    Raises:
        ValidationFailed: the key is no key.
        IdempotencyConflict: it was used for another message.
        Exception: whatever `answer` raises.
    """
    if message.get(_NAME) is None:
        return answer(connection_id, message, services)
    key = _key(connection_id, message)

    def act(_: Queries) -> Answer:
        said = answer(connection_id, message, services)
        done = {"type": "done", "action": message.get("action"), _NAME: key.key}
        return Answer(_OK, said if said is not None else done)

    now = services.get(Clock).now()
    return once(services.get(Database), key, act, now=now).answer.body


def _key(connection_id: str, message: Message) -> RequestKey:
    key = message[_NAME]
    taken = isinstance(key, str) and key.isascii() and key.isprintable()
    if not taken or not 0 < len(key) <= MAX_KEY_LENGTH:
        why = f"must be 1 to {MAX_KEY_LENGTH} printable characters"
        raise ValidationFailed(f"{_NAME} {why}.", errors=[FieldError(_NAME, why)])
    asked = {k: v for k, v in message.items() if k not in _NOT_PART_OF_WHAT_IS_ASKED}
    digest = sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    return RequestKey(caller=f"connection:{connection_id}", key=key, request_hash=digest)
