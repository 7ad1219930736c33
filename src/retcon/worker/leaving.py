"""What leaves: the sender's work when there is any, and rest for channels that only the operator can mend."""

from datetime import datetime, timedelta

from retcon.desk import sending
from retcon.desk.sending import SendReport
from retcon.model.outbox import OutboxState
from retcon.store import channel_states, outbox
from retcon.worker.state import REST, REST_MOST, Turn, Worker, renew

_PATIENCE = timedelta(minutes=2)  # a pull that takes longer holds no messages up; the gate knows how old the facts are
_AGAIN = timedelta(minutes=5)  # what was judged and didn't leave is judged again


def send(worker: Worker) -> None:
    """Let leave what may, pull before push; where another sender is at it, it has the work."""
    house, now = worker.house, worker.house.now()
    pulling = worker.working is not None and now - worker.working.since < _PATIENCE
    if pulling or not _may_leave(worker, now):
        return
    resting = {name for name, turn in worker.resting.items() if not turn.come(now)}
    report = sending.send(house, pull=False, besides=resting, progress=lambda _what, _done, _total: renew(worker))
    if report.elsewhere:
        worker.judged = None
        return
    worker.judged = now
    _tell_sent(worker, report)
    _note_channels(worker, resting)


def _may_leave(worker: Worker, now: datetime) -> bool:
    """Whether there is something that wasn't judged yet, or whose judgement is to be looked at again."""
    with worker.house.database.read() as tx:
        first = outbox.next_time(tx)
        if not outbox.counts(tx).get(OutboxState.SENDING) and (first is None or first > now):
            return False
        later = outbox.next_time(tx, after=worker.judged)
    return (
        worker.judged is None
        or worker.judged > now
        or worker.again is None
        or worker.again <= now
        or (later is not None and later <= now)
        or worker.house.database.data_version() != worker.version
    )


def _tell_sent(worker: Worker, report: SendReport) -> None:
    parts = (
        (report.sent, "sent"),
        (report.delivered_to_test, "to your own address (practice)"),
        (report.failed, "failed"),
        (report.uncertain, "perhaps sent"),
        (report.stale, "changed since"),
    )
    said = [f"{number:,} {words}" for number, words in parts if number]
    if said:
        needs = " What needs you: retcon outbox" if report.failed or report.uncertain or report.stale else ""
        worker.say(f"{', '.join(said)}; {report.waiting:,} {'waits' if report.waiting == 1 else 'wait'}.{needs}")


def _note_channels(worker: Worker, rested: set[str]) -> None:
    """Leave a channel alone for a while that only the operator can mend, and know when to look again."""
    now = worker.house.now()
    with worker.house.database.read() as tx:
        troubles = {name: had for name, had in channel_states.every(tx).items() if name in worker.house.media}
    for name, had in troubles.items():
        worker.trouble(f"channel {name}", f"{name}: {had.reason}")
        if had.until is None and name not in rested:
            worker.resting.setdefault(name, Turn(now)).failed(now, REST, REST_MOST)
    for name in worker.house.media.keys() - troubles.keys():
        worker.resting.pop(name, None)
        worker.over(f"channel {name}", f"{name} sends again.")
    ahead = [had.until for had in troubles.values() if had.until is not None and had.until > now]
    worker.again = min((now + _AGAIN, *ahead, *(turn.at for turn in worker.resting.values())))
