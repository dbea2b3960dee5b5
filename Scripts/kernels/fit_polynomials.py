#!/usr/bin/env python3
"""Fits the polynomials of Sources/CKernels/vk_math_impl.h and prints their coefficients, lowest power first.

Each is a near-minimax fit at Chebyshev nodes (the error is weighted by what the polynomial multiplies), computed in 60
digits; coefficients are rounded to float32 one by one from the lowest, the rest refitted, so that rounding costs nothing.
"""
from mpmath import mp, mpf, cos, pi, exp, expm1, log, erf, erfc, sqrt, matrix, lu_solve
import numpy as np

mp.dps = 60


def fit(name, f, low, high, degree, weight=lambda x: mpf(1)):
    nodes = 4 * (degree + 1)
    xs = [(low + high) / 2 + (high - low) / 2 * cos(pi * (2 * i + 1) / (2 * nodes)) for i in range(nodes)]
    fixed = []
    for step in range(degree + 1):
        powers = range(step, degree + 1)
        rows = [[x**p * weight(x) for p in powers] for x in xs]
        rest = [(f(x) - sum(c * x**p for p, c in enumerate(fixed))) * weight(x) for x in xs]
        a, b = matrix(rows), matrix(rest)
        solution = lu_solve(a.T * a, a.T * b)
        fixed.append(mpf(float(np.float32(float(solution[0])))))
    worst = max(
        abs((sum(c * x**p for p, c in enumerate(fixed)) - f(x)) * weight(x))
        for x in [low + (high - low) * i / 500 for i in range(501)] if x != 0)
    print(f"{name}: degree {degree}, weighted error {float(worst):.2e}")
    print("  " + ", ".join(float(c).hex() + "f" for c in fixed))


def exp_tail(x):
    return (expm1(x) - x) / x**2 if x != 0 else mpf(1) / 2


def log_tail(x):
    return (log(1 + x) - x + x**2 / 2) / x**3 if x != 0 else mpf(1) / 3


def erf_core(t):
    x = sqrt(t)
    return (erf(x) / x if t != 0 else 2 / sqrt(pi)) - 1


def erfcx_of_u(u):
    """(1 + 2 z) exp(z^2) erfc(z) where u = (z - 2) / (z + 2)."""
    z = 2 * (1 + u) / (1 - u)
    return (1 + 2 * z) * exp(z * z) * erfc(z)


def main():
    bound = log(mpf(2)) / 2 * mpf("1.001")
    fit("exp: e^r = 1 + r + r^2 q(r)", exp_tail, -bound, bound, 4, lambda r: r * r)
    fit("log: log(1 + f) = f - f^2 / 2 + f^3 q(f)", log_tail, sqrt(mpf("0.5")) - 1, sqrt(mpf(2)) - 1, 8,
        lambda f: f**3 / log(1 + f) if f != 0 else mpf(0))
    fit("erf: erf(x) = x + x q(x^2), |x| < 1", erf_core, mpf(0), mpf(1), 6)
    fit("erfcx: (1 + 2 z) exp(z^2) erfc(z) = q((z - 2) / (z + 2)), 0 <= z <= 10.7", erfcx_of_u, mpf(-1),
        (mpf("10.7") - 2) / (mpf("10.7") + 2), 11)


if __name__ == "__main__":
    main()
