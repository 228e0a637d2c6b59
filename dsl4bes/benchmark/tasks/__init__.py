"""The six tasks, one module each: how data are drawn, which fits are right, what must be printed.

In: a name. Out: the task. The words of a task are in `prompts/<name>.toml`, its wrong and right programs in the tests.
"""

from __future__ import annotations

from dsl4bes.benchmark.tasks.asymmetric import Asymmetric
from dsl4bes.benchmark.tasks.base import Task
from dsl4bes.benchmark.tasks.convolution import Convolution
from dsl4bes.benchmark.tasks.levels import Levels
from dsl4bes.benchmark.tasks.plane import Plane
from dsl4bes.benchmark.tasks.sidebands import SideBands
from dsl4bes.benchmark.tasks.simultaneous import Simultaneous

TASKS: dict[str, Task] = {task.name: task for task in (Plane(), SideBands(), Asymmetric(), Levels(), Simultaneous(), Convolution())}
