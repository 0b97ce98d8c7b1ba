"""The relay against a plain loop that selects, sends, waits for all acknowledgements and deletes."""

from bench.figures import Race
from bench.mode import Mode, in_both_modes
from bench.stage import Stage
from support.world import World


@in_both_modes
async def test_relay_is_fast(world: World, mode: Mode) -> None:
    """Order per key, one owner and no loss don't cost what reading ahead gains."""
    stage = await Stage.of(world)
    race = Race("relay", "rows", {"relay / plain loop": ("relay", "plain loop", 1)})
    for _ in range(mode.rounds):
        race.note("relay", await stage.relay("ours", mode.rows))
        race.note("plain loop", await stage.relay("plain", mode.rows))
    race.save(mode.file_name, rows=mode.rows, rounds=mode.rounds)
    print(race.table())
    mode.check(race.thrift(), 0.5)
