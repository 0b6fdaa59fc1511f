//! From the character counts of the YAML parser to byte offsets.

const STRIDE: usize = 64;

/// The byte offset of every 64th character: small beside the text, and any character is few steps away.
pub(super) struct CharacterIndex<'a> {
    text: &'a str,
    checkpoints: Option<Vec<usize>>,
}

impl<'a> CharacterIndex<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let checkpoints = (!text.is_ascii()).then(|| {
            text.char_indices()
                .step_by(STRIDE)
                .map(|(offset, _)| offset)
                .collect()
        });
        Self { text, checkpoints }
    }

    /// The byte offset of a character. Past the last one it is the end of the text.
    pub(super) fn offset(&self, character: usize) -> usize {
        let end = self.text.len();
        let Some(checkpoints) = &self.checkpoints else {
            return character.min(end);
        };
        let Some(base) = checkpoints.get(character / STRIDE).copied() else {
            return end;
        };
        self.text
            .get(base..)
            .and_then(|rest| rest.char_indices().nth(character % STRIDE))
            .map_or(end, |(offset, _)| base + offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_counting() {
        for text in [
            "plain ascii".repeat(20),
            "aé😀\n\u{feff}".repeat(50),
            String::new(),
        ] {
            let index = CharacterIndex::new(&text);
            for (character, (offset, _)) in text.char_indices().enumerate() {
                assert_eq!(index.offset(character), offset);
            }
            let count = text.chars().count();
            assert_eq!(index.offset(count), text.len());
            assert_eq!(index.offset(count + 1000), text.len());
        }
    }
}
