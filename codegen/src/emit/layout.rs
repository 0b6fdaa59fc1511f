//! Blank lines, which the printer of tokens does not know.

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
