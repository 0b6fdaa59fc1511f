//! The report for people, as rustc would print it.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::excerpt::{Excerpt, excerpts};
use super::{Finding, Report, Severity, escape};
use crate::source::{Position, SourceFile};

/// Nobody reads on after this many, and a hostile file can cause millions.
pub(super) const MOST_FINDINGS: usize = 1_000;

/// More related places than this make a finding harder to read.
const MOST_RELATED: usize = 16;

/// Whether the output may hold colours. To be decided by the caller, who knows where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// No escape sequence at all.
    Plain,
    /// Colours by ANSI escape sequences.
    Colour,
}

/// Every finding with the lines of the file it is about. Whatever the file contains, nothing in the output acts on the
/// terminal but the colours.
pub fn render(report: &Report, file: &SourceFile, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Colour => Renderer::styled(),
    };
    let mut out = String::new();
    for finding in report.findings().take(MOST_FINDINGS) {
        render_finding(&mut out, &renderer, finding, file);
        out.push_str("\n\n");
    }
    let rest = report.findings().skip(MOST_FINDINGS).count();
    if rest > 0 {
        out.push_str(&format!("… and {rest} more\n"));
    }
    out
}

fn render_finding(out: &mut String, renderer: &Renderer, finding: &Finding, file: &SourceFile) {
    let level = match finding.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(escape::line(finding.message()))
        .id(finding.code().id);
    let name = escape::line(file.name());

    let mut group = Group::with_title(title);
    let mut positions = Vec::new();
    match finding.primary() {
        None => group = group.element(Origin::path(name.clone())),
        Some(primary) => {
            let related = finding.related_labels();
            let related = related.get(..MOST_RELATED).unwrap_or(related);
            for excerpt in excerpts(file, primary, related) {
                positions.push(file.position(excerpt.offset));
                group = group.element(snippet(excerpt).path(name.clone()));
            }
        }
    }
    for help in finding.helps() {
        group = group.element(Level::HELP.message(escape::paragraph(help)));
    }
    push_positioned(out, &renderer.render(&[group]), &name, &positions);
}

/// Puts the file's own positions into the lines that say where an excerpt is from. The renderer knows only the excerpt,
/// whose columns are off where a line is cut or escaped.
fn push_positioned(out: &mut String, rendered: &str, name: &str, positions: &[Position]) {
    let mut positions = positions.iter();
    for (number, line) in rendered.lines().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let header = ["--> ", "::: "].iter().find_map(|arrow| {
            let (before, _) = line.split_once(arrow)?;
            // Lines of the file come behind a bar.
            (number > 0 && !before.contains('|')).then_some(())?;
            let (before, rest) = line.split_once(&format!("{name}:"))?;
            Some((
                before,
                rest.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit()),
            ))
        });
        match header.and_then(|header| Some((header, positions.next()?))) {
            Some(((before, after), Position { line, column })) => {
                out.push_str(&format!("{before}{name}:{line}:{column}{after}"));
            }
            None => out.push_str(line),
        }
    }
}

fn snippet(excerpt: Excerpt) -> Snippet<'static, annotate_snippets::Annotation<'static>> {
    let annotations = excerpt.marks.into_iter().map(|mark| {
        let kind = if mark.primary {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        let label = (!mark.label.is_empty()).then_some(mark.label);
        kind.span(mark.start..mark.end).label(label)
    });
    Snippet::source(excerpt.text)
        .line_start(excerpt.first_line)
        .annotations(annotations)
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
