"""Solve mixed-integer programs with HiGHS: sparse, one thread, one seed, with a proved bound.

Every program comes with a feasible start, so that there is an answer when time runs out; the bound
then tells how far it may be from the best.
"""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

__all__ = ["Program", "Rows", "Solution", "solve"]

REL_GAP = 1e-7  # below one person in ten million: what a proof of an integral sum needs


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Minimise ``cost @ x`` with ``lower <= matrix @ x <= upper``, ``low <= x <= high``.

    Attributes
    ----------
    cost, low, high
        Per variable, shape (k,).
    whole
        Variables that must be whole numbers, shape (k,).
    matrix
        Shape (r, k); `lower` and `upper` shape (r,), infinite where there is no such side.
    """

    cost: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    whole: NDArray[np.bool_]
    matrix: csr_array
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """Values of the variables, a proved lower bound of the objective, and whether it is met."""

    x: NDArray[np.float64]
    bound: float
    proved: bool


class Rows:
    """Constraint rows of a program, gathered block by block."""

    def __init__(self, n_variables: int) -> None:
        self._k = n_variables
        self._count = 0
        self._parts: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]] = []
        self._sides: list[tuple[NDArray[np.float64], NDArray[np.float64]]] = []

    def add(
        self,
        row: NDArray[np.int64],
        column: NDArray[np.int64],
        value: NDArray[np.float64],
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
    ) -> None:
        """Append a block: entries whose rows count from 0 within it, and its two sides."""
        self._parts.append((row + self._count, column, value))
        self._sides.append((lower, upper))
        self._count += len(lower)

    def build(self) -> tuple[csr_array, NDArray[np.float64], NDArray[np.float64]]:
        """Return matrix, lower and upper side."""
        row, column, value = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        lower, upper = (np.concatenate(side) for side in zip(*self._sides, strict=True))
        matrix = coo_array((value, (row, column)), shape=(self._count, self._k)).tocsr()
        return csr_array(matrix), lower, upper


def solve(
    program: Program, start: NDArray[np.float64], time_limit_s: float, rel_gap: float = REL_GAP
) -> Solution:
    """Solve a program to optimality, or to the best within the time.

    Parameters
    ----------
    start
        A feasible point, shape (k,); it is the answer when nothing better is found.
    time_limit_s
        Seconds; what is found when they are over depends on the machine, what is proved does not.
    rel_gap
        Difference of value and bound, as a share of the value, that counts as none.
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy leaves it untyped
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("parallel", "off"),
        ("random_seed", 0),
        ("mip_rel_gap", rel_gap),
        ("time_limit", max(time_limit_s, 0.0)),
    ):
        solver.setOptionValue(option, value)
    solver.passModel(_highs_lp(program))
    given = highspy.HighsSolution()
    given.col_value = start.tolist()
    solver.setSolution(given)
    solver.run()
    info = solver.getInfo()
    x = np.array(solver.getSolution().col_value)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        x = start
    proved = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return Solution(x=x, bound=float(info.mip_dual_bound), proved=proved)


def _highs_lp(program: Program) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_col_ = len(program.cost)
    model.num_row_ = program.matrix.shape[0]
    model.col_cost_ = program.cost
    model.col_lower_, model.col_upper_ = program.low, program.high
    model.row_lower_, model.row_upper_ = program.lower, program.upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = program.matrix.indptr
    model.a_matrix_.index_ = program.matrix.indices
    model.a_matrix_.value_ = program.matrix.data
    kinds = highspy.HighsVarType
    model.integrality_ = [
        kinds.kInteger if whole else kinds.kContinuous for whole in program.whole.tolist()
    ]
    return model
