"""The log: one line of JSON a record, on standard error, with nothing in it that could be a patient's.

Decides which keys a line may have, which shape the value of each has, and what is left of other people's records.

Invariants:
- A key that is not in ``SHAPES`` is dropped and counted; a value of another shape than its key's is left out (A20).
- Of foreign loggers, warnings and uncaught exceptions a line says who, which kind and where in the code. Messages,
  arguments and locals hold patients' names; no level brings them back (K1, K2; threats.md F17).
- A foreign record is stripped when it is made: whichever handler prints it finds our line as its message. So a
  logger that configures itself later can change where a line goes, not what it says.

Refuses to format messages, and to log addresses: their queries point at records.
"""

import logging
import re
import sys
import threading
import traceback
import warnings
from types import TracebackType
from typing import Any

import structlog

LEFT_OUT = "(left out)"
FRAMES = 6

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,79}")
_PLACE = re.compile(r"[A-Za-z0-9_.<>-]{1,80}:[0-9]{1,7}")
_ID = re.compile(r"[a-z]{1,10}(-[a-z0-9]{26})?")
_MOST = 10**15

SHAPES: dict[str, re.Pattern[str] | type[float]] = {
    "at": re.compile(r"[0-9T:.+-]{10,40}Z?"),
    "level": _WORD,
    "event": _WORD,
    "alarm": _WORD,
    "reference": re.compile(r"[0-9A-Z]{4}"),
    "kind": _WORD,
    "where": _PLACE,
    "logger": _WORD,
    "setting": _WORD,
    "code": _WORD,
    "method": _WORD,
    "route": re.compile(r"(/([a-z_-]+|\{[a-z_]+\})?(\.[a-z]+)?){1,6}"),
    "status": float,
    "count": float,
    "seconds": float,
    "port": float,
    "person": _ID,
    "session": _ID,
    "device": _ID,
    "episode": _ID,
}
"""The closed list: keys in the order of a line, each with the shape of its value, or of each in its list of values."""


def kind_and_where(error: BaseException | None, *, place: str = "") -> dict[str, object]:
    """Which kind of error, and the last frames it came through; ``place`` stands for frames that are not there."""
    frames = traceback.walk_tb(error.__traceback__ if error else None)
    where = [_place(frame.f_code.co_filename, number) for frame, number in frames][-FRAMES:]
    kind = {"kind": type(error).__qualname__} if error else {}
    return kind | {"where": where or ([place] if place else [])}


def _place(path: str, number: int) -> str:
    return f"{path.rsplit('/', 1)[-1]}:{number}"


def allowed(_logger: object, _level: str, fields: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Keep what is on the list, in its order; the last step before a line is written."""
    kept = {key: _shaped(shape, fields[key]) for key, shape in SHAPES.items() if key in fields}
    dropped = len(fields) - len(kept)
    return kept | ({"dropped": dropped} if dropped else {})


def _shaped(shape: re.Pattern[str] | type[float], value: object) -> object:
    if isinstance(value, list | tuple):
        return [one if _fits(shape, one) else LEFT_OUT for one in value]
    return value if _fits(shape, value) else LEFT_OUT


def _fits(shape: re.Pattern[str] | type[float], value: object) -> bool:
    if isinstance(shape, re.Pattern):
        return isinstance(value, str) and shape.fullmatch(value) is not None
    return isinstance(value, int | float) and not isinstance(value, bool) and -_MOST < value < _MOST


STEPS: tuple[structlog.typing.Processor, ...] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
    allowed,
    structlog.processors.JSONRenderer(),
)


def line(level: str, **fields: object) -> str:
    """One record as it is written."""
    told: Any = fields
    for step in STEPS:
        told = step(None, level, told)
    return str(told)


def stripped(*made: Any, **_: object) -> logging.LogRecord:  # noqa: ANN401 - what a logger hands to its record factory
    """A record of a foreign logger with our line in place of its message, arguments and exception."""
    name, level, path, number, _message, _arguments, raised = made[:7]
    error = raised[1] if raised else None
    place = _place(path, number)
    word = logging.getLevelName(level or logging.NOTSET).lower()
    told = line(word, event="foreign", logger=name, **kind_and_where(error, place=place))
    return logging.LogRecord(name, level or logging.NOTSET, path, number, told, None, None)


def start() -> None:
    """From here on everything that this process logs is a line of ours. Called once, before any record is opened."""
    structlog.configure(processors=STEPS, logger_factory=lambda *_: structlog.WriteLogger(sys.stderr))
    logging.setLogRecordFactory(stripped)
    logging.raiseExceptions = False
    _print_bare()
    warnings.showwarning = _warned
    sys.excepthook = _uncaught
    sys.unraisablehook = lambda told: _uncaught(told.exc_type, told.exc_value, told.exc_traceback)
    threading.excepthook = lambda told: _uncaught(told.exc_type, told.exc_value, told.exc_traceback)


def _print_bare() -> None:
    """Put one handler without a format of its own in the place of every handler there is."""
    bare = logging.StreamHandler()
    root = logging.getLogger()
    for logger in (root, *(one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger))):
        prints = logger is root or (logger.handlers and not logger.propagate)
        logger.handlers = [bare] if prints else []


def _warned(*told: Any, **_: object) -> None:  # noqa: ANN401 - what ``warnings.showwarning`` is given
    _message, category, path, number = told[:4]
    _say("warning", "warned", kind=category.__qualname__, where=[_place(path, number)])


def _uncaught(kind: type[BaseException], error: BaseException | None, _: TracebackType | None) -> None:
    _say("critical", "uncaught", **({"kind": kind.__qualname__} | kind_and_where(error)))


def _say(level: str, event: str, **fields: object) -> None:
    structlog.get_logger().log(logging.getLevelNamesMapping()[level.upper()], event, **fields)
