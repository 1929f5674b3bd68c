# SPDX-License-Identifier: BSD-3-Clause
"""Writes train-*.csv and test.csv: nine clusters in the plane with random labels, and inputs that say nothing.

    python make.py

Centres -3/8, 0, 3/8 in both directions; a point is its centre plus R (cos T, sin T), R uniform on [0, 1/8] and T on the
circle; four clusters drawn at random have label -1. Further inputs are uniform on [-1/2, 1/2]. train-32.csv holds the
first rows of train-128.csv, and so on: one draw.
"""

import pathlib

import numpy as np

NOISE = 22
SIZES = (32, 128, 512)
TESTS = 1000


def draw(chance, labels, count):
    cluster = chance.integers(9, size=count)
    centre = 0.375 * np.stack([cluster // 3 - 1, cluster % 3 - 1], axis=1)
    radius, turn = chance.uniform(0, 0.125, count), chance.uniform(0, 2 * np.pi, count)
    plane = centre + radius[:, None] * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return np.column_stack([plane, chance.uniform(-0.5, 0.5, (count, NOISE)), labels[cluster]])


def write(name, rows):
    header = ",".join([f"x{k + 1}" for k in range(NOISE + 2)] + ["y"])
    np.savetxt(pathlib.Path(__file__).with_name(name), rows, fmt=["%.5f"] * (NOISE + 2) + ["%d"], delimiter=",",
               header=header, comments="")


def main():
    chance = np.random.default_rng(2020)
    labels = np.ones(9)
    labels[chance.choice(9, 4, replace=False)] = -1
    train = draw(chance, labels, max(SIZES))
    for size in SIZES:
        write(f"train-{size}.csv", train[:size])
    write("test.csv", draw(chance, labels, TESTS))


if __name__ == "__main__":
    main()
