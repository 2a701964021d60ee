"""Verdicts per second, time of the first one, and how many questions callers are asked.

`python -m benchmarks.rules` prints the figures. Callers are those of `benchmarks.population` (ages
and mobility of the domain dossier §5.3, an assumption); their age comes with the call.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.rulebook import load_rulebook
from adapters.territory.folder import read_territory
from benchmarks.population import draw_cases
from regulation.assessment import assess
from regulation.mobility import MobilityAnswers
from regulation.questionnaire import answers_filled
from regulation.rules import RuleBook
from simulations.territories.catalogue import folder_of

NOW = datetime.fromisoformat("2026-11-23T08:00:00+01:00")
CALLERS, ROUNDS, SEED = 2000, 5, 2026
TARGET_PER_S, TARGET_FIRST_MS, FEW, MOST = 5_000, 5.0, 3, 12
PARTS = ("home", "ald")


def callers(count: int) -> tuple[MobilityAnswers, ...]:
    """What the callers would answer if they were asked everything."""
    territory = read_territory(folder_of("haute_garonne"))
    return tuple(case.mobility for case in draw_cases(territory, NOW, count, seed=SEED))


def interview(person: MobilityAnswers, rulebook: RuleBook) -> Iterator[str]:
    """Ask the questions one after the other until none can change the verdict any more."""
    known = MobilityAnswers(age=person.age)
    questions = {one.rule.rule_id: one for one in rulebook.family("questions", NOW)}
    while (asked := assess(known, rulebook, NOW).next_question) is not None:
        yield asked
        known = told(person, known, answers_filled(questions[asked]))


def told(person: MobilityAnswers, known: MobilityAnswers, names: Sequence[str]) -> MobilityAnswers:
    """Add to what is known the answers of the person to one question."""
    whole = {name: getattr(person, name) for name in names if "." not in name}
    parts = {
        part: replace(
            getattr(known, part),
            **{
                inner: getattr(getattr(person, part), inner)
                for head, _, inner in (name.partition(".") for name in names)
                if head == part and inner
            },
        )
        for part in PARTS
    }
    return replace(known, **whole, **parts)


def first_ms(person: MobilityAnswers, rulebook: RuleBook) -> float:
    """Milliseconds of the first verdict of a rule book just loaded."""
    start = time.perf_counter()
    assess(person, rulebook, NOW)
    return 1000 * (time.perf_counter() - start)


def per_second(people: Sequence[MobilityAnswers], rulebook: RuleBook) -> float:
    """Verdicts per second of processor, the best of a few rounds over everybody."""
    return max(len(people) / _seconds(lambda: _all(people, rulebook)) for _ in range(ROUNDS))


def is_clear_cut(person: MobilityAnswers) -> bool:
    """Somebody who walks alone and unaided: nothing in the home or around can matter."""
    aids = (person.walking_aid, person.uses_wheelchair, person.lying_or_semi_sitting)
    carried = person.stretcher_or_carrying
    return person.autonomy == "alone" and not any(aids) and not carried


def print_questions(title: str, counts: Mapping[int, int], target: int) -> None:
    total = sum(counts.values())
    shares = ", ".join(f"{n}: {100 * counts[n] / total:.1f} %" for n in sorted(counts))
    most = max(counts)
    print(f"  {title} ({total}): {shares}; most {most} (target {target}) {_met(most <= target)}")


def main() -> None:
    people = callers(CALLERS)
    print(f"\n== Rules: {len(people)} callers, seed {SEED} ==")
    book = load_rulebook()
    first = min(first_ms(people[0], replace(book)) for _ in range(ROUNDS))  # nothing worked out yet
    met = _met(first < TARGET_FIRST_MS)
    print(f"  first verdict {first:.2f} ms (target {TARGET_FIRST_MS:.0f}) {met}")
    speed = per_second(people, book)
    met = _met(speed >= TARGET_PER_S)
    print(f"  {speed:,.0f} verdicts/s on one core (target {TARGET_PER_S:,}) {met}")
    asked = {number: tuple(interview(person, book)) for number, person in enumerate(people)}
    everybody = Counter(map(len, asked.values()))
    clear = Counter(len(asked[n]) for n, person in enumerate(people) if is_clear_cut(person))
    print("Questions asked")
    print_questions("any caller", everybody, MOST)
    print_questions("clear-cut callers, who walk alone and unaided", clear, FEW)
    names = Counter(name for names in asked.values() for name in names)
    for name, count in names.most_common():
        print(f"  {name:<16} asked of {100 * count / len(people):5.1f} %")


def _all(people: Sequence[MobilityAnswers], rulebook: RuleBook) -> None:
    for person in people:
        assess(person, rulebook, NOW)


def _seconds(work: Callable[[], None]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _met(reached: bool) -> str:  # noqa: FBT001  a yes or a no
    return "ok" if reached else "MISSED"


if __name__ == "__main__":
    main()
