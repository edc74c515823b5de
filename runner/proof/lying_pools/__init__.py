"""Pools that lie: each breaks one law, in a normal run, on a real server, with real queries.

They declare the same of themselves as the honest pool that they are built on. The checks of
`runner.results.conservation` must detect them, without knowing any of them.
"""

from runner.proof.lying_pools.conditions import ChangesSettings, MakesUnlogged
from runner.proof.lying_pools.connections import HandsOutTwice, OpensMore
from runner.proof.lying_pools.early_answers import AnswersEarly, GuessesIds
from runner.proof.lying_pools.inserts import (
    CountsTooFew,
    CountsTooMany,
    DeletesAgain,
    InsertsUnderAnotherName,
    ShiftsIds,
)
from runner.proof.lying_pools.processes import HasAnotherProcess, WorksWhileParked
from runner.proof.lying_pools.reads import AnswersAtLeisure, AnswersFromMemory, ReadsAhead

__all__ = [
    "AnswersAtLeisure",
    "AnswersEarly",
    "AnswersFromMemory",
    "ChangesSettings",
    "CountsTooFew",
    "CountsTooMany",
    "DeletesAgain",
    "GuessesIds",
    "HandsOutTwice",
    "HasAnotherProcess",
    "InsertsUnderAnotherName",
    "MakesUnlogged",
    "OpensMore",
    "ReadsAhead",
    "ShiftsIds",
    "WorksWhileParked",
]
