"""The indicators of the settings directory, taken together or not at all."""

import tomllib
from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from oseredok_metrics.indicators import Indicator


class Catalogue:
    """Indicators in their order. Raises ValueError when two have the same place, or there are none."""

    def __init__(self, indicators: list[Indicator]) -> None:
        self.by_id = {indicator.id: indicator for indicator in sorted(indicators, key=lambda i: i.order)}
        if not indicators:
            raise ValueError("no indicators")
        places: dict[int, str] = {}
        for indicator in indicators:
            if (first := places.setdefault(indicator.order, indicator.id)) != indicator.id:
                raise ValueError(f"{first} and {indicator.id} have the same order, {indicator.order}")

    def __iter__(self) -> Iterator[Indicator]:
        return iter(self.by_id.values())


def parse(files: Mapping[str, str]) -> Catalogue:
    """File name to text. Raises ValueError naming the file and what is wrong in it."""
    return Catalogue([_indicator(name, text) for name, text in files.items()])


def _indicator(name: str, text: str) -> Indicator:
    try:
        indicator = Indicator.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{name}: {error}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"{name}: {place} {first['msg']}".replace("  ", " ")) from None
    if name != f"{indicator.id}.toml":
        raise ValueError(f"{name} holds the indicator {indicator.id}: a file is named after it")
    return indicator
