//! Reading an answer by the index over a shape, from front to back.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use super::error::ShapeError;
use super::plan::{Frame, Items, Reader};
use super::values::{Slot, Values};

/// What is made of an answer may be as long as this, or as the answer: an item of two bytes may stand for a row of
/// a thousand.
const LIMIT: usize = 10 * 1024 * 1024;

/// The byte order mark, which a parser may pass over (RFC 8259 §8.1).
const MARK: &[u8] = b"\xef\xbb\xbf";

/// See [`super::Shape::apply`].
pub(super) fn apply(frame: &Frame, body: &[u8]) -> Result<String, ShapeError> {
    let limit = body.len().max(LIMIT);
    let body = body.strip_prefix(MARK).unwrap_or(body);
    let text = std::str::from_utf8(body).map_err(|_| ShapeError::NotJson)?;
    let mut values = Values::new(frame.slots);
    let mut state = State {
        limit,
        failure: None,
    };
    parse(text, Seed::new(&frame.reader, &mut values, &mut state))
        .map_err(|_| state.failure.take().unwrap_or(ShapeError::NotJson))
        .and_then(|()| write(frame, &values, limit))
        .map_err(|error| error.under("$"))
}

/// See [`super::Shape::of_nothing`].
pub(super) fn of_nothing(frame: &Frame) -> String {
    // Of nothing there is nothing of another type.
    write(frame, &Values::new(frame.slots), usize::MAX).unwrap_or_else(|_| "null".to_owned())
}

fn write(frame: &Frame, values: &Values<'_>, limit: usize) -> Result<String, ShapeError> {
    let mut out = String::new();
    frame.writer.write(values, &mut out)?;
    if out.len() > limit {
        return Err(ShapeError::TooLong { limit });
    }
    Ok(out)
}

/// Reads all of a text, and nothing after it.
pub(super) fn parse<'de, S: DeserializeSeed<'de>>(
    text: &'de str,
    seed: S,
) -> Result<S::Value, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(value)
}

/// What all readers of an answer share.
pub(super) struct State {
    pub(super) limit: usize,
    /// Why reading was given up; `None` where the answer is no JSON.
    pub(super) failure: Option<ShapeError>,
}

impl State {
    /// Notes why reading is given up.
    pub(super) fn give_up<E: Error>(&mut self, failure: ShapeError) -> E {
        self.failure = Some(failure);
        E::custom("the answer is not of the shape that is declared")
    }
}

/// Reads one value. Of a member that an object has twice, the last counts.
pub(super) struct Seed<'p, 'v, 'de> {
    reader: &'p Reader,
    values: &'v mut Values<'de>,
    state: &'v mut State,
}

impl<'p, 'v, 'de> Seed<'p, 'v, 'de> {
    pub(super) fn new(
        reader: &'p Reader,
        values: &'v mut Values<'de>,
        state: &'v mut State,
    ) -> Self {
        Self {
            reader,
            values,
            state,
        }
    }

    /// Looks into a value that is there as text, once for each way in which it is read.
    fn look_into(self, text: &'de str) -> Result<(), serde_json::Error> {
        let Self {
            reader,
            values,
            state,
        } = self;
        if !reader.members.is_empty() || !reader.indexes.is_empty() || !reader.ends.is_empty() {
            parse(text, Look::new(reader, None, values, state))?;
        }
        for items in &reader.arrays {
            parse(text, Look::new(reader, Some(items), values, state))?;
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        let reader = self.reader;
        self.values.forget(reader.range.clone());
        if !reader.is_held() && !reader.whole {
            let items = reader.arrays.first();
            return Look::new(reader, items, self.values, self.state).deserialize(from);
        }
        let text = <&'de RawValue>::deserialize(from)?.get();
        self.values.put(reader.slot, Slot::Text(text));
        if !reader.is_held() {
            return Ok(());
        }
        self.look_into(text).map_err(D::Error::custom)
    }
}

/// Looks into a value: into its members and at its positions, or at all its items.
struct Look<'p, 'v, 'de> {
    reader: &'p Reader,
    items: Option<&'p Items>,
    values: &'v mut Values<'de>,
    state: &'v mut State,
}

impl<'p, 'v, 'de> Look<'p, 'v, 'de> {
    fn new(
        reader: &'p Reader,
        items: Option<&'p Items>,
        values: &'v mut Values<'de>,
        state: &'v mut State,
    ) -> Self {
        Self {
            reader,
            items,
            values,
            state,
        }
    }

    /// Notes what the value begins with.
    fn note(&mut self, beginning: &'static str) {
        if !self.reader.whole {
            self.values.put(self.reader.slot, Slot::Text(beginning));
        }
        self.values
            .put(self.items.map(|items| items.slot), Slot::Text(beginning));
    }

    fn seed<'s>(&'s mut self, reader: &'p Reader) -> Seed<'p, 's, 'de> {
        Seed::new(reader, self.values, self.state)
    }

    /// The positions that are counted from the end are known only there, so the last items are held.
    fn held_items<A: SeqAccess<'de>>(&mut self, mut items: A) -> Result<(), A::Error> {
        let reader = self.reader;
        let longest = reader.ends.last_key_value().map_or(0, |(index, _)| *index);
        let mut last: VecDeque<&'de str> = VecDeque::new();
        let mut position = 0;
        while let Some(item) = items.next_element::<&'de RawValue>()? {
            if let Some(found) = reader.indexes.get(&position) {
                parse(item.get(), self.seed(found)).map_err(A::Error::custom)?;
            }
            last.push_front(item.get());
            last.truncate(longest);
            position += 1;
        }
        for (index, found) in &reader.ends {
            if let Some(item) = last.get(index.saturating_sub(1)) {
                parse(item, self.seed(found)).map_err(A::Error::custom)?;
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Look<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(mut self) -> Result<(), E> {
        self.note("null");
        Ok(())
    }

    fn visit_bool<E>(mut self, _: bool) -> Result<(), E> {
        self.note("true");
        Ok(())
    }

    fn visit_i64<E>(mut self, _: i64) -> Result<(), E> {
        self.note("0");
        Ok(())
    }

    fn visit_u64<E>(mut self, _: u64) -> Result<(), E> {
        self.note("0");
        Ok(())
    }

    fn visit_f64<E>(mut self, _: f64) -> Result<(), E> {
        self.note("0");
        Ok(())
    }

    fn visit_str<E>(mut self, _: &str) -> Result<(), E> {
        self.note("\"");
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.note("{");
        let members = &self.reader.members;
        while let Some(found) = map.next_key_seed(Member(members))? {
            match found {
                Some(reader) => map.next_value_seed(self.seed(reader))?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        self.note("[");
        if let Some(array) = self.items {
            let start = self.values.arrays.len();
            array.make(items, &mut self.values.arrays, self.state)?;
            let made = Slot::Made(start..self.values.arrays.len());
            self.values.put(Some(array.slot), made);
            return Ok(());
        }
        if !self.reader.ends.is_empty() {
            return self.held_items(items);
        }
        let mut position = 0;
        loop {
            let more = match self.reader.indexes.get(&position) {
                Some(reader) => items.next_element_seed(self.seed(reader))?.is_some(),
                None => items.next_element::<IgnoredAny>()?.is_some(),
            };
            if !more {
                return Ok(());
            }
            position += 1;
        }
    }
}

/// Finds the reader of a member by its name.
struct Member<'p>(&'p BTreeMap<&'static str, Reader>);

impl<'de, 'p> DeserializeSeed<'de> for Member<'p> {
    type Value = Option<&'p Reader>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'p> Visitor<'_> for Member<'p> {
    type Value = Option<&'p Reader>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a member")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.get(name))
    }
}
