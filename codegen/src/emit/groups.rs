//! Tables of rows that hold rows, as a reader wants them: what fits stands on one line, and what does not is opened where its
//! last list is. The printer of tokens gives every bracket lines of its own.

/// How wide a line may be.
const WIDTH: usize = 110;

/// Lays out a file of tables. Only whole lines are looked at: the printer writes no string literal over several lines.
pub(super) fn lay_out(source: &str) -> String {
    let lines: Vec<&str> = source.lines().collect();
    let mut rest = lines.as_slice();
    let mut laid_out = String::with_capacity(source.len());
    while let Some(node) = Node::read(&mut rest) {
        node.print(0, &mut laid_out);
    }
    laid_out
}

/// A line, or the lines between two brackets with them.
enum Node {
    Line(String),
    Group {
        open: String,
        within: Vec<Node>,
        close: String,
    },
}

impl Node {
    /// Takes the next node off `lines`; `None` at their end, or before a line that closes a group.
    fn read(lines: &mut &[&str]) -> Option<Self> {
        let (line, rest) = lines.split_first()?;
        let content = line.trim_start();
        if content.starts_with([')', ']']) {
            return None;
        }
        *lines = rest;
        if content.starts_with("//") || !content.ends_with(['(', '[']) {
            return Some(Self::Line(content.to_owned()));
        }
        let mut within = Vec::new();
        while let Some(node) = Self::read(lines) {
            within.push(node);
        }
        let mut close = String::new();
        if let Some((line, rest)) = lines.split_first() {
            close.push_str(line.trim_start());
            *lines = rest;
        }
        Some(Self::Group {
            open: content.to_owned(),
            within,
            close,
        })
    }

    /// The node on one line.
    fn flat(&self) -> String {
        match self {
            Self::Line(line) => line.clone(),
            Self::Group {
                open,
                within,
                close,
            } => {
                let within: Vec<String> = within.iter().map(Self::flat).collect();
                let within = within.join(" ");
                format!("{open}{}{close}", without_comma(&within))
            }
        }
    }

    fn print(self, indent: usize, out: &mut String) {
        let flat = self.flat();
        let (mut open, mut within, mut close) = match self {
            Self::Group {
                open,
                within,
                close,
            } if indent + flat.len() > WIDTH => (open, within, close),
            _ => return push_line(out, indent, &flat),
        };
        // The last argument of a call is opened on its line, as long as what stands before it fits there.
        while open.ends_with('(')
            && let Some(Self::Group { open: last, .. }) = within.last()
        {
            let before = within.len() - 1;
            let before: String = within
                .iter()
                .take(before)
                .map(|node| format!("{} ", node.flat()))
                .collect();
            let hugged = format!("{open}{before}{last}");
            if indent + hugged.len() > WIDTH {
                break;
            }
            let Some(Self::Group {
                within: inner,
                close: inner_close,
                ..
            }) = within.pop()
            else {
                break;
            };
            close = format!("{}{close}", without_comma(&inner_close));
            within = inner;
            open = hugged;
        }
        push_line(out, indent, &open);
        for node in within {
            node.print(indent + 4, out);
        }
        push_line(out, indent, &close);
    }
}

fn without_comma(text: &str) -> &str {
    text.strip_suffix(',').unwrap_or(text)
}

fn push_line(out: &mut String, indent: usize, line: &str) {
    if !line.is_empty() {
        out.extend(std::iter::repeat_n(' ', indent));
        out.push_str(line);
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::lay_out;

    #[test]
    fn what_fits_stands_on_one_line() {
        let source = "/// a (\nstatic A: A = f(\n    g(\n        &[\"x(\", y],\n        z,\n    ),\n);\n\nstatic B: B = b;\n";
        let expected = "/// a (\nstatic A: A = f(g(&[\"x(\", y], z));\n\nstatic B: B = b;\n";
        assert_eq!(lay_out(source), expected);
    }

    #[test]
    fn the_last_list_is_opened_where_it_stands() {
        let long = "\"a text that is so long that no two of it would ever stand side by side on one line\"";
        let source = format!(
            "f(\n    (\n        a,\n        g(\n            &[\n                {long},\n                {long},\n            ],\n        ),\n    ),\n);\n"
        );
        let expected = format!("f((a, g(&[\n    {long},\n    {long},\n])));\n");
        assert_eq!(lay_out(&source), expected);
    }
}
