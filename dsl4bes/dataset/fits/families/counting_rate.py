"""A constant rate from counts in equal intervals, by the Poisson likelihood, as many counts are small or zero.

In: a random number generator. Out: a text table of counts, with or without a column of times. Printed is the rate, in some draws also the mean count of an interval.
"""

from __future__ import annotations

from dsl4bes.benchmark.tasks.base import pick
from dsl4bes.dataset.fits.family import FUNCTIONS, Drawn, Rng, Style, rounded
from dsl4bes.dataset.fits.tables import table_file

TABLES = ("counts.txt", "geiger.dat", "trigger_counts.txt", "rates.dat", "scaler.txt", "pmt_counts.dat", "night_run.txt")
SOURCES = (("a Geiger counter", "盖革计数器"), ("a scintillator with a weak source", "测量弱放射源的闪烁体"), ("a cosmic-ray telescope", "宇宙线望远镜"), ("a dark-count run of a photomultiplier", "光电倍增管的暗计数测量"), ("a trigger scaler", "触发计数器"))
NAMES = (("rate", "mu"), ("R", "mean"), ("rate_hz", "mean_count"), ("r0", "m0"), ("lambda_s", "mu"))


class CountingRate:
    name = "counting_rate"
    styles = (Style.TF1, Style.ROOFIT)

    def draw(self, rng: Rng) -> Drawn:
        length, count = int(rng.choice((2, 5, 10, 20, 30, 60))), int(rng.integers(40, 400))
        mean = rng.uniform(0.6, 9)
        counts = rng.poisson(mean, count)
        times = bool(rng.integers(2))
        columns = ([[str(length * i) for i in range(count)]] if times else []) + [[str(each) for each in counts]]
        file, function = pick(rng, TABLES), pick(rng, FUNCTIONS)
        rate, mu = NAMES[int(rng.integers(len(NAMES)))]
        both = bool(rng.integers(2))
        start = rounded(mean / length * rng.uniform(0.7, 1.4), 1)
        source_en, source_zh = SOURCES[int(rng.integers(len(SOURCES)))]
        words = {"FILE": file, "FUNCTION": function, "LENGTH": str(length), "COUNT": str(count), "RATE": rate, "START": start, "TOTAL": str(length * count), "SOURCE_EN": source_en, "SOURCE_ZH": source_zh}
        words |= {"FORMAT_EN": "two numbers per line, the start time of the interval and its count" if times else "one count per line", "FORMAT_ZH": "每行两个数：区间的起始时刻和计数" if times else "每行一个计数"}
        words |= {"ALSO_EN": f" Print {mu}, the mean count of an interval, in the same way." if both else "", "ALSO_ZH": f"同样打印每个区间的平均计数 {mu}。" if both else ""}
        values = {"file": file, "function": function, "length": str(length), "count": str(count), "total": str(length * count), "times": times, "both": both, "rate": rate, "mu": mu, "start": start}
        values |= {"most": rounded(20 * mean / length, 1), "largest": "100"}
        return Drawn(words, values, {rate: mean / length} | ({mu: mean} if both else {}), {file: table_file(*columns)})


FAMILY = CountingRate()
