//! What was found of an answer.

use std::ops::Range;

/// What was found in one context.
#[derive(Debug)]
pub(super) struct Values<'de> {
    pub(super) slots: Vec<Slot<'de>>,
    /// The arrays that were made, one behind the other.
    pub(super) arrays: String,
}

/// What was found for one slot.
#[derive(Clone, Debug, Default)]
pub(super) enum Slot<'de> {
    /// Nothing.
    #[default]
    Missing,
    /// The value as text; where only its type is wanted, or it is no array where one is looked for, how it begins.
    Text(&'de str),
    /// An array that was made of it.
    Made(Range<usize>),
}

impl<'de> Values<'de> {
    pub(super) fn new(slots: usize) -> Self {
        Self {
            slots: vec![Slot::Missing; slots],
            arrays: String::new(),
        }
    }

    /// What was found for a slot: the text of a value or of an array that was made.
    pub(super) fn text(&self, slot: usize) -> Option<&str> {
        match self.slots.get(slot)? {
            Slot::Missing => None,
            Slot::Text(text) => Some(text),
            Slot::Made(range) => self.arrays.get(range.clone()),
        }
    }

    pub(super) fn put(&mut self, slot: Option<usize>, value: Slot<'de>) {
        if let Some(slot) = slot.and_then(|slot| self.slots.get_mut(slot)) {
            *slot = value;
        }
    }

    pub(super) fn forget(&mut self, slots: Range<usize>) {
        if let Some(slots) = self.slots.get_mut(slots) {
            slots.fill(Slot::Missing);
        }
    }

    /// For the next item.
    pub(super) fn clear(&mut self) {
        self.slots.fill(Slot::Missing);
        self.arrays.clear();
    }
}
