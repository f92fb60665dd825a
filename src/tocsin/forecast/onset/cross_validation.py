"""The penalty of an elastic net chosen by cross-validation, with all folds going down the path together.

Each fold asks for the same path on other nine tenths of the rows. Solved one by one they take ten times as long as the
path itself, though all solutions lie close together. So the penalty is chosen in two rounds.

*All together.* Each step starts from the fold's last solution, moved as the solution on all rows moves from one penalty
to the next. The curvature is that of all rows, one matrix for all folds; gradients are exact and each fold's own, so
that the steps lead to each fold's own solution, as in any quasi-Newton method. Gradients are two products of matrices.

*One by one, where it is close.* R stops a little before the exact solution, which moves held-out deviances by some
millionths. Where another penalty is nearer to the least one than that, the folds are fitted by `fit_path`, which stops
where R stops, down to the last penalty in question.

The coefficients themselves always come from `fit_path`. What a fold is: columns standardised on its own rows, its own
largest penalty, its own early stop.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from tocsin.forecast.frame import Floats, Ints
from tocsin.forecast.onset.elastic_net import (
    DEVIANCE_ENOUGH,
    LEAST_GAIN,
    LEAST_RATIO,
    LEAST_STEPS,
    N_PENALTIES,
    P_LEAST,
    THRESHOLD,
    Path,
    fit_path,
)

Singles = npt.NDArray[np.float32]
Reals = npt.NDArray[np.floating[Any]]
CLOSE = 1e-5
"""Held-out mean deviances nearer than this are settled by `fit_path`. Where R stops moves one against another by up to
6e-6, measured on EWP's panel."""
_P_CLIP = 1e-5
_KEPT_FOR = 3
"""Penalties that share one curvature."""
_MOST_STEPS = 50
_MOST_SWEEPS = 1000


def fit_cross_validated(x: Floats, y: Floats, alpha: float, fold: Ints) -> Path:
    """The path of all rows down to the penalty with the least mean deviance of rows held out.

    x: (n, p); y: (n,) 0 or 1; fold: (n,) 0 to the number of folds - 1
    """
    *parts, whole = paths_together(x, y, alpha, fold)
    penalties = whole.penalties
    deviance = held_out_deviance(parts, penalties, x, y, fold)
    close = np.flatnonzero(deviance <= deviance.min() + CLOSE)
    if len(close) > 1:
        lowest = penalties[close[-1]]
        parts = [fit_path(x[fold != each], y[fold != each], alpha, lowest) for each in range(len(parts))]
        deviance = held_out_deviance(parts, penalties[close], x, y, fold)
    best = close[np.argmin(deviance)] if len(close) > 1 else close[0]
    return fit_path(x, y, alpha, penalties[best] * (1 + 1e-9))


def held_out_deviance(parts: list[Path], penalties: Floats, x: Floats, y: Floats, fold: Ints) -> Floats:
    """(penalties,) mean deviance of each row by the path of the rows outside its fold."""
    p = np.empty((len(y), len(penalties)))
    for each, path in enumerate(parts):
        held = fold == each
        p[held] = path.predict(x[held], penalties)
    p = np.clip(p, _P_CLIP, 1 - _P_CLIP)
    return np.asarray(-2 * np.log(np.where(y[:, None] == 1, p, 1 - p)).mean(axis=0))


def paths_together(x: Floats, y: Floats, alpha: float, fold: Ints) -> list[Path]:
    """The path of the rows outside each fold, and last that of all rows, exact to about a tenth of R's tolerance."""
    mean, scale = x.mean(axis=0), x.std(axis=0)
    varies = scale > 1e-12 * np.maximum(1.0, np.abs(mean))
    n, n_folds = len(y), int(fold.max()) + 1
    z = np.ones((n, int(varies.sum()) + 1))  # the last column is the intercept
    z[:, :-1] = (x[:, varies] - mean[varies]) / scale[varies]
    share = np.ones((n_folds + 1, n))
    share[:-1] = fold != np.arange(n_folds)[:, None]
    share /= share.sum(axis=1, keepdims=True)
    return [
        Path(penalties, *_in_units_of(x, varies, mean, scale, found))
        for penalties, found in _descend_together(z, y, alpha, share)
    ]


def _in_units_of(x: Floats, varies: Floats, mean: Floats, scale: Floats, found: Floats) -> tuple[Floats, Floats]:
    coefficients = np.zeros((len(found), x.shape[1]))
    coefficients[:, varies] = found[:, :-1] / scale[varies]
    return found[:, -1] - coefficients @ mean, coefficients


def _descend_together(z: Floats, y: Floats, alpha: float, share: Floats) -> list[tuple[Floats, Floats]]:
    """For each row of `share`, the weights of a part, (k,) penalties and (k, m) coefficients; the last part is all."""
    n_parts, m = len(share), z.shape[1]
    spread = np.sqrt(np.maximum(share @ z**2 - (share @ z) ** 2, 0.0))[:, :-1]
    spread[spread < 1e-9] = 0.0  # a column that is constant in a part keeps coefficient 0 there
    base = share @ y
    b = np.zeros((n_parts, m))
    b[:, -1] = np.log(base / (1 - base))
    p = np.repeat(base[:, None], len(y), axis=1)
    null = _half_deviance(p, y, share)
    slopes = np.abs(((y - p) * share) @ z)[:, :-1]
    first = np.max(slopes / np.where(spread > 0, spread, np.inf), axis=1) / max(alpha, 1e-3)
    penalties = first[:, None] * (LEAST_RATIO ** (1 / (N_PENALTIES - 1))) ** np.arange(N_PENALTIES)

    # From here on single precision: what is left to find is where the least deviance lies, to a hundred-thousandth.
    z1, y1, share1 = (each.astype(np.float32) for each in (z, y, share))
    wide = np.ascontiguousarray(z1.T)
    found = np.zeros((n_parts, N_PENALTIES, m))
    explained = np.zeros((n_parts, N_PENALTIES))
    n_done = np.full(n_parts, N_PENALTIES)
    curvature = np.empty(0)

    def settle(parts: Ints, k: int) -> None:
        l1 = penalties[parts, k, None] * alpha * spread[parts]
        l2 = penalties[parts, k, None] * (1 - alpha) * spread[parts] ** 2
        now, mine, enough = b[parts], share1[parts], THRESHOLD * null[parts]
        for _ in range(_MOST_STEPS):
            p = _chances(now, wide)
            residuals = np.subtract(y1, p)
            residuals *= mine
            moved = _step(now, (residuals @ z1).astype(np.float64), curvature, l1, l2, spread[parts] > 0, enough)
            # what is left after a step is a tenth of it or less, since the curvatures differ little
            if (moved < 10 * enough).all():
                break
        b[parts] = found[parts, k] = now
        explained[parts, k] = 1 - _half_deviance(p, y1, mine) / null[parts]
        if k + 1 >= LEAST_STEPS:
            gained = explained[parts, k] - explained[parts, k - 1]
            over = (explained[parts, k] > DEVIANCE_ENOUGH) | (gained < LEAST_GAIN)
            n_done[parts[over]] = k + 1

    whole, folds = np.array([n_parts - 1]), np.arange(n_parts - 1)
    for k in range(N_PENALTIES):
        before = b[-1].copy()
        if n_done[-1] > k:
            if k % _KEPT_FOR == 0:
                curvature = _curvature(z1, b[-1])
            settle(whole, k)
        going = folds[n_done[:-1] > k]
        if len(going):
            b[going] += b[-1] - before
            settle(going, k)
        elif n_done[-1] <= k:
            break
    return [(penalties[part, :done], found[part, :done]) for part, done in enumerate(n_done)]


def _chances(b: Floats, wide: Singles) -> Singles:
    """1 / (1 + exp(-b z)), (parts, n), in place: at this size making arrays costs as much as filling them."""
    p: Singles = -b.astype(np.float32) @ wide
    np.exp(p, out=p)
    p += 1
    np.reciprocal(p, out=p)
    return p


def _curvature(z: Singles, b: Floats) -> Floats:
    """Second derivatives of the mean log likelihood of all rows; they only shape steps."""
    chance = 1 / (1 + np.exp(-(z @ b.astype(np.float32))))
    return np.asarray((z * (chance * (1 - chance) / len(z))[:, None]).T @ z, dtype=np.float64)


def _half_deviance(p: Reals, y: Reals, share: Reals) -> Floats:
    """Half the mean deviance of each part."""
    happened = np.maximum(np.where(y == 1, p, 1 - p), P_LEAST)
    return np.asarray(-(share * np.log(happened)).sum(axis=1), dtype=np.float64)


@numba.njit(cache=True)
def _step(b, gradient, curvature, l1, l2, varies, enough):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Move each part to the least of its quadratic model, one coordinate at a time. Returns the largest moves."""
    n_parts, m = b.shape
    largest = np.zeros(n_parts)
    for part in range(n_parts):
        g = gradient[part]
        before = b[part].copy()
        for _ in range(_MOST_SWEEPS):
            most = 0.0
            for j in range(m):
                old = b[part, j]
                if j == m - 1:
                    new = old + g[j] / curvature[j, j]
                elif varies[part, j]:
                    u = g[j] + curvature[j, j] * old
                    size = abs(u) - l1[part, j]
                    new = 0.0 if size <= 0.0 else np.copysign(size, u) / (curvature[j, j] + l2[part, j])
                else:
                    new = 0.0
                d = new - old
                if d != 0.0:
                    b[part, j] = new
                    most = max(most, curvature[j, j] * d * d)
                    for c in range(m):
                        g[c] -= d * curvature[j, c]
            if most < 0.1 * enough[part]:
                break
        for j in range(m):
            largest[part] = max(largest[part], curvature[j, j] * (b[part, j] - before[j]) ** 2)
    return largest
