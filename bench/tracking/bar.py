#!/usr/bin/env python3
"""The bar of tracking: scenes are made, tracked and scored, seed by seed; means with their 95 % intervals.

usage: bar.py VIGIA TOOLS [--seeds 101-110] [--rows NAME,…] [--work DIR]

VIGIA is the program, TOOLS the folder of scene.py and score.py. Rows: radar, hard, ais, bias, clock.
"""
import argparse, json, math, os, resource, subprocess, sys, tempfile

ROWS = {  # name: (options of scene.py, scored from, what must hold of the means)
    "radar": (["--no-ais"], 0, [("OSPA", "<=", 48.5), ("GOSPA", "<=", 590), ("ellipse90", "in", (.87, .93))]),
    "hard": (["--no-ais", "--pd", ".7", "--clutter", "500"], 0, [("GOSPA", "<=", 780), ("ellipse90", "in", (.87, .93))]),
    "ais": ([], 0, [("OSPA", "<=", 20.5), ("mmsi_right", ">=", .999), ("mmsi_wrong", "<=", .0005), ("dark_with_mmsi", "<=", .002),
                    ("ellipse90", "in", (.87, .93))]),
    "bias": (["--bias-deg", ".5", "--bias-m", "80", "--seconds", "1200"], 600, [("OSPA", "ratio", "straight")]),
    "straight": (["--seconds", "1200"], 600, []),
    "clock": (["--radars", "2", "--clock-s", "2", "--seconds", "1200"], 600, [("OSPA", "ratio", "right")]),
    "right": (["--radars", "2", "--seconds", "1200"], 600, []),
}
T95 = {9: 2.262, 10: 2.228, 11: 2.201, 12: 2.179, 13: 2.160, 14: 2.145, 15: 2.131, 19: 2.093}


def one(row, seed, a):
    options, begin, _ = ROWS[row]
    folder = f"{a.work}/{row}-{seed}"
    subprocess.run([sys.executable, f"{a.tools}/scene.py", folder, "--seed", str(seed), *options], check=True)
    files = [f"{folder}/{f}" for f in ("plots.csv", "ais.nmea") if os.path.getsize(f"{folder}/{f}")]
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with open(f"{folder}/tracks.csv", "w") as out:
        subprocess.run([a.vigia, "track", "-q", "--sensors", f"{folder}/sensors.yaml", *files], check=True, stdout=out)
    took = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    scored = subprocess.run([sys.executable, f"{a.tools}/score.py", folder, f"{folder}/tracks.csv", str(begin)], check=True, stdout=subprocess.PIPE)
    score = json.loads(scored.stdout)
    score["ms_a_scan"] = took * 1000 / (1 + json.load(open(f"{folder}/scene.json"))["seconds"] / 3)
    for name in os.listdir(folder):
        os.remove(f"{folder}/{name}")
    os.rmdir(folder)
    return score


def mean(scores, key):
    v = [s[key] for s in scores]
    m = sum(v) / len(v)
    sd = math.sqrt(sum((x - m) ** 2 for x in v) / (len(v) - 1)) if len(v) > 1 else float("nan")
    return m, T95.get(len(v) - 1, 1.96) * sd / math.sqrt(len(v))


def verdict(m, how, bound):
    held = m <= bound if how == "<=" else m >= bound if how == ">=" else bound[0] <= m <= bound[1]
    return "held" if held else "MISSED"


def main():
    p = argparse.ArgumentParser()
    p.add_argument("vigia"); p.add_argument("tools"); p.add_argument("--seeds", default="101-110"); p.add_argument("--rows")
    p.add_argument("--work")
    a = p.parse_args()
    first, _, last = a.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    a.work = a.work or tempfile.mkdtemp(prefix="tracking-")
    rows = a.rows.split(",") if a.rows else list(ROWS)
    rows += [b for r in rows for _, how, b in ROWS[r][2] if how == "ratio" and b not in rows]
    scores = {}
    for row in rows:
        scores[row] = [one(row, s, a) for s in seeds]
        said = []
        for key in ("OSPA", "GOSPA", "n_miss", "n_false", "mmsi_right", "mmsi_none", "mmsi_wrong", "dark_with_mmsi", "ellipse90", "ms_a_scan"):
            m, half = mean(scores[row], key)
            said.append(f"{key} {m:.4g} ±{half:.2g}")
        print(f"{row} ({' '.join(ROWS[row][0]) or 'as it is'}; {len(seeds)} seeds): " + ", ".join(said), flush=True)
    missed = 0
    for row in rows:
        for key, how, bound in ROWS[row][2]:
            m, _ = mean(scores[row], key)
            if how == "ratio":
                r = m / mean(scores[bound], key)[0]
                v = verdict(r, "<=", 1.1)
                print(f"  {row}: {key} {m:.2f} is {r:.3f} of that of '{bound}', bar 1.10: {v}")
            else:
                v = verdict(m, how, bound)
                print(f"  {row}: {key} {m:.4f}, bar {how} {bound}: {v}")
            missed += v != "held"
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
