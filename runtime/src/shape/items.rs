//! Making an array of the items of another.

use serde::de::{DeserializeSeed, Deserializer, Error, SeqAccess};

use super::error::ShapeError;
use super::plan::Items;
use super::read::{Seed, State, parse};
use super::values::{Slot, Values};

impl Items {
    /// Writes the array that is made of these items.
    pub(super) fn make<'de, A: SeqAccess<'de>>(
        &self,
        mut items: A,
        out: &mut String,
        state: &mut State,
    ) -> Result<(), A::Error> {
        let mut values = Values::new(self.frame.slots);
        let mut before = '[';
        let mut position = 0;
        let at = |failure: ShapeError, position| {
            let path = format!("{}[{position}]{}", self.path, self.each_path);
            failure.under(&path)
        };
        loop {
            values.clear();
            let item = Item {
                items: self,
                values: &mut values,
                state,
            };
            let read = items.next_element_seed(item).inspect_err(|_| {
                state.failure = state.failure.take().map(|failure| at(failure, position));
            })?;
            let Some(is_there) = read else {
                break;
            };
            if is_there {
                out.push(before);
                before = ',';
                if let Err(failure) = self.frame.writer.write(&values, out) {
                    return Err(state.give_up(at(failure, position)));
                }
                // What came before and was replaced counts as well: it is held until the end.
                if out.len() > state.limit {
                    let limit = state.limit;
                    return Err(state.give_up(ShapeError::TooLong { limit }));
                }
            }
            position += 1;
        }
        out.push_str(if before == '[' { "[]" } else { "]" });
        Ok(())
    }
}

/// Reads one item, and says whether it has what is looked for.
struct Item<'p, 'v, 'de> {
    items: &'p Items,
    values: &'v mut Values<'de>,
    state: &'v mut State,
}

impl<'de> DeserializeSeed<'de> for Item<'_, '_, 'de> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<bool, D::Error> {
        let Self {
            items,
            values,
            state,
        } = self;
        let reader = &items.frame.reader;
        let Some(each) = &items.each else {
            Seed::new(reader, values, state).deserialize(from)?;
            return Ok(true);
        };
        let mut found = Values::new(1);
        Seed::new(each, &mut found, state).deserialize(from)?;
        let Some(Slot::Text(text)) = found.slots.first() else {
            return Ok(false);
        };
        parse(text, Seed::new(reader, values, state)).map_err(D::Error::custom)?;
        Ok(true)
    }
}
