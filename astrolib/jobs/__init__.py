"""Notebooks run without people: what they take, and a runner that nothing survives.

========= ===================================================================
types     what a parameter may be
values    from text or JSON to a value of its type, and back
contract  the parameters of a notebook, read from its one tagged cell
notebook  a notebook as JSON: read it, put a cell in
output    where a run may write
inputs    the files that a run reads, and their hashes
execution one child process with its kernel, followed and ended as a whole
processes all that a run has started: its memory, its end
verdict   how a run ended, and why
runner    check, run, record
record    what ``run.json`` says beside the verdict
execute   the child: the notebook in a kernel, by papermill (never imported here)
========= ===================================================================
"""

from astrolib.jobs.contract import Contract, Parameter
from astrolib.jobs.execution import Limits
from astrolib.jobs.runner import Plan, Run, plan, run, run_notebook

__all__ = ["Contract", "Limits", "Parameter", "Plan", "Run", "plan", "run", "run_notebook"]
