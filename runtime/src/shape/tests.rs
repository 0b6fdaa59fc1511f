//! Shapes against answers, and against another reading of the same shape that is as plain as can be.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::table::Form;
use super::{FromEnd, Index, Name, Output, Shape, ShapeError, Step};

fn shape(root: Output) -> &'static Shape {
    Box::leak(Box::new(Shape::new(root)))
}

fn applied(root: Output, body: &str) -> Value {
    serde_json::from_str(&shape(root).apply(body.as_bytes()).unwrap()).unwrap()
}

fn refused(root: Output, body: &str) -> String {
    shape(root).apply(body.as_bytes()).unwrap_err().to_string()
}

const ID: Output = Output::string(&[Name("id")]);

#[test]
fn reads_members_positions_and_what_they_lead_to() {
    const ROOT: Output = Output::group(&[
        ("id", ID),
        ("again", ID),
        (
            "first",
            Output::integer(&[Name("list"), Index(0), Name("n")]),
        ),
        (
            "last",
            Output::integer(&[Name("list"), FromEnd(1), Name("n")]),
        ),
        (
            "before",
            Output::integer(&[Name("list"), FromEnd(2), Name("n")]),
        ),
        ("far", Output::integer(&[Name("list"), Index(9)])),
        (
            "all",
            Output::array(&[Name("list")], &Output::integer(&[Name("n")])),
        ),
        (
            "odd",
            Output::array_of(&[Name("list")], &[Name("m")], &Output::boolean(&[])),
        ),
        ("whole", Output::any_object(&[Name("a b")])),
        ("part", Output::string(&[Name("a b"), Name("c")])),
        ("fixed", Output::constant("[1]")),
    ]);
    let body = r#"{"skipped": [{"id": 1}], "id": 7, "list": [{"n": 1}, {"n": 2, "m": true}], "a b": {"c": "d"}}"#;
    assert_eq!(
        applied(ROOT, body),
        json!({
            "id": "7", "again": "7", "first": 1, "last": 2, "before": 1, "far": null, "all": [1, 2], "odd": [true],
            "whole": {"c": "d"}, "part": "d", "fixed": [1]
        })
    );
}

#[test]
fn what_is_not_there_is_null_and_a_root_is_an_object_all_the_same() {
    const INNER: &[(&str, Output)] = &[("id", ID), ("list", Output::array(&[Name("l")], &ID))];
    const NESTED: Output = Output::group(&[("a", Output::object(&[Name("a")], INNER))]);
    const LIST: Output = Output::array(&[], &ID);
    for body in ["{}", r#"{"a": null}"#, "[]", "1", "null", r#""text""#] {
        assert_eq!(applied(NESTED, body), json!({"a": null}), "{body}");
    }
    const ROOT: Output = Output::object(&[Name("a")], INNER);
    for body in [
        "{}",
        r#"{"a": null}"#,
        r#"{"a": {}}"#,
        r#"{"a": {"id": null, "l": null}}"#,
    ] {
        assert_eq!(
            applied(ROOT, body),
            json!({"id": null, "list": null}),
            "{body}"
        );
    }
    assert_eq!(shape(ROOT).of_nothing(), r#"{"id":null,"list":null}"#);
    assert_eq!(shape(LIST).of_nothing(), "null");
}

#[test]
fn values_keep_the_text_they_came_as() {
    const ROOT: Output = Output::group(&[
        ("n", Output::number(&[Name("n")])),
        ("t", Output::string(&[Name("t")])),
        ("as_text", Output::string(&[Name("n")])),
        ("o", Output::any_object(&[Name("o")])),
    ]);
    let body = "{\"n\": 1234567890123456789012.50, \"t\": \"\\u00e9\\ud800 \\n\", \"o\": {\n  \"a\":  1.0 }}";
    assert_eq!(
        shape(ROOT).apply(body.as_bytes()).unwrap(),
        r#"{"n":1234567890123456789012.50,"t":"\u00e9\ufffd \n","as_text":"1234567890123456789012.50","o":{"a":1.0}}"#
    );
}

#[test]
fn of_a_member_that_comes_twice_the_last_counts() {
    const ROOT: Output = Output::group(&[
        ("b", Output::integer(&[Name("a"), Name("b")])),
        ("list", Output::array(&[Name("l")], &Output::integer(&[]))),
    ]);
    let body = r#"{"a": {"b": 1}, "l": [1], "a": {"c": 2}, "l": [2, 3]}"#;
    assert_eq!(applied(ROOT, body), json!({"b": null, "list": [2, 3]}));
}

#[test]
fn another_type_is_told_with_its_place_and_without_its_value() {
    const ITEMS: Output = Output::group(&[(
        "a",
        Output::array(
            &[Name("rows")],
            &Output::object(
                &[],
                &[("c", Output::array_of(&[Name("cells")], &[Name("x y")], &ID))],
            ),
        ),
    )]);
    let body = r#"{"rows": [{}, {"cells": [{"x y": {}}, {}, {"x y": {"id": {"secret": 1}}}]}]}"#;
    assert_eq!(
        refused(ITEMS, body),
        r#"`$.rows[1].cells[2]["x y"].id` must be text, a number or a boolean, and is an object"#
    );
    assert_eq!(
        refused(ITEMS, r#"{"rows": [1]}"#),
        "`$.rows[0]` must be an object, and is a number"
    );
    assert_eq!(
        refused(ITEMS, r#"{"rows": {}}"#),
        "`$.rows` must be an array, and is an object"
    );
    const ROOT: Output = Output::object(&[], &[("id", ID)]);
    assert_eq!(
        refused(ROOT, "[]"),
        "`$` must be an object, and is an array"
    );
    const WHOLE: Output = Output::integer(&[Name("n"), FromEnd(1)]);
    assert_eq!(
        refused(WHOLE, r#"{"n": [1.5]}"#),
        "`$.n[-1]` must be a whole number, and is a number with a fraction"
    );
    assert_eq!(
        refused(Output::boolean(&[]), r#""true""#),
        "`$` must be a boolean, and is text"
    );
    assert_eq!(
        refused(Output::number(&[]), r#""1""#),
        "`$` must be a number, and is text"
    );
    assert_eq!(
        refused(Output::any_object(&[]), "[]"),
        "`$` must be an object, and is an array"
    );
}

#[test]
fn what_is_no_json_is_told() {
    const ROOT: Output = Output::group(&[("id", ID)]);
    for body in [
        "",
        "<html>",
        r#"{"id": "#,
        r#"{"id": 1} x"#,
        "{\"id\": \"\u{1}\"}",
        "nul",
    ] {
        let error = shape(ROOT).apply(body.as_bytes()).unwrap_err();
        assert_eq!(error, ShapeError::NotJson, "{body}");
    }
    assert_eq!(
        shape(ROOT).apply(b"{\"id\": \"\xff\"}"),
        Err(ShapeError::NotJson)
    );
    assert_eq!(
        shape(ROOT).apply(b"\xef\xbb\xbf{\"id\": 1}").unwrap(),
        r#"{"id":"1"}"#
    );
    let deep = format!("{}1{}", r#"{"x":"#.repeat(100_000), "}".repeat(100_000));
    assert_eq!(
        applied(ROOT, &format!(r#"{{"y": {deep}, "id": 1}}"#)),
        json!({"id": "1"})
    );
}

#[test]
fn an_answer_does_not_grow_without_bounds() {
    const ROW: Output = Output::object(
        &[],
        &[
            ("a name of some length", ID),
            ("another name of some length", ID),
        ],
    );
    const LIST: Output = Output::array(&[], &ROW);
    let list = shape(LIST);
    let body = format!("[{}{{}}]", "{},".repeat(400_000));
    assert!(
        matches!(list.apply(body.as_bytes()), Err(ShapeError::TooLong { limit }) if limit == 10 * 1024 * 1024)
    );
}

#[test]
fn text_is_cut_and_stays_json() {
    const ROOT: Output = Output::group(&[
        ("a", Output::cut_string(&[Name("a")], 2)),
        ("b", Output::cut_string(&[Name("b")], 2)),
    ]);
    assert_eq!(
        applied(ROOT, r#"{"a": "\u00e9\"x", "b": 123}"#),
        json!({"a": "é\"", "b": "12"})
    );
}

/// What a shape makes of an answer, by the words of LANGUAGE.md §6; `None` where a type is wrong.
fn naive(output: &Output, context: &Value, is_root: bool) -> Option<Value> {
    let at = |path: &[Step], value: &Value| -> Value {
        path.iter().fold(value.clone(), |value, step| {
            let found = match step {
                Step::Name(name) => value.get(name),
                Step::Index(index) => value.as_array().and_then(|items| items.get(*index)),
                Step::FromEnd(index) => value
                    .as_array()
                    .and_then(|items| items.get(items.len().checked_sub(*index)?)),
            };
            found.cloned().unwrap_or_default()
        })
    };
    if let Form::Constant(json) = output.form {
        return serde_json::from_str(json).ok();
    }
    let value = match output.path {
        Some(path) => at(path, context),
        None => context.clone(),
    };
    if let Form::Object(members) = output.form {
        let is_group = output.path.is_none();
        if value.is_null() && !is_group && !is_root {
            return Some(Value::Null);
        }
        if !value.is_object() && !is_group && !value.is_null() {
            return None;
        }
        let members = members
            .iter()
            .map(|(name, member)| Some(((*name).to_owned(), naive(member, &value, false)?)));
        return members
            .collect::<Option<serde_json::Map<_, _>>>()
            .map(Value::Object);
    }
    Some(match (output.form, value) {
        (_, Value::Null) => Value::Null,
        (Form::Text(limit), Value::String(text)) => {
            text.chars().take(limit).collect::<String>().into()
        }
        (Form::Text(limit), value @ (Value::Number(_) | Value::Bool(_))) => value
            .to_string()
            .chars()
            .take(limit)
            .collect::<String>()
            .into(),
        (Form::Integer, Value::Number(number))
            if number.as_f64().is_some_and(|number| number.fract() == 0.0) =>
        {
            number.into()
        }
        (Form::Number, Value::Number(number)) => number.into(),
        (Form::Boolean, Value::Bool(value)) => value.into(),
        (Form::AnyObject, value @ Value::Object(_)) => value,
        (Form::Array(each, item), Value::Array(items)) => {
            let items = items.iter().filter_map(|value| {
                // What is there and null is selected, and what is not there is not.
                let is_there = each.is_empty() || exists(each, value);
                is_there.then(|| naive(item, &at(each, value), false))
            });
            Value::Array(items.collect::<Option<Vec<Value>>>()?)
        }
        _ => return None,
    })
}

fn exists(path: &[Step], value: &Value) -> bool {
    let Some((step, rest)) = path.split_first() else {
        return true;
    };
    let found = match step {
        Step::Name(name) => value.get(name),
        Step::Index(index) => value.get(index),
        Step::FromEnd(_) => None,
    };
    found.is_some_and(|found| exists(rest, found))
}

fn leak<T>(values: Vec<T>) -> &'static [T] {
    Box::leak(values.into_boxed_slice())
}

const NAMES: [&str; 4] = ["a", "b", "c", "é \""];

fn path(longest: usize) -> impl Strategy<Value = &'static [Step]> {
    let step = prop_oneof![
        6 => proptest::sample::select(NAMES.to_vec()).prop_map(Name),
        1 => (0..3_usize).prop_map(Index),
        1 => (1..3_usize).prop_map(FromEnd),
    ];
    proptest::collection::vec(step, 0..=longest).prop_map(leak)
}

fn output() -> impl Strategy<Value = Output> {
    let leaf = prop_oneof![
        path(3).prop_map(Output::string),
        (path(3), 0..4_usize).prop_map(|(path, limit)| Output::cut_string(path, limit)),
        path(3).prop_map(Output::integer),
        path(3).prop_map(Output::number),
        path(3).prop_map(Output::boolean),
        path(3).prop_map(Output::any_object),
        Just(Output::constant(r#"{"x":[1]}"#)),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        let members = proptest::collection::vec(inner.clone(), 0..5).prop_map(|members| {
            let named = members.into_iter().zip(["p", "q", "r\"", "s", "t"]);
            leak(named.map(|(member, name)| (name, member)).collect())
        });
        let names =
            proptest::sample::select(NAMES.to_vec()).prop_map(|name| leak(vec![Name(name)]));
        prop_oneof![
            members.clone().prop_map(Output::group),
            (path(2), members).prop_map(|(path, members)| Output::object(path, members)),
            (path(2), inner.clone())
                .prop_map(|(path, item)| Output::array(path, Box::leak(Box::new(item)))),
            (path(2), names, inner).prop_map(|(path, each, item)| Output::array_of(
                path,
                each,
                Box::leak(Box::new(item))
            )),
        ]
    })
}

fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-20..20_i64).prop_map(Value::from),
        Just(json!(1.5)),
        "[a-é\"\\\\\n]{0,5}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec(inner, 0..5).prop_map(|values| {
                let members = values.into_iter().zip(NAMES);
                members
                    .map(|(value, name)| (name.to_owned(), value))
                    .collect::<Value>()
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn an_answer_is_what_the_language_says(root in output(), answer in document(), pretty in any::<bool>()) {
        let body = if pretty { format!("{answer:#}") } else { answer.to_string() };
        let made = shape(root).apply(body.as_bytes());
        let expected = naive(&root, &answer, true);
        if let Ok(made) = &made {
            prop_assert!(!made.contains(['\n', '\r']));
        }
        let made: Option<Value> = made.ok().map(|made| serde_json::from_str(&made).unwrap());
        prop_assert_eq!(made, expected);
    }

    #[test]
    fn no_bytes_are_too_much(root in output(), body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = shape(root).apply(&body);
    }
}
