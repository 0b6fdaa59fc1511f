//! Names that are given out once.

use std::collections::{BTreeSet, HashMap};

/// Gives out names, each once: a second `a` becomes `a_2`.
#[derive(Debug, Default)]
pub(in crate::check) struct UniqueNames {
    taken: BTreeSet<String>,
    /// The number to try next for a name that was taken.
    next: HashMap<String, usize>,
}

impl UniqueNames {
    /// Names that are taken from the start.
    pub(in crate::check) fn with(taken: &[&str]) -> Self {
        Self {
            taken: taken.iter().map(|name| (*name).to_owned()).collect(),
            next: HashMap::new(),
        }
    }

    /// The name of a value, or that name with the first free number.
    pub(in crate::check) fn take(&mut self, name: String) -> String {
        self.take_numbered(name, "_")
    }

    /// The name of a type, which takes no underscore before its number.
    pub(in crate::check) fn take_type(&mut self, name: String) -> String {
        self.take_numbered(name, "")
    }

    fn take_numbered(&mut self, name: String, joint: &str) -> String {
        if self.taken.insert(name.clone()) {
            return name;
        }
        let number = self.next.entry(name.clone()).or_insert(2);
        let name = name.strip_prefix("r#").unwrap_or(&name);
        // With a number, the name is no keyword any more; two underscores would not be snake case.
        let name = name.trim_end_matches('_');
        loop {
            let unique = format!("{name}{joint}{number}");
            *number += 1;
            if self.taken.insert(unique.clone()) {
                return unique;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_name_gets_a_number() {
        let mut names = UniqueNames::default();
        let mut take = |name: &str| names.take(name.to_owned());
        assert_eq!(take("a"), "a");
        assert_eq!(take("a"), "a_2");
        assert_eq!(take("a"), "a_3");
        assert_eq!(take("r#type"), "r#type");
        assert_eq!(take("r#type"), "type_2");
        assert_eq!(take("self_"), "self_");
        assert_eq!(take("self_"), "self_2");
        for (name, second) in [("Self_", "Self2"), ("A", "A2"), ("Thing", "Thing2")] {
            assert_eq!(names.take_type(name.to_owned()), name);
            assert_eq!(names.take_type(name.to_owned()), second);
        }
    }
}
