//! Blank lines and plain comments, which the printer of tokens does not know, and lists and rows as rustfmt and readers
//! want them.

/// How deep the entries of an adapter's table stand; what has documentation stands higher.
const ENTRY_INDENT: usize = 8;

/// Puts a blank line before every item that follows another one, and makes plain remarks of the doc comments on
/// entries of tables, which document nothing. Only whole lines are looked at: the printer writes no string literal
/// over several lines, so none can be inside of one.
pub(super) fn lay_out(source: &str) -> String {
    let mut separated = String::with_capacity(source.len() + source.len() / 32);
    let mut previous = "";
    let hugged = hug_lists(&join_rows(source));
    for line in hugged.lines() {
        let (indent, content) = split_indent(line);
        let (previous_indent, previous_content) = split_indent(previous);
        let is_comment = previous_content.starts_with("//");
        let ends_item = previous_content == "}"
            || (indent == 0 && previous_content.ends_with(';') && !is_comment);
        if indent == previous_indent && ends_item && starts_item(content, previous_content) {
            separated.push('\n');
        }
        match content.strip_prefix("///") {
            Some(remark) if indent >= ENTRY_INDENT => {
                push_line(&mut separated, indent, &format!("//{remark}"));
            }
            _ => push_line(&mut separated, 0, line),
        }
        previous = line;
    }
    separated
}

/// How wide a line may be: what the printer of tokens takes.
const WIDTH: usize = 89;

/// Puts a list that is bound to a name on one line below the name, where it fits there; the printer breaks it
/// at every item, and rustfmt would not.
pub(super) fn join_lists(source: &str) -> String {
    let lines: Vec<&str> = source.lines().collect();
    let mut joined = String::with_capacity(source.len());
    let mut rest = lines.as_slice();
    while let Some((line, after)) = rest.split_first() {
        rest = after;
        if let Some((list, remaining)) = list_on_one_line(line, after) {
            joined.push_str(line.trim_end_matches(" ["));
            joined.push('\n');
            joined.push_str(&list);
            rest = remaining;
        } else {
            joined.push_str(line);
        }
        joined.push('\n');
    }
    joined
}

/// Puts what a row of a table begins with on one line, however long: rows are read side by side.
fn join_rows(source: &str) -> String {
    let mut joined = String::with_capacity(source.len());
    let mut lines = source.lines().peekable();
    while let Some(line) = lines.next() {
        let next = lines.peek().map_or("", |next| split_indent(next).1);
        let begins_row = match split_indent(line).1 {
            "call_in_order!(" | "show_only!(" => true,
            // Of a route: the operation's name comes first.
            ".call(" => next.starts_with('"'),
            content => {
                (content.starts_with("&Route::") || content.starts_with("&Tool::"))
                    && content.ends_with('(')
            }
        };
        if !begins_row {
            push_line(&mut joined, 0, line);
            continue;
        }
        let mut row = line.to_owned();
        for argument in lines.by_ref() {
            let argument = split_indent(argument).1;
            if argument.starts_with(')') {
                row.truncate(row.trim_end_matches([' ', ',']).len());
                row.push_str(argument);
                break;
            }
            row.push_str(argument);
            row.push(' ');
        }
        push_line(&mut joined, 0, &row);
    }
    joined
}

/// The list that `line` begins and `after` goes on with, as one line, and the lines that follow it.
fn list_on_one_line<'l>(line: &str, after: &'l [&'l str]) -> Option<(String, &'l [&'l str])> {
    let (indent, content) = split_indent(line);
    if !content.starts_with("let ") || !content.ends_with("= [") {
        return None;
    }
    let end = after
        .iter()
        .position(|line| split_indent(line) == (indent, "];"))?;
    let (items, remaining) = after.split_at_checked(end)?;
    if items.iter().any(|item| split_indent(item).0 != indent + 4) {
        return None;
    }
    let items: Vec<&str> = items.iter().map(|item| item.trim()).collect();
    let list = format!(
        "{:width$}[{}];",
        "",
        items.join(" ").trim_end_matches(','),
        width = indent + 4
    );
    (list.chars().count() <= WIDTH).then_some((list, remaining.get(1..)?))
}

/// Writes the one argument of a call that is a list as rustfmt does: `f(&[`, an item a line, `])`. The printer of
/// tokens gives the list lines of its own.
fn hug_lists(source: &str) -> String {
    let mut hugged = String::with_capacity(source.len());
    let lines: Vec<&str> = source.lines().collect();
    let mut rest = lines.as_slice();
    while let Some((line, after)) = rest.split_first() {
        rest = match only_list(line, after) {
            Some((items, close, after)) => {
                let indent = split_indent(line).0;
                push_line(&mut hugged, 0, &format!("{line}&["));
                for (deep, item) in items {
                    push_line(&mut hugged, deep, &item);
                }
                push_line(&mut hugged, indent, &format!("]{}", split_indent(close).1));
                after
            }
            None => {
                push_line(&mut hugged, 0, line);
                after
            }
        };
    }
    hugged
}

/// The list that is the only argument of the call that `line` begins: its items with their indents, the line that
/// closes the call, and what follows.
#[allow(clippy::type_complexity, reason = "named right above")]
fn only_list<'a>(
    line: &str,
    after: &'a [&'a str],
) -> Option<(Vec<(usize, String)>, &'a str, &'a [&'a str])> {
    let (first, after) = after.split_first().filter(|_| line.ends_with('('))?;
    let list = split_indent(first).1.strip_prefix("&[")?;
    let (items, after) = match list.strip_suffix("],") {
        Some(items) => {
            let indent = split_indent(line).0 + 4;
            let items = split_items(items).into_iter();
            (
                items.map(|item| (indent, format!("{item},"))).collect(),
                after,
            )
        }
        None => {
            let end = after
                .iter()
                .position(|line| split_indent(line) == (split_indent(first).0, "],"))?;
            let items = after.get(..end)?.iter().map(|line| {
                let (deep, item) = split_indent(line);
                (deep.saturating_sub(4), item.to_owned())
            });
            (items.collect(), after.get(end + 1..)?)
        }
    };
    let (close, after) = after.split_first()?;
    split_indent(close)
        .1
        .starts_with(')')
        .then_some((items, *close, after))
}

/// Splits a list at the commas that stand between its items: not those within parentheses or string literals.
fn split_items(items: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    items
        .split(|character| {
            let separates = character == ',' && depth == 0 && !quoted;
            match character {
                _ if escaped => escaped = false,
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                '(' if !quoted => depth += 1,
                ')' if !quoted => depth = depth.saturating_sub(1),
                _ => {}
            }
            separates
        })
        .map(str::trim)
        .collect()
}

fn push_line(text: &mut String, indent: usize, line: &str) {
    text.extend(std::iter::repeat_n(' ', indent));
    text.push_str(line);
    text.push('\n');
}

fn split_indent(line: &str) -> (usize, &str) {
    let content = line.trim_start();
    (line.len() - content.len(), content)
}

fn starts_item(content: &str, previous: &str) -> bool {
    for row in ["use ", "call_in_order!("] {
        if content.starts_with(row) {
            return !previous.starts_with(row);
        }
    }
    ["///", "#[", "pub ", "impl ", "fn ", "static "]
        .iter()
        .any(|start| content.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::lay_out;

    #[test]
    fn items_are_separated_and_statements_are_not() {
        let source = "use a;\nuse b;\n/// A.\nstruct A;\nimpl A {\n    /// f\n    fn f() {\n        x();\n        y();\n    }\n    fn g() {}\n}\n";
        let expected = "use a;\nuse b;\n\n/// A.\nstruct A;\n\nimpl A {\n    /// f\n    fn f() {\n        x();\n        y();\n    }\n\n    fn g() {}\n}\n";
        assert_eq!(lay_out(source), expected);
        let comment = "/// let x = ();\n/// y\nstruct A;\n";
        assert_eq!(lay_out(comment), comment);
    }

    #[test]
    fn calls_in_order_stand_together_and_apart_from_the_rest() {
        let source = "use a;\ncall_in_order!(a => A { b });\ncall_in_order!(b => B { c });\n/// c\nfn c() {\n}\ncall_in_order!(d => D { e });\n";
        let expected = "use a;\n\ncall_in_order!(a => A { b });\ncall_in_order!(b => B { c });\n\n/// c\nfn c() {\n}\n\ncall_in_order!(d => D { e });\n";
        assert_eq!(lay_out(source), expected);
    }

    #[test]
    fn what_is_said_of_an_entry_is_a_plain_comment() {
        let source = "const A: A = A {\n    /// A field.\n    routes: &[\n        /// An entry. /// It.\n        &B,\n    ],\n};\n";
        let expected = "const A: A = A {\n    /// A field.\n    routes: &[\n        // An entry. /// It.\n        &B,\n    ],\n};\n";
        assert_eq!(lay_out(source), expected);
    }

    #[test]
    fn a_list_hugs_the_call_it_is_for() {
        let source = "f(\n    &[\n        a(\n            b,\n        ),\n        c,\n    ],\n)\n    .g(\n        &[\"a, \\\", (\", b(c, d)],\n    );\n";
        let expected = "f(&[\n    a(\n        b,\n    ),\n    c,\n])\n    .g(&[\n        \"a, \\\", (\",\n        b(c, d),\n    ]);\n";
        assert_eq!(lay_out(source), expected);
    }

    #[test]
    fn a_row_begins_with_one_line() {
        let source = "const A: A = [\n        &Route::get(\n                \"/a, )\",\n            )\n            .call(\n                \"a\",\n                0,\n                calls::a,\n            ),\n];\ncall_in_order!(\n    a => A { b,\n    c }\n);\nshow_only!(\n    A => b,\n    c\n);\n";
        let expected = "const A: A = [\n        &Route::get(\"/a, )\")\n            .call(\"a\", 0, calls::a),\n];\n\ncall_in_order!(a => A { b, c });\nshow_only!(A => b, c);\n";
        assert_eq!(lay_out(source), expected);
    }
}
