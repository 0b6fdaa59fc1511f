//! Names: what they find, and what is made of them.

mod identifier;
mod lookup;
mod public;
mod setting;
mod unique;

pub(super) use identifier::{pascal_case, snake_case};
pub(super) use lookup::{Match, NameIndex, find, fold};
pub(super) use public::{operation_id, property_key, title, tool_name};
pub(super) use setting::{environment, flag};
pub(super) use unique::UniqueNames;

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}
