"""The order in which one learner sees an item's options."""

import hashlib
import json
from collections.abc import Sequence


def option_order(log_id: str, item_id: str, option_ids: Sequence[str]) -> list[str]:
    """The option ids in an order that is this log's own, and the same on every machine and Python version."""

    # Not random.shuffle: its results may change between Python versions.
    def place(option: str) -> tuple[bytes, str]:
        seed = json.dumps([log_id, item_id, option])
        return hashlib.sha256(seed.encode()).digest(), option

    return sorted(option_ids, key=place)
