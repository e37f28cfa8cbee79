"""Notebooks run without people: what they take, and a runner that nothing survives.

=========== =================================================================
types       what a parameter may be
values      from text or JSON to a value of its type, and back
notebook    a notebook as JSON: read it, put a cell in
declaration the cell that declares the parameters
contract    which parameters a notebook takes, and whether values keep to it
output      where a run may write
inputs      the files that a run reads, and their hashes
processes   all that a run has started: its memory, its end
events      what a run says of itself while it goes
execution   one child process with its kernel, followed and ended as a whole
execute     that child: the notebook in a kernel, by papermill
kernel      that kernel
verdict     how a run ended, and why
record      what ``run.json`` says beside the verdict
runner      check, execute, judge, record
=========== =================================================================
"""

from astrolib.jobs.contract import Contract
from astrolib.jobs.declaration import Parameter
from astrolib.jobs.execution import Limits
from astrolib.jobs.runner import Plan, Run, plan, run, run_notebook

__all__ = ["Contract", "Limits", "Parameter", "Plan", "Run", "plan", "run", "run_notebook"]
