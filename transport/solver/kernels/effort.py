"""What a search carries along besides the routes: choices, memory, pool, chance."""

from typing import NamedTuple

from transport.solver.kernels.layout import Flags, Floats, Ints, Routes, Scratch, Words
from transport.solver.kernels.pairs import Pair
from transport.solver.kernels.scan import Cursor, Rows


class Choices(NamedTuple):
    """Alternatives flat: options of journey `j` are `first[j]:first[j + 1]`, cheapest first
    (`original`: their index in the journey);
    rides of option `o` are `rides[ride_first[o]:ride_first[o + 1]]`; `care` -1: none.

    `of_ride` is the journey of a ride; `near[j]` are the other journeys, the most related first;
    `weight` is what leaving one out costs; `order` holds sort keys for putting journeys back;
    those `fixed` may not be taken out.
    """

    first: Ints
    original: Ints
    cost: Floats
    care: Ints
    ride_first: Ints
    rides: Ints
    of_ride: Ints
    care_room: Ints
    weight: Floats
    fixed: Flags
    near: Ints
    order: Floats


class Memory(NamedTuple):
    """Cheapest insertion of a ride in a route met before, by a hash of both."""

    key: Words
    cost: Floats
    gaps: Ints


class Pool(NamedTuple):
    """Routes met, one per set of rides and kind of vehicle, the cheapest order of each.

    `slot` is a hash table of indices (-1: free); `filled[0]` the routes in the pool. `price` is
    what a ride, then a kind of vehicle, was worth in the last relaxation; a route at most
    `margin[0]` dearer than its rides are worth is remembered wherever it is met.
    """

    slot: Ints
    key: Words
    cost: Floats
    kind: Ints
    size: Ints
    stops: Ints
    filled: Ints
    price: Floats
    margin: Floats


class Standing(NamedTuple):
    """A solution's choices: option by journey (-1: unserved), care stops taken, total cost."""

    option: Ints
    care: Ints
    total: Floats


class Ledger(NamedTuple):
    """Lists of the iteration at hand. `found` and `chosen` are a vehicle and gaps: of the last
    ride looked at, of the option preferred; `counts`: journeys out, routes touched, last stamp."""

    out: Ints
    touched: Ints
    is_touched: Flags
    is_out: Flags
    key: Floats
    line: Ints
    kind_seen: Ints
    found: Ints
    chosen: Ints
    counts: Ints


class Effort(NamedTuple):
    """All of it. `now` is the solution under change, `kept` the one accepted last, `best` ever."""

    choices: Choices
    memory: Memory
    pool: Pool
    now: Standing
    kept: Standing
    best: Standing
    kept_routes: Routes
    best_stops: Ints
    best_size: Ints
    ledger: Ledger
    chance: Words
    work: Scratch
    cursor: Cursor
    rows: Rows
    pair: Pair
