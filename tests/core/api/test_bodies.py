"""Bodies: strict JSON, strict fields, every fault at its place, and nothing written."""

import pytest

from apps.core.models import AuditEvent, IdempotencyKey

pytestmark = pytest.mark.django_db


def faults(answer):
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


def written():
    return AuditEvent.objects.count() + IdempotencyKey.objects.count()


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"{'text': 1}",
        b'{"text": "a",}',
        b"\xff",
        b'{"text": "\\ud800"}',
        b'{"\\ud800": "a"}',
        b'{"text": "a"} {}',
        b'{"text": "a", "text": "b"}',
        b'{"text": "a", "target": {"note": 1, "note": 2}}',
        b'{"text": ' + b"[" * 200 + b"]" * 200 + b"}",
        b"[" * 100_000,
        b'{"text": ' + b"1" * 5_000 + b"}",
    ],
)
def test_post_refuses_what_is_not_json(ann, raw):
    answer = ann.post("notes", raw)

    assert (answer.status_code, answer.json()["code"], written()) == (400, "malformed_json", 0)
    assert answer["Content-Type"] == "application/problem+json"


def test_post_accepts_the_deepest_allowed_nesting(ann):
    answer = ann.post("notes", b'{"text": ' + b"[" * 31 + b"]" * 31 + b"}")

    assert (answer.status_code, faults(answer)) == (422, [("/text", "invalid")])


def test_post_refuses_a_large_body(ann):
    answer = ann.post("notes", {"text": "x" * 2_000_000})

    assert (answer.status_code, answer.json()["code"], written()) == (413, "too_large", 0)


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_post_refuses_another_media_type(ann, kind):
    answer = ann.post("notes", b"text=1", Content_Type=kind)

    assert (answer.status_code, answer.json()["code"], written()) == (415, "unsupported_media_type", 0)


def test_post_names_unknown_fields_at_every_depth(ann):
    answer = ann.post(
        "notes",
        {
            "text": "a",
            "extra": 1,
            "target": {"note": "evt_" + "0" * 26, "a/b~c": 1},
            "money": {"amount": 1, "currency": "USD", "scale": 2},
        },
    )

    assert (answer.status_code, answer.json()["code"], written()) == (422, "unknown_field", 0)
    assert sorted(faults(answer)) == [
        ("/extra", "unknown_field"),
        ("/money/scale", "unknown_field"),
        ("/target/a~1b~0c", "unknown_field"),
    ]


def test_post_names_every_fault_at_once(ann):
    answer = ann.post("notes", {"txet": "a", "count": -1, "tags": ["ok", "too long"]})

    assert answer.json()["code"] == "unknown_field"
    assert sorted(faults(answer)) == [
        ("/count", "min_value"),
        ("/tags/1", "max_length"),
        ("/text", "required"),
        ("/txet", "unknown_field"),
    ]


@pytest.mark.parametrize("body", [[], "text", 1, None, True])
def test_post_refuses_a_body_that_is_no_object(ann, body):
    answer = ann.post("notes", body)

    assert (answer.status_code, written()) == (422, 0)


@pytest.mark.parametrize(
    ("name", "raw", "pointer", "code"),
    [
        ("money", "5", "/money", "invalid_amount"),
        ("money", "[]", "/money", "invalid_amount"),
        ("money", '{"amount": 1}', "/money/currency", "required"),
        ("money", '{"currency": "USD"}', "/money/amount", "required"),
        *[
            ("money", f'{{"amount": {amount}, "currency": "USD"}}', "/money/amount", "invalid_amount")
            for amount in (
                *("1.5", "1.0", '"1250"', '"12.5"', "1e3", "1e30", "NaN", "Infinity", "-Infinity"),
                *("true", "null", "9223372036854775808", "0", "-0", "-5"),
            )
        ],
        ("money", '{"amount": 1, "currency": "XXX"}', "/money/currency", "unknown_currency"),
        ("money", '{"amount": 1, "currency": "usd"}', "/money/currency", "unknown_currency"),
        ("money", '{"amount": 1, "currency": 840}', "/money/currency", "unknown_currency"),
        ("text", "5", "/text", "invalid"),
        ("text", "NaN", "/text", "invalid"),
        ("text", "null", "/text", "null"),
        ("text", '" "', "/text", "blank"),
        ("text", '"a\\u0000"', "/text", "null_characters_not_allowed"),
        ("count", '"5"', "/count", "invalid"),
        ("count", "5.0", "/count", "invalid"),
        ("count", "true", "/count", "invalid"),
        ("flag", '"true"', "/flag", "invalid"),
        ("flag", "1", "/flag", "invalid"),
        ("kind", '"other"', "/kind", "invalid_choice"),
        ("kind", "1", "/kind", "invalid_choice"),
        ("at", '"2026-03-01 09:30:00Z"', "/at", "invalid"),
        ("at", '"2026-03-01T09:30:00"', "/at", "invalid"),
        ("at", '"2026-02-30T09:30:00Z"', "/at", "invalid"),
        ("at", '"0001-01-01T00:00:00+14:00"', "/at", "invalid"),
        ("at", "1767225600", "/at", "invalid"),
        ("on", '"2026-02-30"', "/on", "invalid"),
        ("on", '"20260228"', "/on", "invalid"),
        ("rate", "1.5", "/rate", "invalid"),
        ("rate", '"1e3"', "/rate", "invalid"),
        ("rate", '"NaN"', "/rate", "invalid"),
    ],
)
def test_post_refuses_a_wrong_value(ann, name, raw, pointer, code):
    given = {"text": '"a"', name: raw}
    fields = ", ".join(f'"{key}": {one}' for key, one in given.items())

    answer = ann.post("notes", f"{{{fields}}}".encode())

    assert (answer.status_code, faults(answer), written()) == (422, [(pointer, code)], 0)


@pytest.mark.parametrize("digits", ["0" * 25, "0" * 27, "8" + "0" * 25, "u" + "0" * 25, "-" + "0" * 25])
def test_post_refuses_a_malformed_id(ann, digits):
    answer = ann.post("notes", {"text": "a", "target": {"note": f"evt_{digits}"}})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_id")
    assert (faults(answer), written()) == ([("/target/note", "invalid_id")], 0)


@pytest.mark.parametrize("note", ["trf_" + "0" * 26, "0" * 26, "", 5, None])
def test_post_refuses_another_kind_of_id(ann, note):
    answer = ann.post("notes", {"text": "a", "target": {"note": note}})

    assert (answer.status_code, [pointer for pointer, _ in faults(answer)], written()) == (422, ["/target/note"], 0)


@pytest.mark.parametrize(
    ("name", "given", "read"),
    [
        ("money", {"amount": 2**63 - 1, "currency": "USD"}, "Money(amount=9223372036854775807, currency='USD')"),
        ("balance", {"amount": 0, "currency": "JPY"}, "Money(amount=0, currency='JPY')"),
        ("balance", {"amount": -5, "currency": "JPY"}, "Money(amount=-5, currency='JPY')"),
        ("at", "2026-03-01T10:30:00.25+01:00", "2026-03-01 09:30:00.250000+00:00"),
        ("at", "2026-03-01t09:30:00z", "2026-03-01 09:30:00+00:00"),
        ("on", "2026-02-28", "2026-02-28"),
        ("rate", "-1.0825", "-1.0825"),
        ("count", 0, "0"),
        ("flag", False, "False"),
        ("kind", "long", "long"),
        ("tags", ["a"], "['a']"),
    ],
)
def test_post_reads_a_right_value(nobody, name, given, read):
    answer = nobody.post("echo", {"text": "a", name: given})

    assert answer.json() == {"text": "a", name: read}


def test_ids_are_read_in_any_case_and_with_lookalikes(nobody):
    same = [
        nobody.post("echo", {"text": "a", "target": {"note": f"evt_0{letters}{'0' * 20}"}}).json()["target"]
        for letters in ("10101", "ioioi", "ILILI".replace("L", "O"), "lOlOl")
    ]

    assert len(set(same)) == 1


def test_a_blank_around_a_text_is_no_part_of_it(nobody):
    assert nobody.post("echo", {"text": "  a "}).json() == {"text": "a"}
