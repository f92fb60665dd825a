"""The root of every error that a person can mend.

    TocsinError                what was wrong, where, and what to do
    +-- one class per cause, beside the code that raises it

A command prints such an error as one sentence and exits with its documented code; it never shows a traceback.
Anything else that escapes is a defect of ours.
"""


class TocsinError(Exception):
    """Something a person can mend.

    problem: what was wrong, a sentence without a full stop
    where:   the file, file:line or address it concerns; empty when there is no one place
    remedy:  what to do about it, a sentence in the imperative
    """

    exit_code = 1

    def __init__(self, problem: str, *, where: str = "", remedy: str = "") -> None:
        self.problem = problem
        self.where = where
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        said = f"{self.where}: {self.problem}" if self.where else self.problem
        return f"{said}. {self.remedy}" if self.remedy else said
