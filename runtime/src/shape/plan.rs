//! The index over a shape: what is looked for at each place of an answer, and what is written of it.
//!
//! Paths that begin alike are one branch of a tree of readers, so an answer is read once however many outputs there are.
//! A reader puts what it finds into slots; a writer puts slots together.

use std::collections::BTreeMap;
use std::ops::Range;

use super::table::{Form, Output, Step};

/// The values of one context: the whole answer, or one item of an array.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) reader: Reader,
    pub(super) slots: usize,
    pub(super) writer: Writer,
}

/// What is looked for in a value.
#[derive(Debug, Default)]
pub(super) struct Reader {
    /// Where the value goes, or what it begins with.
    pub(super) slot: Option<usize>,
    /// Whether all of the value is wanted, and not only its type.
    pub(super) whole: bool,
    pub(super) arrays: Vec<Items>,
    pub(super) members: BTreeMap<&'static str, Reader>,
    pub(super) indexes: BTreeMap<usize, Reader>,
    /// By the position from the end; 1 is the last.
    pub(super) ends: BTreeMap<usize, Reader>,
    /// Every slot that is filled from within the value.
    pub(super) range: Range<usize>,
    /// The outputs that want the value, until they have slots.
    wanted_by: Vec<usize>,
}

/// An array that is made of the items of a value.
#[derive(Debug)]
pub(super) struct Items {
    pub(super) slot: usize,
    /// Where in each item the value stands that is meant; `None` where it is the item.
    pub(super) each: Option<Reader>,
    pub(super) frame: Frame,
    /// The path of the array, for messages.
    pub(super) path: String,
    /// The rest of the path after the position, for messages.
    pub(super) each_path: String,
}

/// What is written.
#[derive(Debug)]
pub(super) enum Writer {
    Constant(&'static str),
    Value {
        slot: usize,
        form: Form,
        path: String,
    },
    Array {
        slot: usize,
        path: String,
    },
    Object {
        /// The slot of the type of the object it is made of, and the path of that.
        source: Option<(usize, String)>,
        /// Whether it is `null` where there is no such object.
        nullable: bool,
        /// What stands before each member, and the member.
        members: Vec<(String, Writer)>,
    },
}

impl Reader {
    /// Whether the value has to be there as text before it can be looked into: it is wanted whole, or by several that read
    /// it in different ways.
    pub(super) fn is_held(&self) -> bool {
        let by_position = usize::from(!self.indexes.is_empty() || !self.ends.is_empty());
        let looked_into = !self.members.is_empty() || by_position + self.arrays.len() > 0;
        (self.whole && looked_into) || by_position + self.arrays.len() > 1
    }

    /// The reader of the value at `path`, made where it is not there.
    fn at(&mut self, path: &[Step]) -> &mut Self {
        let Some((step, rest)) = path.split_first() else {
            return self;
        };
        match *step {
            Step::Name(name) => self.members.entry(name).or_default(),
            Step::Index(index) => self.indexes.entry(index).or_default(),
            Step::FromEnd(index) => self.ends.entry(index).or_default(),
        }
        .at(rest)
    }

    /// Gives out slots from `next` on; those of a value and all within it follow one another. `slots` are those of
    /// the outputs.
    fn number(&mut self, mut next: usize, slots: &mut [usize]) -> usize {
        let start = next;
        if !self.wanted_by.is_empty() {
            self.slot = Some(next);
            for output in &self.wanted_by {
                set(slots, *output, next);
            }
            next += 1;
        }
        for items in &mut self.arrays {
            // Until now it held the number of its output.
            set(slots, items.slot, next);
            items.slot = next;
            next += 1;
        }
        let by_position = self.indexes.values_mut().chain(self.ends.values_mut());
        for reader in self.members.values_mut().chain(by_position) {
            next = reader.number(next, slots);
        }
        self.range = start..next;
        next
    }
}

fn set(slots: &mut [usize], output: usize, slot: usize) {
    if let Some(known) = slots.get_mut(output) {
        *known = slot;
    }
}

impl Frame {
    /// The frame of an answer. A root that is an object is never `null`.
    pub(super) fn of_root(root: &'static Output) -> Self {
        let mut frame = Self::of(root);
        if let Writer::Object { nullable, .. } = &mut frame.writer {
            *nullable = false;
        }
        frame
    }

    fn of(output: &'static Output) -> Self {
        let mut reader = Reader::default();
        let mut outputs = 0;
        collect(output, &mut Vec::new(), &mut reader, &mut outputs);
        let mut of_outputs = vec![0; outputs];
        let slots = reader.number(0, &mut of_outputs);
        let writer = writer(output, &mut Vec::new(), &mut of_outputs.into_iter());
        Self {
            reader,
            slots,
            writer,
        }
    }
}

/// Enters an output and all in it into the tree of readers. `path` is that of what encloses it.
fn collect(output: &'static Output, path: &mut Vec<Step>, root: &mut Reader, outputs: &mut usize) {
    let enclosing = path.len();
    if let Some(own) = output.path {
        path.extend_from_slice(own);
        let reader = root.at(path);
        if let Form::Array(each, item) = output.form {
            reader.arrays.push(Items {
                slot: *outputs,
                each: (!each.is_empty()).then(|| finder(each)),
                frame: Frame::of(item),
                path: shown(path),
                each_path: shown(each),
            });
        } else {
            reader.wanted_by.push(*outputs);
            reader.whole |= !matches!(output.form, Form::Object(_));
        }
        *outputs += 1;
    }
    if let Form::Object(members) = output.form {
        for (_, member) in members {
            collect(member, path, root, outputs);
        }
    }
    path.truncate(enclosing);
}

/// A reader that puts the value at `path` into its only slot.
fn finder(path: &[Step]) -> Reader {
    let mut reader = Reader::default();
    let found = reader.at(path);
    found.whole = true;
    found.wanted_by.push(0);
    reader.number(0, &mut [0]);
    reader
}

/// The writer of an output; `slots` are those of the outputs, in the order of [`collect`].
fn writer(
    output: &'static Output,
    path: &mut Vec<Step>,
    slots: &mut dyn Iterator<Item = usize>,
) -> Writer {
    let enclosing = path.len();
    let mut source = None;
    if let Some(own) = output.path {
        path.extend_from_slice(own);
        source = Some((slots.next().unwrap_or_default(), shown(path)));
    }
    let writer = match (output.form, source) {
        (Form::Constant(json), _) => Writer::Constant(json),
        (Form::Object(members), source) => Writer::Object {
            nullable: source.is_some(),
            source,
            members: members
                .iter()
                .enumerate()
                .map(|(position, (name, member))| {
                    (before(position, name), writer(member, path, slots))
                })
                .collect(),
        },
        (Form::Array(..), Some((slot, path))) => Writer::Array { slot, path },
        (form, Some((slot, path))) => Writer::Value { slot, form, path },
        // The constructors give every other form a path.
        (_, None) => Writer::Constant("null"),
    };
    path.truncate(enclosing);
    writer
}

/// What stands before a member: a comma, and its name.
fn before(position: usize, name: &str) -> String {
    let comma = if position == 0 { "" } else { "," };
    format!("{comma}{}:", serde_json::Value::from(name))
}

/// A path as RFC 9535 writes it, without the `$` it begins with.
fn shown(path: &[Step]) -> String {
    let steps = path.iter().map(|step| match step {
        Step::Name(name) if is_plain(name) => format!(".{name}"),
        Step::Name(name) => format!("[{}]", serde_json::Value::from(*name)),
        Step::Index(index) => format!("[{index}]"),
        Step::FromEnd(index) => format!("[-{index}]"),
    });
    steps.collect()
}

/// RFC 9535 §2.5.1.1, `member-name-shorthand`, for ASCII.
fn is_plain(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || character == '_')
}
