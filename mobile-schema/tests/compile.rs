//! What is wrong with a form is said when it is compiled, with the place.

use bidao_schema::block::Shared;
use bidao_schema::compile::{CompileError, compile, compile_expression};
use bidao_schema::expression::Expression;
use bidao_schema::forms::built_in;

const HEAD: &str = "name = \"a\"\nversion = 1\ntitle = { zh = \"甲\", en = \"A\" }\n\
    [[sections]]\nname = \"s\"\ntitle = { zh = \"乙\", en = \"S\" }\n";

/// A form of these fields, each a TOML inline table without label and privacy.
fn form_of(fields: &[&str]) -> String {
    let rest = "label = { zh = \"丙\", en = \"F\" }, privacy = \"P1\"";
    let fields: Vec<String> = fields.iter().map(|field| format!("{{ {field}, {rest} }}")).collect();
    format!("{HEAD}fields = [{}]\n", fields.join(", "))
}

fn failure(fields: &[&str]) -> String {
    match compile(&form_of(fields), &Shared::default()) {
        Ok(_) => "compiles".to_string(),
        Err(error) => error.to_string(),
    }
}

fn expression(text: &str) -> Result<Expression, CompileError> {
    let form = form_of(&[
        "name = \"x\", type = \"integer\"",
        "name = \"twice\", type = \"calculated\", calculate = \"${x} * 2\"",
        "name = \"one\", type = \"select_one\", choices = [{ code = \"a\", zh = \"甲\", en = \"A\" }]",
        "name = \"rows\", type = \"repeat\", fields = [{ name = \"y\", type = \"integer\", \
         label = { zh = \"丁\", en = \"Y\" }, privacy = \"P1\" }]",
    ]);
    compile_expression(text, &form, None, &Shared::default())
}

fn expression_failure(text: &str) -> String {
    expression(text).map_or_else(|error| error.message, |_| "compiles".to_string())
}

#[test]
fn a_typing_error_in_a_property_is_refused() {
    assert!(failure(&["name = \"x\", type = \"text\", requred = true"]).contains("requred"));
    assert!(failure(&["name = \"x\", type = \"txt\""]).contains("txt"));
}

#[test]
fn names_are_unique_and_not_reserved() {
    let text = "type = \"text\"";
    assert_eq!(
        failure(&[&format!("name = \"x\", {text}"), &format!("name = \"x\", {text}")]),
        "fields: `x` appears twice"
    );
    for name in ["X", "1x", "", "deleted_at", "id", "a/b"] {
        let said = failure(&[&format!("name = \"{name}\", {text}")]);
        assert_eq!(said, format!("fields: `{name}` cannot be a name"));
    }
}

#[test]
fn a_property_that_the_type_does_not_have_is_refused() {
    let wrong = [
        ("type = \"select_one\"", "a select, and only a select, has choices"),
        ("type = \"text\", choices = []", "a select, and only a select, has choices"),
        ("type = \"repeat\"", "a repeat, and only a repeat, has fields"),
        ("type = \"calculated\"", "a calculated field, and only that, has `calculate`"),
        (
            "type = \"member_ref\", target = \"x\"",
            "the target of a member reference is a repeat of this form",
        ),
        ("type = \"record_ref\"", "a reference, and only a reference, has a target"),
        ("type = \"text\", min = 1", "only a number has `min` and `max`"),
        ("type = \"integer\", max_length = 1", "only a text has `min_length` and `max_length`"),
        ("type = \"select_one\", choices = \"nowhere\"", "there is no list `nowhere`"),
        (
            "type = \"select_one\", choices = [{ code = \"a b\", zh = \"\", en = \"\" }]",
            "code `a b` is malformed or twice",
        ),
    ];
    for (field, message) in wrong {
        assert_eq!(failure(&[&format!("name = \"x\", {field}")]), format!("x: {message}"));
    }
}

#[test]
fn an_expression_error_names_field_property_and_character() {
    let said = failure(&["name = \"x\", type = \"text\", relevant = \"1 + ${nobody}\""]);
    assert_eq!(said, "x.relevant: at character 4: there is no field `nobody`");
}

#[test]
fn what_is_computed_from_itself_is_refused() {
    let said = failure(&[
        "name = \"x\", type = \"calculated\", calculate = \"${y} + 1\"",
        "name = \"y\", type = \"calculated\", calculate = \"${x} + 1\"",
    ]);
    assert!(said.contains("computed from itself"), "{said}");
}

#[test]
fn calculated_fields_are_put_in() {
    assert_eq!(expression("${twice} + 1"), expression("${x} * 2 + 1"));
}

#[test]
fn a_code_that_is_no_choice_is_refused() {
    assert_eq!(expression_failure("${one} = 'a' or selected(${one}, 'a') or ${one} = ''"), "compiles");
    assert_eq!(expression_failure("${one} = 'b'"), "at character 0: `b` is not a choice of `one`");
    assert_eq!(
        expression_failure("1 = 1 and selected(${one}, 'b')"),
        "at character 19: `b` is not a choice of `one`"
    );
}

#[test]
fn lists_are_where_lists_are_needed() {
    assert_eq!(expression_failure("sum(${rows/y}) + count(${rows}[${y} > 1])"), "compiles");
    assert_eq!(
        expression_failure("sum(${x})"),
        "at character 0: `sum` needs a list such as `${members/age}`"
    );
    assert_eq!(expression_failure("${x}[1]"), "at character 0: only a repeat can be filtered with `[…]`");
    assert_eq!(expression_failure("${y}"), "at character 0: there is no field `y`");
    assert_eq!(expression_failure("${rows/z}"), "at character 0: there is no field `rows/z`");
}

#[test]
fn patterns_are_literal_and_portable() {
    assert_eq!(expression_failure("regex('a', ${one})"), "at character 0: the pattern is written in quotes");
    assert_eq!(expression_failure("regex('a', '\\s')"), "at character 0: `\\s` is not portable");
    assert_eq!(expression_failure(&format!("regex('a', '{}')", "a".repeat(256))), "compiles");
    assert!(expression_failure(&format!("regex('a', '{}')", "a".repeat(257))).contains("at most 256 bytes"));
}

#[test]
fn limits_of_an_expression_have_boundaries() {
    let sum = |terms: usize| vec!["1"; terms].join("+");
    assert_eq!(expression_failure(&sum(40)), "compiles");
    assert!(expression_failure(&sum(41)).contains("deeper than 40 levels"));
    let nested = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(expression_failure(&nested(23)), "compiles");
    assert!(expression_failure(&nested(24)).contains("nested too deeply"));
    let long = |length: usize| format!("'{}'", "a".repeat(length - 2));
    assert_eq!(expression_failure(&long(4_000)), "compiles");
    assert!(expression_failure(&long(4_001)).contains("too long"));
    let call = |arguments: usize| format!("concat({})", vec!["1"; arguments].join(","));
    assert_eq!(expression_failure(&call(32)), "compiles");
    assert!(expression_failure(&call(33)).contains("does not take 33 arguments"));
}

#[test]
fn calculated_fields_cannot_blow_a_tree_up() {
    let mut fields = vec!["name = \"c0\", type = \"calculated\", calculate = \"1 + 1\"".to_string()];
    for n in 1..20 {
        let calculate = format!("concat(${{c{0}}}, ${{c{0}}}, ${{c{0}}})", n - 1);
        fields.push(format!("name = \"c{n}\", type = \"calculated\", calculate = \"{calculate}\""));
    }
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    assert!(failure(&fields).contains("more than 2000 parts"));
}

#[test]
fn compiled_trees_are_small_and_shallow() {
    for form in built_in() {
        for field in form.fields().flat_map(|field| std::iter::once(field).chain(&field.fields)) {
            let trees = field.relevant.iter().chain(&field.required).chain(&field.calculate);
            for tree in trees.chain(field.constraints.iter().map(|constraint| &constraint.test)) {
                assert!(tree.depth() <= 20 && tree.nodes() <= 100, "{} {}", form.name, field.name);
            }
        }
    }
}

/// A repeat of lines with these properties, and its field `supersedes` with those.
fn lines(repeat: &str, supersedes: &str) -> String {
    let label = "label = { zh = \"丁\", en = \"L\" }, privacy = \"P1\"";
    format!(
        "name = \"lines\", type = \"repeat\", {repeat}, fields = [{{ name = \"amount\", type = \"money\", {label} }}, \
         {{ {supersedes}, {label} }}]"
    )
}

const CORRECTS: &str = "name = \"supersedes\", type = \"member_ref\", target = \"lines\"";

#[test]
fn masked_is_a_text() {
    assert_eq!(failure(&["name = \"x\", type = \"text\", masked = true"]), "compiles");
    assert_eq!(failure(&["name = \"x\", type = \"integer\", masked = true"]), "x: only a text can be masked");
}

#[test]
fn immutable_is_a_repeat_whose_lines_name_what_they_correct() {
    assert_eq!(
        failure(&["name = \"x\", type = \"text\", immutable = true"]),
        "x: only a repeat is immutable"
    );
    assert_eq!(failure(&[&lines("immutable = true", "name = \"other\", type = \"text\"")]), "compiles");
    let said = "lines/supersedes: `supersedes` is a member reference to its own immutable repeat";
    assert_eq!(failure(&[&lines("immutable = true", "name = \"supersedes\", type = \"text\"")]), said);
    assert_eq!(failure(&[&lines("immutable = false", CORRECTS)]), said);
    assert_eq!(failure(&[&lines("immutable = true", CORRECTS)]), "compiles");
}

#[test]
fn every_field_of_a_line_asks_when_two_first_answers_meet() {
    let form = compile(&form_of(&[&lines("immutable = true", CORRECTS)]), &Shared::default()).unwrap();
    assert_eq!(form.ask_paths(), ["lines/*/amount", "lines/*/supersedes"]);
    assert_eq!(form.immutable_containers(), ["lines"]);
}

const BLOCKS: &str = r#"
[extra]
fields = [{ name = "seen", type = "boolean", label = { zh = "看见", en = "Seen" }, privacy = "P1" }]
"#;

/// A form of one section with these lines, and the block `extra` to name.
fn section(lines: &str) -> String {
    let form = Shared::parse("", BLOCKS).map(|shared| compile(&format!("{HEAD}{lines}\n"), &shared));
    match form.unwrap_or_else(|error| panic!("{error}")) {
        Ok(form) => form.fields().map(|field| field.name.as_str()).collect::<Vec<_>>().join(" "),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_block_puts_its_fields_after_those_of_the_section() {
    let own = |name: &str| {
        format!(
            "fields = [{{ name = \"{name}\", type = \"text\", relevant = \"${{seen}}\", label = {{ zh = \"丙\", en = \"F\" }}, privacy = \"P1\" }}]"
        )
    };
    assert_eq!(section("block = \"extra\""), "seen");
    assert_eq!(section(&format!("{}\nblock = \"extra\"", own("x"))), "x seen");
    assert_eq!(section(&format!("{}\nblock = \"extra\"", own("seen"))), "fields: `seen` appears twice");
    assert_eq!(section("block = \"other\""), "s: there is no block `other`");
    assert_eq!(section(""), "s: a section has fields or a block");
    assert!(section("blocks = \"extra\"").contains("unknown field `blocks`"));
    assert!(Shared::parse("", "[a]\nfields = [{ name = 1 }]").unwrap_err().starts_with("blocks.toml: "));
    assert!(Shared::parse("", "[a]\nfield = []").is_err());
}

/// A form with a field `phone`, a repeat `people` and this repeat of attestations, and who signs it.
fn attested(repeat: &str, head: &str) -> String {
    let label = "label = { zh = \"丙\", en = \"F\" }, privacy = \"P1\"";
    let form = format!(
        "name = \"a\"\nversion = 1\ntitle = {{ zh = \"甲\", en = \"A\" }}\n{head}\n\
         [[sections]]\nname = \"s\"\ntitle = {{ zh = \"乙\", en = \"S\" }}\n\
         fields = [{{ name = \"phone\", type = \"phone\", {label} }}, \
         {{ name = \"people\", type = \"repeat\", {label}, fields = [{{ name = \"age\", type = \"integer\", {label} }}] }}{}]\n",
        repeat.replace("LABEL", label)
    );
    compile(&form, &Shared::default()).map_or_else(|error| error.to_string(), |_| "compiles".to_string())
}

const SIGNED: &str = ", { name = \"attestations\", type = \"repeat\", immutable = true, LABEL, fields = [\
    { name = \"form\", type = \"text\", LABEL }, { name = \"content_digest\", type = \"text\", LABEL }, \
    { name = \"role\", type = \"select_one\", choices = [{ code = \"head\", zh = \"户主\", en = \"Head\" }, { code = \"town\", zh = \"乡镇\", en = \"Town\" }], LABEL }, \
    { name = \"stance\", type = \"text\", LABEL }] }";

/// `[attestation]` with these roles of its one party, and this more.
fn party(roles: &str, more: &str) -> String {
    format!(
        "[attestation]\nparties = [{{ name = \"household\", zh = \"农户\", en = \"Household\", roles = [{roles}] }}]\n{more}"
    )
}

#[test]
fn who_signs_is_said_together_with_the_attestations() {
    let parties = party("\"head\", \"town\"", "immaterial = [\"phone\", \"people/*/age\"]");
    assert_eq!(attested(SIGNED, &parties), "compiles");
    assert_eq!(attested("", ""), "compiles");
    assert_eq!(attested(SIGNED, ""), "attestation: a form with attestations says who signs: `attestation`");
    assert_eq!(attested("", &parties), "attestation: the form has no repeat `attestations`");
    let mutable = SIGNED.replace("immutable = true", "immutable = false");
    assert_eq!(attested(&mutable, &parties), "attestation: `attestations` is an immutable repeat");
    let without = SIGNED.replace("\"stance\"", "\"mood\"");
    assert_eq!(attested(&without, &parties), "attestation: an attestation has a field `stance`");
}

#[test]
fn parties_have_roles_of_their_own() {
    let said = |roles: &str| attested(SIGNED, &party(roles, ""));
    assert_eq!(said(""), "attestation: party `household` has no role");
    assert_eq!(said("\"mayor\""), "attestation: `mayor` is not a role of `attestations`");
    assert_eq!(said("\"head\", \"head\""), "attestation: role `head` is named twice");
    assert_eq!(
        attested(SIGNED, "[attestation]\nparties = []"),
        "attestation: somebody signs: at least one party"
    );
    let twice = "[attestation]\nparties = [{ name = \"a\", zh = \"甲\", en = \"A\", roles = [\"head\"] }, \
        { name = \"a\", zh = \"甲\", en = \"A\", roles = [\"town\"] }]";
    assert_eq!(attested(SIGNED, twice), "attestation.parties: `a` appears twice");
    assert!(attested(SIGNED, "[attestation]\nparty = []").contains("unknown field `party`"));
}

#[test]
fn what_is_immaterial_is_a_field_with_an_answer() {
    for path in ["fax", "people", "people/age", "people/*/name", "attestations/*/stance", "phone/*/x"] {
        let said = attested(SIGNED, &party("\"head\"", &format!("immaterial = [\"{path}\"]")));
        assert_eq!(said, format!("attestation: immaterial: there is no field `{path}`"));
    }
}
