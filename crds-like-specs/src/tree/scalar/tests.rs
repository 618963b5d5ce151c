//! Scalars: which texts are null, booleans and numbers.

use expect_test::expect;

use super::plain;

#[test]
fn plain_scalars_follow_the_core_schema_but_for_leading_zeros() {
    let texts = "~ null nUll true TRUE yes on 0 7 -7 +7 010 -010 08 0.5 00.5 .5 5. 1e3 1.5e-3 0x1F 0x 0x+1 0o17 0o8 \
                 18446744073709551615 18446744073709551616 .inf -.inf .nan nan 1_000 1:30 - e 1.2.3 é";
    let line = |text: &str| format!("{text} = {:?}\n", plain(text));
    let lines: Vec<String> = texts.split(' ').map(line).collect();
    expect![[r#"
        ~ = Null
        null = Null
        nUll = Text("nUll")
        true = Bool(true)
        TRUE = Bool(true)
        yes = Text("yes")
        on = Text("on")
        0 = Number(Number(0))
        7 = Number(Number(7))
        -7 = Number(Number(-7))
        +7 = Number(Number(7))
        010 = Text("010")
        -010 = Text("-010")
        08 = Text("08")
        0.5 = Number(Number(0.5))
        00.5 = Text("00.5")
        .5 = Number(Number(0.5))
        5. = Number(Number(5.0))
        1e3 = Number(Number(1000.0))
        1.5e-3 = Number(Number(0.0015))
        0x1F = Number(Number(31))
        0x = Text("0x")
        0x+1 = Text("0x+1")
        0o17 = Number(Number(15))
        0o8 = Text("0o8")
        18446744073709551615 = Number(Number(18446744073709551615))
        18446744073709551616 = Number(Number(1.8446744073709552e+19))
        .inf = Text(".inf")
        -.inf = Text("-.inf")
        .nan = Text(".nan")
        nan = Text("nan")
        1_000 = Text("1_000")
        1:30 = Text("1:30")
        - = Text("-")
        e = Text("e")
        1.2.3 = Text("1.2.3")
        é = Text("é")
    "#]]
    .assert_eq(&lines.concat());
}
