"""A frame cannot cheat: whatever became known after the origin cannot be read at it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.forecast.frame import Column, Frame, FrameError, LookAheadError, make_frame


def small(known_late_by: int = 0) -> Frame:
    unit, time = np.repeat([1, 2], 5), np.tile(np.arange(2000, 2005), 2)
    return make_frame(unit, time, {"x": Column(np.arange(10.0), time + known_late_by)})


def test_a_view_ends_at_its_origin():
    view = small().at(2002)
    assert sorted(set(view.time)) == [2000, 2001, 2002]
    assert list(view.unit[view.now]) == [1, 2]
    assert list(view.read("x", view.now)) == [2.0, 7.0]


def test_a_value_known_later_cannot_be_read_and_the_error_says_which():
    with pytest.raises(LookAheadError, match=r"'x' of unit 1 at 2002 became known at 2003, after the origin 2002"):
        small(known_late_by=1).at(2002).read("x")


def test_a_row_of_a_later_time_cannot_be_read_by_its_position():
    frame = small()
    with pytest.raises(LookAheadError):
        frame.at(2002).read("x", np.array([len(frame.time) - 1]))
    with pytest.raises(LookAheadError):
        frame.at(2002).read("x", np.array([-1]))


def test_a_view_gives_an_earlier_view_but_no_later_one():
    view = small().at(2002)
    assert view.at(2001).origin == 2001
    with pytest.raises(LookAheadError):
        view.at(2003)


def test_values_cannot_be_changed_through_a_view():
    frame = small()
    with pytest.raises(ValueError, match="read-only"):
        frame.columns["x"].values[0] = 5.0


@given(late=st.lists(st.integers(0, 4), min_size=10, max_size=10), origin=st.integers(1999, 2006))
def test_known_rows_can_be_read_and_no_others(late: list[int], origin: int):
    unit, time = np.repeat([1, 2], 5), np.tile(np.arange(2000, 2005), 2)
    view = make_frame(unit, time, {"x": Column(np.arange(10.0), time + np.array(late))}).at(origin)
    known = set(view.known("x").tolist())
    for row in range(10):
        if row in known:
            view.read("x", np.array([row]))
        else:
            with pytest.raises(LookAheadError):
                view.read("x", np.array([row]))


@pytest.mark.parametrize(
    ("unit", "time", "values", "says"),
    [
        ([1, 1], [2000, 2000], [1.0, 2.0], "stands twice"),
        ([1, 2], [2000, 2000], [1.0], "does not have 2 rows"),
        ([2, 1], [2000, 2000], [1.0, 2.0], "not sorted"),
    ],
)
def test_a_frame_that_does_not_fit_together_is_refused(unit, time, values, says):
    column = Column(np.array(values), np.full(len(values), 2000))
    with pytest.raises(FrameError, match=says):
        Frame(np.array(unit), np.array(time), {"x": column})
