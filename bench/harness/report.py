"""The figures as a table with ratios, and how the targets are met."""

import os
import platform
import statistics

# What a ratio in the table is relative to.
REFERENCES = {
    "rest": ("nginx", "rest"),
    "call": ("gateway", "rest"),
    "list": ("gateway", "rest"),
}


def machine():
    model = "unknown"
    try:
        with open("/proc/cpuinfo") as file:
            for line in file:
                if line.startswith("model name"):
                    model = line.partition(":")[2].strip()
                    break
    except OSError:
        pass
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "load_at_end": round(os.getloadavg()[0], 2),
    }


def best(rounds, name, choose=min):
    values = [figures[name] for figures in rounds if name in figures]
    return choose(values) if values else None


class Figures:
    """All that was measured: for each server and workload, the figures of each round."""

    def __init__(self):
        self.rounds, self.errors, self.missing = {}, {}, {}

    def add(self, server, workload, figures):
        self.rounds.setdefault((server, workload), []).append(figures)

    def fail(self, server, workload, reason):
        self.errors.setdefault(f"{server}, {workload}", reason)

    def best(self, row, name, choose=min):
        return best(self.rounds.get(row, []), name, choose)

    def ratio(self, row, other, name="cpu_us"):
        """The ratio of the least values, and the median of the ratios of the same round."""
        mine, others = self.best(row, name), self.best(other, name)
        if not mine or not others:
            return None
        pairs = zip(self.rounds[row], self.rounds[other])
        pairs = [a[name] / b[name] for a, b in pairs if a.get(name) and b.get(name)]
        return {
            "least": round(mine / others, 3),
            "median_of_pairs": round(statistics.median(pairs), 3) if pairs else None,
        }

    def rows(self):
        rows = []
        for (server, workload), rounds in self.rounds.items():
            row = {"server": server, "workload": workload, "rounds": len(rounds)}
            row["per_second"] = best(rounds, "per_second", max)
            for name in (
                "cpu_us", "p50_us", "p90_us", "p99_us", "p999_us", "max_us", "idle_bytes",
                "connected_bytes", "listening_ms", "answered_ms",
            ):  # fmt: skip
                row[name] = best(rounds, name)
            row["cpu_ratio"] = self.ratio((server, workload), REFERENCES[workload])
            rows.append(row)
        return rows

    def targets(self):
        """Each target with what was measured; a target without its figures is not met."""
        rest, call = ("gateway", "rest"), ("gateway", "call")
        ratios = [
            ("REST, CPU, to nginx", rest, ("nginx", "rest"), 1.5),
            ("REST with access log, CPU, to nginx with its own", ("gateway, log", "rest"), ("nginx, log", "rest"), 1.5),
            ("REST, CPU, to axum + hyper-util", rest, ("axum + hyper-util", "rest"), 1.1),
            ("tools/call, CPU, to our REST", call, rest, 1.3),
            ("tools/call, CPU, to FastMCP", call, ("FastMCP", "call"), 1 / 20),
        ]  # fmt: skip
        outcome = []
        for name, row, other, limit in ratios:
            ratio = self.ratio(row, other)
            value = ratio and ratio["least"]
            outcome.append(target(name, value, limit, "times"))
        megabytes = [("idle memory", "idle_bytes", 10), ("memory at 256 connections", "connected_bytes", 20)]
        for name, figure, limit in megabytes:
            value = self.best(rest, figure)
            outcome.append(target(name, value and value / 1e6, limit, "MB"))
        outcome.append(target("first answer", self.best(rest, "answered_ms"), 10, "ms"))
        return outcome


def target(name, value, limit, unit):
    value = value and round(value, 3)
    return {
        "target": name,
        "measured": value,
        "at_most": round(limit, 3),
        "unit": unit,
        "met": value is not None and value <= limit,
    }


def text(figures):
    head = ["server", "what", "CPU µs", "ratio", "req/s", "p50 µs", "p99 µs", "p99.9 µs",
            "idle MB", "256 conn. MB", "first answer ms"]  # fmt: skip
    lines = [head, ["--", "--"] + ["--:"] * (len(head) - 2)]
    for row in figures.rows():
        ratio = row["cpu_ratio"]
        lines.append([
            row["server"], row["workload"], shown(row["cpu_us"], 1),
            shown(ratio and ratio["least"], 2), shown(row["per_second"], 0),
            shown(row["p50_us"], 0), shown(row["p99_us"], 0), shown(row["p999_us"], 0),
            shown(row["idle_bytes"], 1, 1e6), shown(row["connected_bytes"], 1, 1e6),
            shown(row["answered_ms"], 1),
        ])  # fmt: skip
    out = ["| " + " | ".join(line) + " |" for line in lines]
    out += ["", "| target | at most | measured | |", "|--|--:|--:|--|"]
    for goal in figures.targets():
        value = "not measured" if goal["measured"] is None else f"{goal['measured']:.3g}"
        word = "met" if goal["met"] else "MISSED" if goal["measured"] is not None else "open"
        out.append(f"| {goal['target']} | {goal['at_most']:.3g} {goal['unit']} | {value} | {word} |")
    for name, reason in figures.missing.items():
        out.append(f"MISSING {name}: {reason}")
    for name, reason in figures.errors.items():
        out.append(f"FAILED {name}: {reason}")
    return "\n".join(out)


def shown(value, digits, unit=1):
    return "-" if value is None else f"{value / unit:,.{digits}f}"
