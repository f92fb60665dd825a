"""Logistic regression with an elastic-net penalty along a whole path of penalties, compiled, on one thread.

The problem and the method are those of Friedman, Hastie and Tibshirani (2010), "Regularization Paths for Generalized
Linear Models via Coordinate Descent", Journal of Statistical Software 33(1), with the strong rules of Tibshirani et
al. (2012): minimise

    -1/n * log likelihood + penalty * ((1 - alpha) / 2 * |b|^2 + alpha * |b|_1)

over standardised columns, by Newton steps whose weighted least squares are solved one coordinate at a time. Each path
starts at the smallest penalty that leaves no predictor, falls in equal steps of its logarithm to a ten-thousandth,
and ends early when the deviance hardly falls any more. Tolerances and limits are those that the documentation of
R's glmnet 4.1 gives (`glmnet.control`: fdev 1e-5, devmax 0.999, mnlam 5, pmin 1e-9; thresh 1e-7), because a solution
is only as exact as its stopping rule, and the aim is the number that R gives.

Within one Newton step the weights do not change, so the coordinate steps run on the weighted cross products of the
columns that may move, not on the rows. Those products cost most of the time; they are taken in single precision,
which shapes the steps in their seventh digit and not where they lead: the gradient is exact in every step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np

from tocsin.forecast.frame import Floats

N_PENALTIES = 100
THRESHOLD = 1e-7
LEAST_RATIO = 1e-4
LEAST_GAIN = 1e-5
DEVIANCE_ENOUGH = 0.999
LEAST_STEPS = 5
P_LEAST = 1e-9
_MOST_PASSES = 100_000
_BLOCK = 256


@dataclass(frozen=True)
class Path:
    """Solutions along a path, largest penalty first, in the units of the columns as given.

    penalties: (k,); intercepts: (k,); coefficients: (k, p)
    """

    penalties: Floats
    intercepts: Floats
    coefficients: Floats

    def predict(self, x: Floats, penalties: Floats) -> Floats:
        """(n, len(penalties)) probabilities of rows at any penalties, coefficients interpolated between the path's.

        Outside the path its ends are used. Interpolation is linear in the penalty, scaled to the path's range.
        """
        k = len(self.penalties)
        if k == 1:
            weights = np.ones((1, len(penalties)))
        else:
            at = np.clip(penalties, self.penalties[-1], self.penalties[0])
            place = np.interp(-at, -self.penalties, np.arange(k, dtype=np.float64))
            low = np.minimum(place.astype(np.int64), k - 2)
            weights = np.zeros((k, len(penalties)))
            columns = np.arange(len(penalties))
            weights[low, columns] = 1 - (place - low)
            weights[low + 1, columns] += place - low
        linear = x @ (self.coefficients.T @ weights) + self.intercepts @ weights
        return np.asarray(1 / (1 + np.exp(-linear)), dtype=np.float64)


def fit_path(x: Floats, y: Floats, alpha: float, down_to: float = 0.0) -> Path:
    """The path for (n, p) predictors and (n,) outcomes 0 or 1. Constant columns get coefficient 0.

    It ends with the first penalty below `down_to`, where it does not end before.
    """
    x = np.asfortranarray(x)  # numpy sums long columns more exactly where they lie together
    mean, scale = x.mean(axis=0), x.std(axis=0)
    varies = scale > 1e-12 * np.maximum(1.0, np.abs(mean))
    z = np.ascontiguousarray(((x[:, varies] - mean[varies]) / scale[varies]).T)
    penalties, intercepts, found = _descend(z, y, alpha, down_to)
    coefficients = np.zeros((len(penalties), x.shape[1]))
    coefficients[:, varies] = found / scale[varies]
    return Path(penalties, intercepts - coefficients @ mean, coefficients)


_FAST = {"contract", "reassoc", "nsz", "arcp"}  # sums may be taken in another order; nothing else is loosened


@numba.njit(cache=True, fastmath=_FAST)
def _residuals(linear, y, v, r):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Newton weights and residuals at a linear predictor; both carry the weight 1/n. Returns the sum of the weights."""
    n = len(y)
    most = np.log(1 / P_LEAST - 1)
    total = 0.0
    for i in range(n):
        if linear[i] > most:
            q = 1.0
        elif linear[i] < -most:
            q = 0.0
        else:
            q = 1 / (1 + np.exp(-linear[i]))
        v[i] = q * (1 - q) / n
        r[i] = (y[i] - q) / n
        total += v[i]
    return total


@numba.njit(cache=True, fastmath=_FAST)
def _deviance(y, r):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Half the mean deviance, from residuals: the chance given to what happened is 1 - n|r|. One logarithm per 16."""
    n = len(y)
    total = 0.0
    i = 0
    while i < n:
        product = 1.0
        for k in range(i, min(i + 16, n)):
            product *= max(1 - n * abs(r[k]), P_LEAST)
        total -= np.log(product)
        i += 16
    return total / n


@numba.njit(cache=True, fastmath=_FAST)
def _dot(a, b):  # type: ignore[no-untyped-def]  # pragma: no cover
    total = 0.0
    for i in range(len(a)):
        total += a[i] * b[i]
    return total


@numba.njit(cache=True, fastmath=_FAST)
def _add(d, a, to):  # type: ignore[no-untyped-def]  # pragma: no cover
    for i in range(len(a)):
        to[i] += d * a[i]


@numba.njit(cache=True, fastmath=_FAST)
def _cross(z, v, gram):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Cross products of rows under weights v, taken block by block so that a block stays near the processor."""
    m, n = z.shape
    for a in range(m):
        for c in range(m):
            gram[a, c] = 0.0
    weighted = np.empty((m, _BLOCK), dtype=np.float32)
    for start in range(0, n, _BLOCK):
        size = min(_BLOCK, n - start)
        for j in range(m):
            for i in range(size):
                weighted[j, i] = z[j, start + i] * v[start + i]
        for a in range(m):
            w = weighted[a]
            c = 0
            while c + 3 <= a:
                s0 = s1 = s2 = s3 = np.float32(0.0)
                z0, z1, z2, z3 = z[c, start:], z[c + 1, start:], z[c + 2, start:], z[c + 3, start:]
                for i in range(size):
                    s0 += w[i] * z0[i]
                    s1 += w[i] * z1[i]
                    s2 += w[i] * z2[i]
                    s3 += w[i] * z3[i]
                gram[a, c] += s0
                gram[a, c + 1] += s1
                gram[a, c + 2] += s2
                gram[a, c + 3] += s3
                c += 4
            while c <= a:
                s0 = np.float32(0.0)
                z0 = z[c, start:]
                for i in range(size):
                    s0 += w[i] * z0[i]
                gram[a, c] += s0
                c += 1
    for a in range(m):
        for c in range(a):
            gram[c, a] = gram[a, c]


@numba.njit(cache=True)
def _sweep(rows, b, gradient, gram, sums, state, l1, l2):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Move each of some coordinates, then the intercept, to where it is best, the others held.

    state: (intercept, its gradient, sum of the weights). Returns the largest weighted squared move.
    """
    m = len(gradient)
    biggest = 0.0
    for j in rows:
        old = b[j]
        u = gradient[j] + gram[j, j] * old
        size = abs(u) - l1
        b[j] = 0.0 if size <= 0.0 else np.copysign(size, u) / (gram[j, j] + l2)
        d = b[j] - old
        if d != 0.0:
            biggest = max(biggest, gram[j, j] * d * d)
            for k in range(m):
                gradient[k] -= d * gram[j, k]
            state[1] -= d * sums[j]
    d = state[1] / state[2]
    if d != 0.0:
        state[0] += d
        biggest = max(biggest, state[2] * d * d)
        for k in range(m):
            gradient[k] -= d * sums[k]
        state[1] = 0.0
    return biggest


@numba.njit(cache=True)
def _descend(z, y, alpha, down_to):  # type: ignore[no-untyped-def]  # pragma: no cover
    """The path for standardised predictors, one in each row of z. Strong columns are kept together, in slots."""
    p, n = z.shape
    mean = y.mean()
    state = np.array([np.log(mean / (1 - mean)), 0.0, 0.0])
    linear, v, r = np.full(n, state[0]), np.empty(n), np.empty(n)
    state[2] = _residuals(linear, y, v, r)
    null = _deviance(y, r)
    enough = THRESHOLD * null
    g = np.empty(p)
    for j in range(p):
        g[j] = abs(_dot(r, z[j]))
    first = g.max() / max(alpha, 1e-3)
    step = LEAST_RATIO ** (1 / (N_PENALTIES - 1))

    penalties, intercepts, found = np.empty(N_PENALTIES), np.empty(N_PENALTIES), np.zeros((N_PENALTIES, p))
    explained = np.zeros(N_PENALTIES)
    strong = np.zeros(p, dtype=np.bool_)
    slot = np.full(p, -1)  # of each column
    column = np.empty(p, dtype=np.int64)  # of each slot
    rows = np.empty(p, dtype=np.int64)  # slots in the order of their columns
    slots = np.empty((p, n), dtype=np.float32)
    b = np.zeros(p)  # by slot, as are the next ones
    before, sums, gradient = np.zeros(p), np.empty(p), np.empty(p)
    gram = np.zeros((p, p))
    used = np.zeros(p, dtype=np.bool_)
    order = np.empty(p, dtype=np.int64)  # slots as they first came into use
    n_used = m = passes = done = 0
    last = first
    for k in range(N_PENALTIES):
        penalty = first * step**k
        l1, l2 = penalty * alpha, penalty * (1 - alpha)
        if k == 0:
            l1 = np.inf  # at the first penalty the foremost column is just not used; rounding must not decide it
        for j in range(p):
            if not strong[j] and g[j] > alpha * (2 * penalty - last):
                strong[j] = True
        while True:
            n_rows = 0
            for j in range(p):
                if strong[j]:
                    if slot[j] < 0:
                        slot[j] = m
                        column[m] = j
                        for i in range(n):
                            slots[m, i] = z[j, i]
                        m += 1
                    rows[n_rows] = slot[j]
                    n_rows += 1
            before0 = state[0]
            for s in range(m):
                before[s] = b[s]
            _cross(slots[:m], v, gram)
            state[1] = 0.0
            for i in range(n):
                state[1] += r[i]
            for s in range(m):
                sums[s] = _dot(v, z[column[s]])
                gradient[s] = _dot(r, z[column[s]])
            while True:
                passes += 1
                biggest = _sweep(rows[:m], b, gradient[:m], gram, sums, state, l1, l2)
                for s in rows[:m]:
                    if b[s] != 0.0 and not used[s]:
                        used[s] = True
                        order[n_used] = s
                        n_used += 1
                if biggest < enough or passes > _MOST_PASSES:
                    break
                while passes <= _MOST_PASSES:
                    passes += 1
                    if _sweep(order[:n_used], b, gradient[:m], gram, sums, state, l1, l2) < enough:
                        break
            moved = state[2] * (state[0] - before0) ** 2 > enough
            for s in range(m):
                if gram[s, s] * (b[s] - before[s]) ** 2 > enough:
                    moved = True
            for i in range(n):
                linear[i] += state[0] - before0
            for s in range(m):
                if b[s] != before[s]:
                    _add(b[s] - before[s], z[column[s]], linear)
            state[2] = _residuals(linear, y, v, r)
            if moved and passes <= _MOST_PASSES:
                continue
            missed = False  # has a column outside the strong set become worth using?
            for j in range(p):
                if not strong[j]:
                    g[j] = abs(_dot(r, z[j]))
                    if g[j] > l1:
                        strong[j] = missed = True
            if not missed or passes > _MOST_PASSES:
                break
        penalties[k], intercepts[k] = penalty, state[0]
        for s in range(m):
            found[k, column[s]] = b[s]
        explained[k] = 1 - _deviance(y, r) / null
        done = k + 1
        last = penalty
        gained = explained[k] - explained[max(k - 1, 0)]
        if penalty < down_to:
            break
        if done >= LEAST_STEPS and (explained[k] > DEVIANCE_ENOUGH or gained < LEAST_GAIN):
            break
    return penalties[:done], intercepts[:done], found[:done]
