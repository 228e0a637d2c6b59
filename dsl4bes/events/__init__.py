"""Events: DST files, toy events and the flat columns that everything else works on.

In: files named by the user, or a decay string. Out: `Batch` (`batch.py`), whose columns `columns.py`
declares. Importing this package loads neither numpy nor uproot; they come with the first event.
No selection and no physics of the language happens here.
"""

from dsl4bes.events.batch import Batch, BatchError
from dsl4bes.events.errors import EventFileError
from dsl4bes.events.sources import EventSource, open_events, read_file
from dsl4bes.events.store import read_events, write_events

__all__ = [
    "Batch",
    "BatchError",
    "EventFileError",
    "EventSource",
    "open_events",
    "read_events",
    "read_file",
    "write_events",
]
