"""Message groups against a labelled set that was written before the rules, and their promises on any text.

labelled_diags.csv holds made-up messages in the formats of PanDA's components and of the dictionary; `\\N`
is NULL, `half` says which were looked at while the rules were written.
"""

# ruff: noqa: E501 (tables: an example a line)

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Hashable, Sequence
from math import comb
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_models import message_groups
from data_models.error_components import COMPONENTS, NAMES
from data_models.error_dictionary import describe, error_codes
from data_models.job_record import by_name
from data_models.message_groups import CUTS, EMPTY, LENGTH, fingerprint, group_ids, messages, templates
from data_models.message_masks import JOINS, MASKS, collapsed, masked

with (Path(__file__).parent / "labelled_diags.csv").open(newline="", encoding="utf-8") as file:
    LABELLED = list(csv.DictReader(file))
DEVELOP = [row["diag"] for row in LABELLED if row["half"] == "develop"]
WITH_DIAG = st.sampled_from(sorted(CUTS))
COMPONENT = st.sampled_from(NAMES)

# Arrow holds UTF-8, which has no surrogates.
CHARACTERS = st.characters(exclude_categories=["Cs"])
PIECES = st.one_of(
    st.text(CHARACTERS, max_size=8),
    st.sampled_from(
        [
            "<n>",
            "<text>",
            "'",
            '"',
            "/",
            "://",
            "<",
            ">",
            "2026-07-01",
            "a1b2c3d4",
            "7_",
            "(by user ",
            "\n",
            "<file><file>",
            "[::1]",
        ]
    ),
)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A labelled diag, taken apart at some places, with other things put in."""
    text = draw(st.sampled_from(DEVELOP))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, len(text)))
        text = text[:start] + draw(PIECES) + text[end:]
    return text


TEXTS = st.one_of(st.text(CHARACTERS, max_size=300), mutated(), st.lists(PIECES, max_size=40).map("".join))


def template_of(component: str, text: str | None) -> str:
    """The template of one text."""
    return templates(pa.array([component]), pa.array([text], pa.string()))[0].as_py()


def adjusted_rand_index(one: Sequence[Hashable], other: Sequence[Hashable]) -> float:
    """How far two groupings agree: 1 if they are the same, 0 as by chance (Hubert and Arabie 1985)."""

    def pairs(groups: Sequence[Hashable]) -> int:
        return sum(comb(size, 2) for size in Counter(groups).values())

    together, largest = pairs(list(zip(one, other, strict=True))), (pairs(one) + pairs(other)) / 2
    expected = pairs(one) * pairs(other) / comb(len(one), 2)
    return (together - expected) / (largest - expected)


@pytest.mark.parametrize(
    ("one", "other", "index"),
    [
        ("aabb", "xxyy", 1.0),
        ("aabb", "xyxy", -0.5),
        ("aabb", "xxyz", 4 / 7),
        ("aaabbb", "xxyyzz", 8 / 33),
    ],
)
def test_the_index_is_that_of_known_examples(one: str, other: str, index: float) -> None:
    assert adjusted_rand_index(one, other) == pytest.approx(index)


@pytest.mark.parametrize("half", ["develop", "held_out"])
def test_groups_are_those_of_the_labelled_set(half: str) -> None:
    rows = [row for row in LABELLED if row["half"] == half]
    keys = [(row["component"], int(row["code"])) for row in rows]
    components, codes = pa.array([key[0] for key in keys]), pa.array([key[1] for key in keys])
    diags = pa.array([None if row["diag"] == r"\N" else row["diag"] for row in rows], pa.string())
    ids = group_ids(components, codes, templates(components, messages(components, codes, diags))).to_pylist()
    labels = [(key, row["template_label"]) for key, row in zip(keys, rows, strict=True)]
    assert adjusted_rand_index(list(zip(keys, ids, strict=True)), labels) >= 0.95


def test_the_labelled_set_is_large_and_its_halves_are_alike() -> None:
    sizes = Counter((row["component"], row["code"], row["template_label"]) for row in LABELLED)
    in_both = {
        half: {(r["component"], r["code"], r["template_label"]) for r in LABELLED if r["half"] == half}
        for half in ("develop", "held_out")
    }
    assert len(LABELLED) >= 200
    assert len(sizes) >= 40
    assert all(label in in_both["develop"] and label in in_both["held_out"] for label, n in sizes.items() if n > 1)


@pytest.mark.parametrize(
    ("component", "diag", "template"),
    [
        ("pilot", "checksum verification failed for LFN=EVNT.1.root: checksum (catalog)=1a2b3c4d != checksum (local)=5e6f7a8b",
         "checksum verification failed for LFN=<file>: checksum (catalog)=<hex> != checksum (local)=<hex>"),
        ("pilot", "too little space left on local disk to run job: 1048576 B (need > 2147483648 B)",
         "too little space left on local disk to run job: <size> (need > <size>)"),
        ("pilot", "work directory (/scratch/PanDA_Pilot-5000107972) is too large: 15032385536 B (must be < 14336000000 B)",
         "work directory (<path>) is too large: <size> (must be < <size>)"),
        ("pilot", "job has exceeded the memory limit 4200120 kB > 4000000 kB",
         "job has exceeded the memory limit <size> > <size>"),
        ("pilot", "pilot has decided to kill looping job 5000107972 at 2026-07-01 04:11:09",
         "pilot has decided to kill looping job <n> at <time>"),
        ("pilot", "proxy is too short for pilot startup: 47.98h", "proxy is too short for pilot startup: <duration>"),
        ("executor", "File EVNT.13276676._000045.pool.root.1 did not pass corruption test",
         "File <file> did not pass corruption test"),
        ("jobdispatcher", "lost heartbeat : 2026-07-01 01:05:00", "lost heartbeat : <time>"),
        ("jobdispatcher", "Sent job didn't receive reply from pilot within 30 min",
         "Sent job didn't receive reply from pilot within <duration>"),
        ("jobdispatcher", "timeout in holding : last heartbeat at 2026-07-01 01:05:00",
         "timeout in holding : last heartbeat at <time>"),
        ("taskbuffer", "expired in activated. status unchanged since 2026-06-28 10:00:00",
         "expired in activated. status unchanged since <time>"),
        ("taskbuffer", "reassigned by JEDI", "reassigned by JEDI"),
        ("taskbuffer", "closed to merge pre-merged files in PandaID=5000107990",
         "closed to merge pre-merged files in PandaID=<n>"),
        ("taskbuffer", "The worker was failed while the job was running : LRMS error: (271) job killed: wall",
         "The worker was failed while the job was running : LRMS error: (<n>) job killed: wall"),
        ("dataservice", "expected output user.name.1.out.root is missing in pilot JSON",
         "expected output <file> is missing in pilot JSON"),
        ("dataservice", "Could not get GUID/LFN/MD5/FSIZE/SURL from pilot JSON",
         "Could not get GUID/LFN/MD<n>/FSIZE/SURL from pilot JSON"),
        ("supervisor", "Diag from worker : LRMS error: (271) job killed: wall",
         "Diag from worker : LRMS error: (<n>) job killed: wall"),
        ("supervisor", "worker already cancelled at 2026-07-01 00:58:12 with Condor RemoveReason: via condor_rm (by user x)",
         "worker already cancelled at <time> with Condor RemoveReason: via condor_rm (by user <user>)"),
        ("transform", "Unknown transformation exit code 211", "Unknown transformation exit code 211"),
    ],
)  # fmt: skip
def test_templates_can_be_read(component: str, diag: str, template: str) -> None:
    assert template_of(component, diag) == template


@pytest.mark.parametrize(
    ("varying", "mask"),
    [
        (["root://eos.cern.ch:1094//eos/a/b.root", "https://x.example.org/a?b=c&d=1", "srm://a.b.ch:8446/x?SFN=/y"], "url"),
        (["/tmp/a", "/srv/4f/größe.log", "~/run.py", "../x/y"], "path"),
        (["5F0C21AA-7D1E-4B66-9A01-0123456789AB", "5f0c21aa-7d1e-4b66-9a01-0123456789ab"], "guid"),
        (["1a2b3c4d", "a0000000", "00000000f", "0x7f3a", "d41d8cd98f00b204e9800998ecf8427e"], "hex"),
        (["mc23_13p6TeV.123456.x.root", "user.li.wei.3_out.root/", "mc23_13p6TeV:EVNT.1._1.pool.root.1",
          "panda.1.2.GEN.5f0c21aa-7d1e-4b66-9a01-0123456789ab_dis12", "log.EVNTtoHITS", "AOD.12345678._000001"], "file"),
        (["CERN-PROD_DATADISK", "RAL-LCG2-ECHO_SCRATCHDISK"], "rse"),
        (["srv1.cern.ch", "a.b-c.ac.uk:8443", "slot1_4@wn7.example.org", "10.0.0.1", "10.0.0.1:80", "[2001:db8::1]:1094"], "host"),
        (["2026-07-01 04:11:09", "2026-07-01T04:11:09Z", "2026-07-01T04:11:09.123456+00:00", "2026-07-01 04:11:09,123",
          "Wed Jul  1 04:11:09 2026", "Wed, 01 Jul 2026 04:11:09 GMT", "01/Jul/2026:04:11:09 +0000", "07/01/26 04:11:09",
          "2026-07-01", "04:11:09", "04:11"], "time"),
        (["'x y'", '"x \'y\' 3"', "'can't do'", "'ñ'"], "text"),
        (["1 B", "10 GB", "3.5GiB", "900 kB", "12 megabytes", "2,000,000 kB"], "size"),
        (["30 min", "12h", "47.98 hours", "1 s", "3 days", "1h30m12s"], "duration"),
        (["a1b2c3", "x12y3"], "id"),
        (["5000107972", "-2", "0.5", "21.0.15", "1e-05"], "n"),
    ],
)  # fmt: skip
def test_what_varies_is_masked(varying: list[str], mask: str) -> None:
    found = {text: template_of("pilot", f"before {text} after") for text in varying}
    assert found == dict.fromkeys(varying, f"before <{mask}> after")


@pytest.mark.parametrize(
    "text",
    [
        "k8s said no",
        "G4Exception",
        "athena.py",
        "input/output error",
        "TRF_EXC SYSTEM_PERIODIC_REMOVE",
        "pre-merged faced",
    ],
)
def test_words_stay(text: str) -> None:
    assert template_of("pilot", text) == text


@pytest.mark.parametrize("text", [None, "", " ", "\n\t", "\u00a0", " : ."])
def test_empty_text_is_written_out(text: str | None) -> None:
    assert template_of("pilot", text) == EMPTY


def test_lists_of_any_length_are_one_group() -> None:
    texts = [f"tried: {', '.join(f'root://h{n}.cern.ch/{n}' for n in range(length))}" for length in range(1, 9)]
    assert {template_of("pilot", text) for text in texts} == {"tried: <url>"}


@given(st.lists(TEXTS | st.sampled_from(DEVELOP), min_size=1, max_size=5).map(" ".join), st.booleans())
def test_what_a_mask_finds_has_what_the_mask_needs(text: str, once_masked: bool) -> None:
    text = masked(pa.array([text]))[0].as_py() if once_masked else text
    for mask in (*MASKS, *JOINS):
        found = pc.replace_substring_regex(text, mask.pattern, mask.written).as_py() != text
        assert not found or pc.match_substring_regex(text, mask.needs).as_py(), mask.pattern


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("cannot merge a.root/b.root", "cannot merge <file>"),
        ("user.a.b/user.c.d/", "<file>"),
        ("from [::1][::2] x", "from <host> x"),
    ],
)
def test_things_without_anything_between_them_are_one_list(text: str, template: str) -> None:
    assert template_of("pilot", text) == template


@given(COMPONENT, TEXTS)
def test_a_template_is_its_own_template(component: str, text: str) -> None:
    template = template_of(component, text)
    assert template_of(component, template) == template


@given(COMPONENT, TEXTS)
def test_a_template_is_never_empty_nor_long(component: str, text: str) -> None:
    assert 1 <= len(template_of(component, text)) <= LENGTH


@given(st.lists(st.tuples(COMPONENT, st.integers(1, 70000), st.none() | TEXTS), max_size=12))
def test_a_group_does_not_depend_on_the_batch(errors: list[tuple[str, int, str | None]]) -> None:
    components, codes = pa.array([e[0] for e in errors], pa.string()), pa.array([e[1] for e in errors], pa.int64())
    template = templates(components, messages(components, codes, pa.array([e[2] for e in errors], pa.string())))
    together = zip(group_ids(components, codes, template).to_pylist(), template.to_pylist(), strict=True)
    assert list(together) == [fingerprint(*error) for error in errors]


@given(st.none() | TEXTS)
def test_the_code_and_its_component_belong_to_the_group(text: str | None) -> None:
    errors = [("pilot", 1099), ("pilot", 1137), ("executor", 1099)]
    assert len({fingerprint(component, code, text)[0] for component, code in errors}) == len(errors)


def test_a_changed_rule_needs_a_new_version() -> None:
    """Stored ids must keep their meaning. Raise RULES_VERSION before you write another digest here."""
    of_all = [fingerprint(row["component"], int(row["code"]), row["diag"]) for row in LABELLED]
    assert (message_groups.RULES_VERSION, hashlib.sha256(repr(of_all).encode()).hexdigest()[:16]) == (
        1,
        "29b4a89c9adc05cb",
    )


def test_new_rules_give_new_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint("pilot", 1099, "x")
    monkeypatch.setattr(message_groups, "RULES_VERSION", message_groups.RULES_VERSION + 1)
    assert before[0] != fingerprint("pilot", 1099, "x")[0]
    assert before[1] == fingerprint("pilot", 1099, "x")[1]


def test_transform_has_the_words_of_the_dictionary_and_one_group_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    codes = [code for component, code in error_codes() if component == "transform"] + [211]
    found = {code: fingerprint("transform", code, None) for code in codes}
    assert len({group for group, _ in found.values()}) == len(codes)
    assert found[211][1] == "Unknown transformation exit code 211"
    assert found[65][1] == describe("transform", 65)
    monkeypatch.setattr(message_groups, "describe", lambda _, code: f"other words for {code}")
    assert fingerprint("transform", 65, None) == (found[65][0], "other words for 65")


def test_no_cut_is_longer_than_its_column() -> None:
    longest = {c.name: by_name()[c.diag_column].max_chars for c in COMPONENTS if c.diag_column}
    assert CUTS.keys() == longest.keys()
    assert all(CUTS[name] <= (longest[name] or 0) for name in CUTS)
    assert max(LENGTH, 0) < min(CUTS.values())


@pytest.mark.parametrize("component", sorted(CUTS))
def test_the_tail_cut_at_the_source_does_not_split_groups(component: str) -> None:
    tail = (
        " failed for user.x.1.out.root at 2026-07-01 04:11:09: the server gave up on it for good and nobody knows why, "
    )
    whole = [
        f"Transfer of /pnfs/{'x' * n}{tail}" + "it may be of use to look at the log of 'x y' on 7 hosts. " * 9
        for n in range(120)
    ]
    assert len({template_of(component, text[: CUTS[component]]) for text in whole}) == 1


@given(WITH_DIAG, st.lists(st.sampled_from(DEVELOP), min_size=2, max_size=6).map(" ".join), st.integers(LENGTH, 3000))
def test_a_text_cut_anywhere_beyond_the_template_stays_in_its_group(component: str, text: str, at: int) -> None:
    """Decidable is what still has a template's length, and the longest thing of several words, once masked."""
    left = text[:at]
    if len(collapsed(masked(pa.array([left])))[0].as_py()) >= LENGTH + 30:
        assert template_of(component, left) == template_of(component, text)


def test_half_a_word_at_a_cut_is_dropped_and_a_cut_path_is_a_path() -> None:
    start = f"reading {'/x' * 100} "
    assert (
        template_of("supervisor", (start + "failed with " + "longwindedness" * 9)[:250]) == "reading <path> failed with"
    )
    assert template_of("supervisor", (start + "of /" + "y" * 99)[:250]) == "reading <path> of <path>"


def test_answers_have_a_row_for_each_row() -> None:
    none = pa.array([], pa.string())
    assert templates(none, none).equals(none)
    assert group_ids(none, pa.array([], pa.int64()), none).equals(none)
    assert pc.count(templates(pa.array(["pilot"] * 3), pa.nulls(3))).as_py() == 3
