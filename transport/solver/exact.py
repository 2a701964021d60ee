"""CP-SAT as the small exact models of a decision use it: the same answer whenever it is asked."""

from ortools.sat.python import cp_model


def solver_of(deterministic: float) -> cp_model.CpSolver:
    """Return a solver with a budget in deterministic time, one worker and a fixed seed; probing
    and symmetries would take longer than the search."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 0
    solver.parameters.max_deterministic_time = deterministic
    solver.parameters.cp_model_probing_level = 0
    solver.parameters.symmetry_level = 0
    return solver
