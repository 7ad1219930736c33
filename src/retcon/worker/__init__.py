"""The one that stays awake (`retcon run`): pulls on a schedule, lets leave what may, tells the seller what can't wait.

One loop in one thread. It looks at the clock anew every few seconds and asks what is due, so that a machine that
slept, or a clock that jumped, is an hour like any other. Pulling and recomputing are done by children, so that the
process that waits stays small; sending is done here, by the same lease as everywhere.
"""

from retcon.worker.loop import run as run
from retcon.worker.state import Child as Child
from retcon.worker.state import TakenOver as TakenOver
from retcon.worker.state import Tell as Tell
from retcon.worker.state import Terminated as Terminated
