//! Parsing: what is read, what is refused by name, and where.

use expect_test::{Expect, expect};

use super::parse;

/// One line a problem, then each document as JSON.
fn check(text: &str, expected: &Expect) {
    let parsed = parse("f.yaml", text);
    let problems = parsed.problems.iter().map(|problem| format!("{problem}\n"));
    let documents = parsed.documents.iter().map(|node| format!("{}\n", node.to_json()));
    expected.assert_eq(&problems.chain(documents).collect::<String>());
}

#[test]
fn documents_are_read_and_empty_ones_are_skipped() {
    check(
        "---\n---\na: 1\nb: [x, ~, {c: true}]\n---\n# nothing\n---\n- 'y'\n",
        &expect![[r#"
        {"a":1,"b":["x",null,{"c":true}]}
        ["y"]
    "#]],
    );
}

#[test]
fn keys_are_sorted_and_nulls_are_left_to_the_walk() {
    check(
        "z: 1\na:\nm: {y: ~, x: 2}\n",
        &expect![[r#"
            {"a":null,"m":{"x":2,"y":null},"z":1}
        "#]],
    );
}

#[test]
fn aliases_are_expanded() {
    check(
        "a: &x {k: [1, 2]}\nb: *x\n",
        &expect![[r#"
        {"a":{"k":[1,2]},"b":{"k":[1,2]}}
    "#]],
    );
}

#[test]
fn an_alias_without_an_anchor_or_to_itself_is_refused() {
    check(
        "a: *nope\n",
        &expect![[r"
            f.yaml:1:4: not valid YAML: while parsing node, found unknown anchor
        "]],
    );
    check(
        "a: &x [1, *x]\n",
        &expect![[r"
            f.yaml:1:11: a[1]: is an alias to a value that is not finished here (an anchor before it, in the same document)
        "]],
    );
    check(
        "a: &x 1\n---\nb: *x\n",
        &expect![[r#"
            f.yaml:3:4: b: is an alias to a value that is not finished here (an anchor before it, in the same document)
            {"a":1}
        "#]],
    );
}

#[test]
fn an_alias_bomb_ends_with_a_place() {
    let line = |level: usize| {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        format!("a{level}: &a{level} [{aliases}]\n")
    };
    let bomb: Vec<String> = (1..10).map(line).collect();
    let text = format!("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n{}", bomb.concat());
    check(
        &text,
        &expect![[r"
        f.yaml:5:45: a4[7]: holds too many values, aliases counted each time (at most 100000)
    "]],
    );
}

#[test]
fn deep_nesting_is_refused() {
    check(
        &format!("a: {}", "[".repeat(20_000)),
        &expect![[r"
            f.yaml:1:259: not valid YAML: recursion limit exceeded
        "]],
    );
    check(
        &"- ".repeat(100),
        &expect![[r"
        f.yaml:1:65: [0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]: is nested too deeply (at most 32 levels)
    "]],
    );
}

#[test]
fn duplicate_keys_name_the_first_place_and_the_first_counts() {
    check(
        "spec:\n  a: 1\n  b: 2\n  a: 3\n  a: 4\nlist:\n- {k: 1, k: 2}\n",
        &expect![[r#"
        f.yaml:4:3: spec.a: duplicate key, first at 2:3
        f.yaml:5:3: spec.a: duplicate key, first at 2:3
        f.yaml:7:10: list[0].k: duplicate key, first at 7:4
        {"list":[{"k":1}],"spec":{"a":1,"b":2}}
    "#]],
    );
}

#[test]
fn merge_keys_tags_and_odd_keys_are_refused_by_name() {
    check(
        "a: &x {k: 1}\nb:\n  <<: *x\n  m: 2\n",
        &expect![[r#"
        f.yaml:3:3: b["<<"]: merge keys are not supported: write the fields out, or alias the whole value
        {"a":{"k":1},"b":{"m":2}}
    "#]],
    );
    check(
        "a: !secret x\nb: !!str 80\nc: !thing {k: 1}\n",
        &expect![[r#"
        f.yaml:1:4: a: has the tag !secret; tags are not supported
        f.yaml:3:4: c: has a tag; tags are not supported
        {"a":"x","b":"80","c":{"k":1}}
    "#]],
    );
    check(
        "? [a, b]\n: 1\nc: 2\n",
        &expect![[r#"
        f.yaml:1:3: has a list or map as a key (a key is text)
        {"c":2}
    "#]],
    );
    check(
        "a: &x k\n*x : 2\nc: 3\n",
        &expect![[r#"
        f.yaml:2:1: has an alias as a key (a key is text)
        {"a":"k","c":3}
    "#]],
    );
    check(
        ": 1\nc: 3\n",
        &expect![[r#"
        f.yaml:1:1: [""]: has an empty key
        {"c":3}
    "#]],
    );
}

#[test]
fn text_that_is_not_yaml_is_told_with_its_place_and_what_came_before_is_kept() {
    check(
        "a: 1\n---\nb:\n\t- x\n",
        &expect![[r#"
            f.yaml:4:2: not valid YAML: tabs disallowed within this context (block indentation)
            {"a":1}
        "#]],
    );
    check(
        "a: [1, 2\nb: 3\n",
        &expect![[r"
            f.yaml:2:2: not valid YAML: illegal placement of ':' indicator
        "]],
    );
    check(
        "a: \"x\n",
        &expect![[r"
            f.yaml:1:4: not valid YAML: while scanning a quoted scalar, found unexpected end of stream
        "]],
    );
    check(
        "a: 1\n b: 2\n",
        &expect![[r"
            f.yaml:2:3: not valid YAML: mapping values are not allowed in this context
        "]],
    );
}
