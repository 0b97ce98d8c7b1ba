"""Where something is, as every announcement carries it: no consumer needs the tree of territory."""

from oseredok_contracts.fields import TerritoryCode, Tolerant


class Place(Tolerant):
    """The codifier's codes from the top level down to the hromada, with the names for people."""

    hromada: TerritoryCode
    hromada_name: str
    oblast: TerritoryCode
    oblast_name: str
    path: list[TerritoryCode]
