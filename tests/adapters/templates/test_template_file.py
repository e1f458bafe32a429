"""Section C of the catalogue of bad inputs: each is refused with file, line and the next step."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from consent.drawings import DIGESTS
from consent.errors import TemplateRefused
from consent.model.template import Template
from consent.store import template_file

Parse = Callable[[str | bytes], Template]


def _line(text: str, part: str) -> str:
    return f"small.yaml:{text[: text.index(part)].count(chr(10)) + 1}"


def test_a_template_that_keeps_the_rules_is_read(minimal: str, parse: Parse) -> None:
    template = parse(minimal)
    number = template.statement("bleeding").likelihood
    assert number is not None
    assert number.numbers[0].words == "2 of 113 people"
    assert template.statement("bleeding").acknowledge is True


def test_c1_a_billion_laughs_is_refused_at_once(parse: Parse) -> None:
    laughs = 'a: &a ["lol","lol"]\n' + "".join(
        f"{b}: &{b} [*{a},*{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(TemplateRefused, match=r"small\.yaml:1: anchors"):
        parse(laughs)


def test_c2_a_cycle_is_refused(parse: Parse) -> None:
    with pytest.raises(TemplateRefused, match="anchors"):
        parse("title: &a [*a]\n")


@pytest.mark.parametrize("value", ["!!python/object:os.system x", "!foo x", "!!binary aGk=", "! x", "!!str x"])
def test_c3_a_tag_is_refused(parse: Parse, value: str) -> None:
    with pytest.raises(TemplateRefused, match=r"small\.yaml:2: the tag"):
        parse(f"id: small\ntitle: {value}\n")


def test_c3_a_merge_key_is_refused(parse: Parse) -> None:
    with pytest.raises(TemplateRefused, match=r"small\.yaml:2: merge keys"):
        parse("id: small\n<<: {title: x}\n")


@pytest.mark.parametrize("head", ["%YAML 1.1\n---\n", "%TAG ! tag:x,2000:\n---\n"])
def test_c3_a_directive_is_refused(minimal: str, parse: Parse, head: str) -> None:
    with pytest.raises(TemplateRefused, match="directive"):
        parse(head + minimal)


def test_c4_deep_brackets_are_refused_quickly(parse: Parse) -> None:
    start = time.process_time()
    with pytest.raises(TemplateRefused, match="deeper than 20"):
        parse("a: " + "[" * 5000)
    assert time.process_time() - start < 2


def test_c4_a_long_list_is_refused_quickly(parse: Parse) -> None:
    start = time.process_time()
    with pytest.raises(TemplateRefused, match="more than 8,000"):
        parse("a: [" + "x," * 100_000 + "]")
    assert time.process_time() - start < 2


def test_c5_a_key_that_is_there_twice_is_refused_with_both_lines(minimal: str, parse: Parse) -> None:
    with pytest.raises(TemplateRefused, match=r'small\.yaml:5: the key "status" is there twice; first on line 4'):
        parse(minimal.replace("status: draft\n", "status: draft\nstatus: retired\n"))


@pytest.mark.parametrize("word", ["NO", "yes", "on", "12:30", "1_000", "010", "2026-11-23", "~", "null", ".5", "0x1F"])
def test_c6_a_plain_word_stays_the_word_that_was_written(minimal: str, parse: Parse, word: str) -> None:
    assert parse(minimal.replace("plain_name: A small one", f"plain_name: {word}")).plain_name == word


@pytest.mark.parametrize("count", ["010", "1_0", "0x2", "2.0", "two", "-1", "+2"])
def test_c6_only_plain_digits_are_a_number(minimal: str, parse: Parse, count: str) -> None:
    with pytest.raises(TemplateRefused, match="count") as refused:
        parse(minimal.replace("count: 2", f"count: {count}"))
    assert refused.value.where == _line(minimal, "count: 2")


@pytest.mark.parametrize("truth", ["yes", "True", "on", "1", "y"])
def test_c6_only_true_and_false_are_truth_values(minimal: str, parse: Parse, truth: str) -> None:
    with pytest.raises(TemplateRefused, match="acknowledge"):
        parse(minimal.replace("acknowledge: true", f"acknowledge: {truth}"))


def test_c7_a_byte_order_mark_is_refused(minimal: str, parse: Parse) -> None:
    with pytest.raises(TemplateRefused, match="byte order mark"):
        parse(b"\xef\xbb\xbf" + minimal.encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_c7_utf_16_is_refused(minimal: str, parse: Parse, encoding: str) -> None:
    with pytest.raises(TemplateRefused, match="UTF-8"):
        parse(minimal.encode(encoding))


def test_c7_latin_1_is_refused_with_its_line(minimal: str, parse: Parse) -> None:
    with pytest.raises(TemplateRefused, match=r"small\.yaml:5: .*Latin-1"):
        parse(minimal.replace("title: A small", "title: Ä small").encode("latin-1"))


def test_c7_a_tab_is_refused_with_its_line(minimal: str, parse: Parse) -> None:
    with pytest.raises(TemplateRefused, match=r"small\.yaml:5: the line holds a tab"):
        parse(minimal.replace("title: A small", "title:\tA small"))


def test_c7_windows_line_ends_mean_the_same(minimal: str, parse: Parse) -> None:
    assert parse(minimal.replace("\n", "\r\n")).digest() == parse(minimal).digest()


def test_c8_a_misspelt_key_is_refused_with_a_suggestion(minimal: str, parse: Parse) -> None:
    with pytest.raises(TemplateRefused, match=r'there is no key "riks" here\. Did you mean "risks"') as refused:
        parse(minimal.replace("    risks:", "    riks:"))
    assert refused.value.where == _line(minimal, "    risks:")


def test_c8_a_misspelt_value_is_refused_with_a_suggestion(minimal: str, parse: Parse) -> None:
    with pytest.raises(TemplateRefused, match='Did you mean "benefit"'):
        parse(minimal.replace("kind: benefit", "kind: benefits"))


def test_c8_a_missing_key_is_named_at_the_part_that_lacks_it(minimal: str, parse: Parse) -> None:
    with pytest.raises(TemplateRefused, match='the key "comparator" is missing') as refused:
        parse(minimal.replace("          comparator: none\n", ""))
    assert refused.value.where == _line(minimal, "- count: 2")


@pytest.mark.parametrize(
    "text",
    [
        '<img src="/etc/passwd">',
        "see http://x.example/a.png",
        "![a](b.png)",
        "file:/etc/passwd",
        "a <b>bold</b> claim",
        "*x*",
    ],
)
def test_c9_markup_and_addresses_are_refused_in_a_text(minimal: str, parse: Parse, text: str) -> None:
    with pytest.raises(TemplateRefused, match="looks like markup"):
        parse(minimal.replace("text: We do this.", f"text: '{text}'"))


def test_c9_an_invisible_character_is_refused_in_a_text(minimal: str, parse: Parse) -> None:
    with pytest.raises(TemplateRefused, match=r"U\+202E"):
        parse(minimal.replace("text: We do this.", 'text: "We \\u202Edo this."'))


@pytest.mark.parametrize("text", ["{patient.__class__}", "{{7*7}}", "{7}", "{}", "a } b", "{Why}"])
def test_c10_a_brace_that_is_no_placeholder_is_refused(minimal: str, parse: Parse, text: str) -> None:
    with pytest.raises(TemplateRefused, match=r"brace|markup"):
        parse(minimal.replace("text: We do this.", f"text: '{text}'"))


def test_c10_an_unknown_placeholder_is_refused_with_its_line(minimal: str, parse: Parse) -> None:
    with pytest.raises(TemplateRefused, match=r"the placeholder \{password\}; known are") as refused:
        parse(minimal.replace("text: We do it so.", "text: '{password}'"))
    assert refused.value.where == _line(minimal, "text: We do it so.")


def test_c10_a_percent_form_is_just_text(minimal: str, parse: Parse) -> None:
    assert parse(minimal.replace("We do this.", "'%(x)s'")).statement("what").text == "%(x)s"


def test_c13_a_condition_on_no_question_is_refused_with_its_line(minimal: str, parse: Parse) -> None:
    wrong = minimal.replace("text: We do it so.", "text: So., only_if: {any_of: [{on: Q9, is_in: [no]}]}")
    with pytest.raises(TemplateRefused, match="how depends on Q9, which is not in this file") as refused:
        parse(wrong)
    assert refused.value.where == _line(wrong, "- {id: how")


def test_c14_an_id_that_is_used_twice_is_refused(minimal: str, parse: Parse) -> None:
    with pytest.raises(TemplateRefused, match="the id what is used twice"):
        parse(minimal.replace("id: how,", "id: what,"))


def test_c16_another_content_has_another_digest(minimal: str, parse: Parse) -> None:
    other = parse(minimal.replace("You may bleed.", "You may bleed a lot."))
    assert other.version == parse(minimal).version
    assert other.digest() != parse(minimal).digest()


def test_c21_three_megabytes_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    file.write_text("title: " + "x" * 3_000_000)
    with pytest.raises(TemplateRefused, match="larger than 256 KiB"):
        template_file.load(file)


def test_c21_two_hundred_statements_are_refused(minimal: str, parse: Parse) -> None:
    many = "".join(f"  - {{id: more{n}, kind: how, page: One, text: More.}}\n" for n in range(200))
    with pytest.raises(TemplateRefused, match=r"statements.*150"):
        parse(minimal.replace("alternatives:\n", f"{many}alternatives:\n"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "- a",
        "a: [",
        "a: 'b",
        'a: "\\UFFFFFFFF"',
        "? [a]\n: b",
        "a: b\n--- \nc: d",
        "a: \x07",
        'title: "\\ud800"',
    ],
)
def test_what_is_not_one_plain_document_is_refused(parse: Parse, text: str) -> None:
    with pytest.raises(TemplateRefused, match=r"small\.yaml:\d+: "):
        parse(text)


def test_a_second_document_is_refused_with_its_line(minimal: str, parse: Parse) -> None:
    with pytest.raises(TemplateRefused, match="a second document") as refused:
        parse(f"{minimal}---\n{minimal}")
    assert refused.value.where == f"small.yaml:{minimal.count(chr(10)) + 1}"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateRefused, match=r"none\.yaml:1: the file cannot be read"):
        template_file.load(tmp_path / "none.yaml")


def test_the_first_of_several_faults_is_named(minimal: str, parse: Parse) -> None:
    wrong = minimal.replace("status: draft", "status: live").replace("    risks:", "    riks:")
    with pytest.raises(TemplateRefused, match=r'small\.yaml:4: "live" is not a value of status'):
        parse(wrong)


def _drawn(minimal: str, *, name: str, digest: str) -> str:
    part = "    kind: risk\n"
    drawing = f"    drawing: {{name: {name}, digest: {digest}, says: A thin probe.}}\n"
    assert part in minimal
    return minimal.replace(part, part + drawing, 1)


def test_a_drawing_is_the_one_that_the_text_means(minimal: str, parse: Parse) -> None:
    drawn = _drawn(minimal, name="probe", digest=DIGESTS["probe"])
    assert [one.drawing.name for one in parse(drawn).statements if one.drawing] == ["probe"]
    text = _drawn(minimal, name="probe", digest=DIGESTS["body"])
    with pytest.raises(TemplateRefused, match=DIGESTS["probe"]) as refused:
        parse(text)
    assert refused.value.where == _line(text, "drawing:")
    with pytest.raises(TemplateRefused, match=r'no drawing "prob".*Did you mean "probe"'):
        parse(_drawn(minimal, name="prob", digest=DIGESTS["probe"]))
