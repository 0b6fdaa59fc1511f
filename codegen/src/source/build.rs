//! Puts the tree together from the parser's events. It holds the path to the current value on a stack of its own, so
//! that no input can overflow the machine's.

use std::borrow::Cow;
use std::collections::BTreeMap;

use saphyr_parser::{Event, ScalarStyle, Tag};

use super::property::{self, Kind, Properties};
use super::syntax_error::too_deep;
use super::{Entry, MAXIMUM_BYTES, MAXIMUM_DEPTH, MAXIMUM_NODES, Node, Scalar, Span, Value};
use crate::diagnostic::{Finding, Report, catalogue};

/// Why parsing ends before the text does.
pub(super) enum Stop {
    /// What was built is a whole document and can be checked further.
    KeepTree,
    /// What was built is only a part.
    NoTree,
}

pub(super) struct Builder<'a, 'r> {
    pub(super) text: &'a str,
    pub(super) report: &'r mut Report,
    stack: Vec<Frame>,
    root: Option<Node>,
    documents: usize,
    anchors: BTreeMap<usize, Anchor>,
    nodes: usize,
    copied_bytes: usize,
}

/// A list or mapping that is not complete yet.
struct Frame {
    start: usize,
    end: usize,
    anchor: usize,
    height: usize,
    nodes_before: usize,
    collection: Collection,
}

enum Collection {
    Sequence(Vec<Node>),
    Mapping {
        entries: Vec<Entry>,
        keys: BTreeMap<String, Span>,
        pending: Pending,
    },
}

/// What the next value in a mapping is.
enum Pending {
    Key,
    Value(Scalar),
    /// The value of a key that was refused.
    Ignored,
}

/// A value that aliases can refer to, with what a copy of it costs.
struct Anchor {
    node: Node,
    nodes: usize,
    bytes: usize,
    height: usize,
}

/// A value that is complete.
struct Complete {
    node: Node,
    /// Where it ends in the text at this place; not the node's own end if it came by an alias.
    end: usize,
    height: usize,
}

impl<'a, 'r> Builder<'a, 'r> {
    pub(super) fn new(text: &'a str, report: &'r mut Report) -> Self {
        Self {
            text,
            report,
            stack: Vec::new(),
            root: None,
            documents: 0,
            anchors: BTreeMap::new(),
            nodes: 0,
            copied_bytes: 0,
        }
    }

    /// The tree, once all events are in.
    pub(super) fn finish(self, start: usize) -> Option<Node> {
        let empty = |node: &Node| {
            node.scalar()
                .is_some_and(|scalar| scalar.plain && scalar.text.is_empty())
        };
        let root = self.root.filter(|node| !empty(node));
        if root.is_none() && self.documents <= 1 {
            self.report.push(
                Finding::new(&catalogue::EMPTY_FILE, "the file is empty")
                    .at(Span::empty(start), "nothing here but comments, if anything")
                    .help("a capability begins with `naftiko:` and a release; check that this is the file you meant"),
            );
        }
        root
    }

    pub(super) fn event(&mut self, event: Event<'a>, span: Span) -> Result<(), Stop> {
        match event {
            Event::DocumentStart(_) => self.document(span),
            Event::Scalar(text, style, anchor, tag) => self.scalar(text, style, anchor, tag, span),
            Event::Alias(id) => self.alias(id, span),
            Event::SequenceStart(anchor, tag) => {
                self.open(Collection::Sequence(Vec::new()), anchor, tag, span)
            }
            Event::MappingStart(anchor, tag) => {
                let collection = Collection::Mapping {
                    entries: Vec::new(),
                    keys: BTreeMap::new(),
                    pending: Pending::Key,
                };
                self.open(collection, anchor, tag, span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(span),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        }
    }

    fn document(&mut self, span: Span) -> Result<(), Stop> {
        self.documents += 1;
        if self.documents == 1 {
            return Ok(());
        }
        self.report.push(
            Finding::new(
                &catalogue::SEVERAL_DOCUMENTS,
                "the file holds several documents",
            )
            .at(span, "a second document begins here")
            .help("remove the `---`, or put the second document into a file of its own"),
        );
        Err(Stop::KeepTree)
    }

    fn scalar(
        &mut self,
        text: Cow<'a, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<Cow<'a, Tag>>,
        span: Span,
    ) -> Result<(), Stop> {
        let properties = self.properties(span, anchor, tag.is_some());
        let plain = style == ScalarStyle::Plain;
        let span = if plain && text.is_empty() {
            self.empty_place(span, &properties, anchor > 0 || tag.is_some())
        } else {
            let start = properties.content.min(span.end);
            let written = self.text.get(start..span.end).unwrap_or_default();
            let written = written.trim_end_matches([' ', '\t', '\n', '\r']);
            Span {
                start,
                end: start + written.len(),
            }
        };
        let mut scalar = Scalar {
            text: text.into_owned(),
            plain,
            span,
        };
        if let Some((kind, tag)) = self.kind(tag.as_deref(), &properties, span)
            && !property::apply(kind, &mut scalar)
        {
            self.report.push(property::mismatch(tag));
        }
        self.count(1, span)?;
        let node = Node {
            span,
            value: Value::Scalar(scalar),
        };
        let complete = Complete {
            end: span.end,
            node,
            height: 0,
        };
        self.complete(complete, anchor, 1)
    }

    fn alias(&mut self, id: usize, span: Span) -> Result<(), Stop> {
        let Some(anchor) = self.anchors.get(&id) else {
            self.report.push(
                Finding::new(
                    &catalogue::UNKNOWN_ALIAS,
                    "the alias stands inside the value it refers to",
                )
                .at(span, "this would never end")
                .help("write the value out"),
            );
            return Err(Stop::NoTree);
        };
        let (nodes, bytes, height) = (anchor.nodes, anchor.bytes, anchor.height);
        if self.stack.len() + height > MAXIMUM_DEPTH {
            self.report.push(too_deep(span));
            return Err(Stop::NoTree);
        }
        self.count(nodes, span)?;
        self.copy(bytes, span)?;
        let Some(anchor) = self.anchors.get(&id) else {
            return Ok(());
        };
        let mut node = anchor.node.clone();
        if let Value::Scalar(scalar) = &mut node.value
            && self.at_key()
        {
            scalar.span = span;
        }
        let complete = Complete {
            node,
            end: span.end,
            height,
        };
        self.complete(complete, 0, nodes)
    }

    fn open(
        &mut self,
        collection: Collection,
        anchor: usize,
        tag: Option<Cow<'a, Tag>>,
        span: Span,
    ) -> Result<(), Stop> {
        let properties = self.properties(span, anchor, tag.is_some());
        if let Some((kind, tag)) = self.kind(tag.as_deref(), &properties, span) {
            let fits = match collection {
                Collection::Sequence(_) => Kind::Sequence,
                Collection::Mapping { .. } => Kind::Mapping,
            };
            if kind != fits && kind != Kind::NonSpecific {
                self.report.push(property::mismatch(tag));
            }
        }
        if self.stack.len() >= MAXIMUM_DEPTH {
            self.report.push(too_deep(span));
            return Err(Stop::NoTree);
        }
        let nodes_before = self.nodes;
        self.count(1, span)?;
        self.stack.push(Frame {
            start: properties.content,
            end: properties.content,
            anchor,
            height: 0,
            nodes_before,
            collection,
        });
        Ok(())
    }

    fn close(&mut self, span: Span) -> Result<(), Stop> {
        let Some(frame) = self.stack.pop() else {
            return Ok(());
        };
        let at = |offset: usize| self.text.as_bytes().get(offset).copied();
        let bracketed = matches!(
            (at(frame.start), span.end.checked_sub(1).and_then(at)),
            (Some(b'['), Some(b']')) | (Some(b'{'), Some(b'}'))
        );
        let end = if bracketed && !span.is_empty() {
            span.end
        } else {
            frame.end
        };
        let value = match frame.collection {
            Collection::Sequence(items) => Value::Sequence(items),
            Collection::Mapping { entries, .. } => Value::Mapping(entries),
        };
        let nodes = self.nodes.saturating_sub(frame.nodes_before);
        let node = Node {
            span: Span {
                start: frame.start,
                end: end.max(frame.start),
            },
            value,
        };
        let complete = Complete {
            end: node.span.end,
            node,
            height: frame.height + 1,
        };
        self.complete(complete, frame.anchor, nodes)
    }

    /// Remembers a complete value if it is anchored, and puts it where it belongs.
    fn complete(&mut self, complete: Complete, anchor: usize, nodes: usize) -> Result<(), Stop> {
        if anchor > 0 {
            let bytes = text_bytes(&complete.node);
            // What is remembered takes as much memory as another use.
            self.count(nodes, complete.node.span)?;
            self.copy(bytes, complete.node.span)?;
            self.anchors.insert(
                anchor,
                Anchor {
                    node: complete.node.clone(),
                    nodes,
                    bytes,
                    height: complete.height,
                },
            );
        }
        let Some(frame) = self.stack.last_mut() else {
            self.root = Some(complete.node);
            return Ok(());
        };
        frame.end = frame.end.max(complete.end);
        frame.height = frame.height.max(complete.height);
        match &mut frame.collection {
            Collection::Sequence(items) => items.push(complete.node),
            Collection::Mapping {
                entries,
                keys,
                pending,
            } => {
                *pending = match std::mem::replace(pending, Pending::Key) {
                    Pending::Key => key(complete.node, keys, self.report),
                    Pending::Ignored => Pending::Key,
                    Pending::Value(key) => {
                        entries.push(Entry {
                            key,
                            value: complete.node,
                        });
                        Pending::Key
                    }
                };
            }
        }
        Ok(())
    }

    fn at_key(&self) -> bool {
        let frame = self.stack.last();
        frame.is_some_and(|frame| {
            matches!(
                frame.collection,
                Collection::Mapping {
                    pending: Pending::Key,
                    ..
                }
            )
        })
    }

    fn properties(&self, span: Span, anchor: usize, tagged: bool) -> Properties {
        property::skip(
            self.text,
            span.start,
            usize::from(anchor > 0) + usize::from(tagged),
        )
    }

    /// What a tag says, and where it stands. A tag nobody knows is reported and then taken for none.
    fn kind(
        &mut self,
        tag: Option<&Tag>,
        properties: &Properties,
        value: Span,
    ) -> Option<(Kind, Span)> {
        let span = properties.tag.unwrap_or(value);
        match property::kind(tag?) {
            Ok(kind) => Some((kind, span)),
            Err(name) => {
                self.report.push(property::unknown(&name, span));
                None
            }
        }
    }

    /// Where a value would be that is not there. The parser names the next token, which may be lines away.
    fn empty_place(&self, span: Span, properties: &Properties, has_properties: bool) -> Span {
        if has_properties {
            return Span::empty(properties.end);
        }
        let Some(frame) = self.stack.last() else {
            return Span::empty(span.start);
        };
        match &frame.collection {
            Collection::Mapping {
                pending: Pending::Value(key),
                ..
            } => Span::empty(key.span.end),
            Collection::Sequence(_) if self.text.as_bytes().get(span.start) == Some(&b'-') => {
                Span::empty(span.start + 1)
            }
            Collection::Sequence(_) | Collection::Mapping { .. } => Span::empty(span.start),
        }
    }

    fn count(&mut self, nodes: usize, span: Span) -> Result<(), Stop> {
        self.nodes = self.nodes.saturating_add(nodes);
        if self.nodes <= MAXIMUM_NODES {
            return Ok(());
        }
        self.too_many(
            format!("the file holds more than {MAXIMUM_NODES} values"),
            span,
        )
    }

    fn copy(&mut self, bytes: usize, span: Span) -> Result<(), Stop> {
        self.copied_bytes = self.copied_bytes.saturating_add(bytes);
        if self.copied_bytes <= MAXIMUM_BYTES {
            return Ok(());
        }
        self.too_many(
            format!("aliases add more than {MAXIMUM_BYTES} bytes of text"),
            span,
        )
    }

    fn too_many(&mut self, message: String, span: Span) -> Result<(), Stop> {
        self.report.push(
            Finding::new(&catalogue::TOO_MANY_VALUES, message)
                .at(span, "the limit is reached here")
                .help("use fewer aliases, or divide the file"),
        );
        Err(Stop::NoTree)
    }
}

/// Takes a key in, if it can be one.
fn key(node: Node, keys: &mut BTreeMap<String, Span>, report: &mut Report) -> Pending {
    let Value::Scalar(key) = node.value else {
        report.push(
            Finding::new(&catalogue::COMPLEX_KEY, "a key must be text")
                .at(node.span, "a list or mapping used as a key")
                .help("put text that begins with `{` or `[` in quotes"),
        );
        return Pending::Ignored;
    };
    if key.plain && key.text == "<<" {
        report.push(
            Finding::new(&catalogue::MERGE_KEY, "merge keys (`<<`) are not supported")
                .at(key.span, "not a key of YAML 1.2")
                .help("write the merged keys out"),
        );
        return Pending::Ignored;
    }
    if let Some(first) = keys.get(&key.text) {
        report.push(
            Finding::new(
                &catalogue::DUPLICATE_KEY,
                format!("the key `{}` is given twice", key.text),
            )
            .at(key.span, "given again here")
            .related(*first, "first given here")
            .help("remove one of the two"),
        );
        return Pending::Ignored;
    }
    keys.insert(key.text.clone(), key.span);
    Pending::Value(key)
}

/// The bytes of text in a tree, which aliases multiply as they do nodes.
fn text_bytes(node: &Node) -> usize {
    match &node.value {
        Value::Scalar(scalar) => scalar.text.len(),
        Value::Sequence(items) => items.iter().map(text_bytes).sum(),
        Value::Mapping(entries) => entries
            .iter()
            .map(|entry| entry.key.text.len() + text_bytes(&entry.value))
            .sum(),
    }
}
