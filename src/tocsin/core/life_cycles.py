"""The life cycles: which steps a draft, a claim, a recommendation, an expectation or a delivery may take.

Each is a table, and the table is all there is: actions ask it before they take a step, `tocsin doctor` asks it of
every step ever taken, and the pages of the reference draw it. A state is never overwritten; a step is added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Final

from msgspec import Meta

from tocsin.core.errors import TocsinError
from tocsin.core.model.base import Record
from tocsin.core.rules.roles import Role


class StepError(TocsinError):
    """A step that the life cycle does not have from where the record stands."""


class State(Record, frozen=True, kw_only=True):
    """Where a record may stand."""

    name: str
    meaning: str
    final: Annotated[bool, Meta(description="No step leads on from here")] = False


class Step(Record, frozen=True, kw_only=True):
    """A step from one state to another: its verb, who may take it, and what it says."""

    verb: str
    of: Annotated[tuple[str, ...], Meta(description="States from which it may be taken")]
    to: str
    needs: Annotated[Role | None, Meta(description="Least role; none: the desk itself takes it")] = "analyst"
    says: str = ""


class LifeCycle(Record, frozen=True, kw_only=True):
    """A table of states and steps. The first state is where a record starts."""

    name: str
    about: str
    states: tuple[State, ...]
    steps: tuple[Step, ...]

    @property
    def start(self) -> str:
        """Where a new record stands."""
        return self.states[0].name

    def get_step(self, verb: str, state: str, about: str = "it") -> Step:
        """The step of this verb from a state. Raises StepError, which names the steps that there are."""
        for step in self.steps:
            if step.verb == verb and state in step.of:
                return step
        there = ", ".join(self.verbs(state)) or "none: this is where it ends"
        raise StepError(f"{about} is {state}, and cannot {verb} from there", remedy=f"Steps from here: {there}")

    def verbs(self, state: str) -> Iterator[str]:
        """The verbs that may be taken from a state."""
        yield from (step.verb for step in self.steps if state in step.of)

    def check_history(self, taken: Iterable[tuple[str, str, str]]) -> Iterator[str]:
        """What is wrong with a history of (verb, from, to), each as a clause; nothing when it is whole."""
        stands = self.start
        for number, (verb, before, after) in enumerate(taken, start=1):
            if before != stands:
                yield f"step {number} starts from {before}, but it stood at {stands}"
            if not any(s.verb == verb and before in s.of and s.to == after for s in self.steps):
                yield f"step {number}, {verb} from {before} to {after}, is not in the life cycle of a {self.name}"
            stands = after

    def mermaid(self) -> str:
        """The table drawn as a Mermaid state diagram."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.start}"]
        for step in self.steps:
            lines += [f"    {before} --> {step.to}: {step.verb}" for before in step.of]
        lines += [f"    {state.name} --> [*]" for state in self.states if state.final]
        return "\n".join(lines)


def _states(*states: tuple[str, str], final: Iterable[str] = ()) -> tuple[State, ...]:
    return tuple(State(name=name, meaning=meaning, final=name in final) for name, meaning in states)


DRAFT: Final = LifeCycle(
    name="draft",
    about="What is to become an edition. Nobody signs off what they drafted, or changed since the last sign-off.",
    states=_states(
        ("writing", "Being written; anybody with the role may change it"),
        ("submitted", "Put before a second person, word for word"),
        ("signed", "A second person answers for it; any change voids that"),
        ("issued", "An edition exists; what comes next is another draft"),
        ("abandoned", "Given up, and kept"),
        final=("issued", "abandoned"),
    ),
    steps=(
        Step(verb="submit", of=("writing",), to="submitted", says="The rules found no error"),
        Step(verb="send_back", of=("submitted", "signed"), to="writing", needs="reviewer", says="With a reason"),
        Step(verb="void", of=("submitted", "signed"), to="writing", needs=None, says="Something in it was changed"),
        Step(verb="sign_off", of=("submitted",), to="signed", needs="reviewer", says="By a second person"),
        Step(verb="issue", of=("signed",), to="issued", needs="publisher", says="As it was signed, for good"),
        Step(verb="abandon", of=("writing", "submitted", "signed"), to="abandoned", says="With a reason"),
    ),
)

CLAIM_REVIEW: Final = LifeCycle(
    name="claim",
    about="The review of a claim. Accepted means fit to be quoted with its asserter, never that it is true.",
    states=_states(
        ("proposed", "Entered; not looked at by a reviewer"),
        ("accepted", "May stand in a warning"),
        ("rejected", "May not; kept with the reason"),
        ("withdrawn", "Stood, and stands no longer"),
    ),
    steps=(
        Step(verb="accept", of=("proposed",), to="accepted", needs="reviewer", says="Attributed, sourced, graded"),
        Step(verb="reject", of=("proposed",), to="rejected", needs="reviewer", says="With a reason"),
        Step(verb="withdraw", of=("accepted",), to="withdrawn", needs="reviewer", says="With a reason"),
        Step(verb="reopen", of=("rejected", "withdrawn"), to="proposed", says="With a reason"),
    ),
)

CANDIDATE: Final = LifeCycle(
    name="candidate",
    about="Something that a machine found in a collected document. It proposes; a person decides.",
    states=_states(
        ("found", "Waits for a person"),
        ("taken", "A claim was made of it"),
        ("dismissed", "Nothing was made of it; kept with the reason"),
        final=("taken",),
    ),
    steps=(
        Step(verb="take", of=("found",), to="taken"),
        Step(verb="dismiss", of=("found",), to="dismissed", says="With a reason"),
        Step(verb="reopen", of=("dismissed",), to="found"),
    ),
)

TASK: Final = LifeCycle(
    name="task",
    about="What one person at the desk asks of another. Nobody is reminded by anything but the list.",
    states=_states(
        ("open", "To be done"),
        ("done", "Done, as whoever did it says"),
        ("dropped", "No longer wanted; kept with the reason"),
        final=("done", "dropped"),
    ),
    steps=(
        Step(verb="finish", of=("open",), to="done", needs="observer"),
        Step(verb="drop", of=("open",), to="dropped", needs="observer", says="With a reason"),
    ),
)

COMMENT: Final = LifeCycle(
    name="comment",
    about="What a reader of a draft wants changed or answered. A draft with open comments may still be submitted.",
    states=_states(("open", "Not answered"), ("answered", "Changed, or said why not"), final=("answered",)),
    steps=(Step(verb="answer", of=("open",), to="answered", says="With what was done, or why not"),),
)

CONSENT: Final = LifeCycle(
    name="consent",
    about="What a witness agreed to. Withdrawn, it cannot be taken up again: whoever agrees anew is asked anew.",
    states=_states(
        ("given", "Holds, within its scope"),
        ("withdrawn", "Taken back: what they told stands no longer, and can no longer be read"),
        final=("withdrawn",),
    ),
    steps=(Step(verb="withdraw", of=("given",), to="withdrawn", needs="reviewer", says="Destroys the data key"),),
)

RESPONSE: Final = LifeCycle(
    name="recommendation",
    about="What addressees are seen to have done about a recommendation: a dated series, never a single cell.",
    states=_states(
        ("unanswered", "Nobody has looked yet"),
        ("none", "None found; a search log says where. Not: none exists"),
        ("announced", "Pledged or proposed, without effect"),
        ("partial", "Some effect: narrower, smaller, later or temporary"),
        ("implemented", "In force or delivered as described"),
        ("reversed", "An earlier act was withdrawn, lapsed, waived or overturned"),
    ),
    steps=(
        Step(
            verb="none",
            of=("unanswered", "none", "announced", "partial", "implemented"),
            to="none",
            says="After an act only as the correction of what was recorded",
        ),
        Step(
            verb="announced",
            of=("unanswered", "none", "announced", "partial", "implemented", "reversed"),
            to="announced",
        ),
        Step(
            verb="partial", of=("unanswered", "none", "announced", "partial", "implemented", "reversed"), to="partial"
        ),
        Step(
            verb="implemented",
            of=("unanswered", "none", "announced", "partial", "implemented", "reversed"),
            to="implemented",
        ),
        Step(verb="reversed", of=("announced", "partial", "implemented", "reversed"), to="reversed"),
    ),
)

EXPECTATION: Final = LifeCycle(
    name="expectation",
    about="A statement about the future. Settled by one person, confirmed by another; withdrawn ones stay on record.",
    states=_states(
        ("open", "Its window has not been judged"),
        ("settled", "One person has said how it came out"),
        ("confirmed", "Another person agrees; it is scored"),
        ("withdrawn", "Given up, and shown as given up"),
        final=("confirmed", "withdrawn"),
    ),
    steps=(
        Step(verb="settle", of=("open",), to="settled", says="With evidence"),
        Step(verb="confirm", of=("settled",), to="confirmed", needs="reviewer", says="By somebody else"),
        Step(verb="contest", of=("settled",), to="open", needs="reviewer", says="With a reason"),
        Step(verb="withdraw", of=("open", "settled"), to="withdrawn", says="With a reason"),
    ),
)

DELIVERY: Final = LifeCycle(
    name="delivery",
    about="One message to one target. It is sent once, or it says that it may have been sent twice.",
    states=_states(
        ("queued", "Waits for its turn"),
        ("sending", "Leased by a worker until a given time"),
        ("sent", "The target took it"),
        ("unsure", "The worker died while sending: it may have arrived"),
        ("failed", "Every attempt failed; shown, and can be sent again"),
        ("dropped", "Not to be sent: the target left, or the edition was withdrawn"),
        final=("sent", "dropped"),
    ),
    steps=(
        Step(verb="lease", of=("queued", "unsure"), to="sending", needs=None),
        Step(verb="deliver", of=("sending",), to="sent", needs=None),
        Step(verb="put_off", of=("sending",), to="queued", needs=None, says="Failed; tried again later"),
        Step(verb="lose", of=("sending",), to="unsure", needs=None, says="The lease ran out"),
        Step(verb="give_up", of=("sending", "unsure"), to="failed", needs=None),
        Step(verb="send_again", of=("failed", "unsure"), to="queued", needs="publisher"),
        Step(verb="drop", of=("queued", "failed", "unsure"), to="dropped", needs=None),
    ),
)

SUBSCRIBER: Final = LifeCycle(
    name="subscriber",
    about="Somebody who wants to be told. Nothing is sent before they confirm; whoever leaves is forgotten.",
    states=_states(
        ("asked", "Asked to be told; not confirmed, so gets nothing but that question"),
        ("confirmed", "Is told"),
        ("left", "No longer told; the address is erased"),
        final=("left",),
    ),
    steps=(
        Step(verb="confirm", of=("asked",), to="confirmed", needs=None, says="By the link that was mailed to them"),
        Step(verb="leave", of=("asked", "confirmed"), to="left", needs=None, says="At once, and for good"),
    ),
)

LIFE_CYCLES: Final = (
    CANDIDATE,
    CLAIM_REVIEW,
    CONSENT,
    TASK,
    COMMENT,
    DRAFT,
    RESPONSE,
    EXPECTATION,
    SUBSCRIBER,
    DELIVERY,
)
