//! Blank lines, which the printer of tokens does not know, and lists that fit on a line of their own.

/// Puts a blank line before every item that follows another one. Only whole lines are looked at: the
/// printer writes no string literal over several lines, so none can be inside of one.
pub(super) fn separate_items(source: &str) -> String {
    let mut separated = String::with_capacity(source.len() + source.len() / 32);
    let mut previous = "";
    for line in source.lines() {
        let (indent, content) = split_indent(line);
        let (previous_indent, previous_content) = split_indent(previous);
        let ends_item = previous_content == "}" || (indent == 0 && previous_content.ends_with(';'));
        if indent == previous_indent && ends_item && starts_item(content, previous_content) {
            separated.push('\n');
        }
        separated.push_str(line);
        separated.push('\n');
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

fn split_indent(line: &str) -> (usize, &str) {
    let content = line.trim_start();
    (line.len() - content.len(), content)
}

fn starts_item(content: &str, previous: &str) -> bool {
    if content.starts_with("use ") {
        return !previous.starts_with("use ");
    }
    ["///", "#[", "pub ", "impl ", "fn ", "static "]
        .iter()
        .any(|start| content.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::separate_items;

    #[test]
    fn items_are_separated_and_statements_are_not() {
        let source = "use a;\nuse b;\n/// A.\nstruct A;\nimpl A {\n    /// f\n    fn f() {\n        x();\n        y();\n    }\n    fn g() {}\n}\n";
        let expected = "use a;\nuse b;\n\n/// A.\nstruct A;\n\nimpl A {\n    /// f\n    fn f() {\n        x();\n        y();\n    }\n\n    fn g() {}\n}\n";
        assert_eq!(separate_items(source), expected);
    }
}
