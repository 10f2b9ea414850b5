"""Which screens are there? Each is one view, pushed to whoever looks at it.

A screen registers itself here, by the name under which it is streamed and asked for once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from showclear.app.views.board import board
from showclear.app.views.cart import cart
from showclear.app.views.floor import floor
from showclear.web.streams import View

VIEWS: Final[Mapping[str, View]] = {
    "board": board,
    "cart": cart,
    "floor": floor,
}
