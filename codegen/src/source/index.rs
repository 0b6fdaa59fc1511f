//! From the character counts of the YAML parser to byte offsets, and back.

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

/// How many characters begin before every 64th byte: what is before any byte is few steps away, however long its line.
#[derive(Clone, Debug)]
pub(super) struct CharacterCounts {
    /// None where every byte is a character.
    checkpoints: Option<Vec<usize>>,
}

impl CharacterCounts {
    pub(super) fn new(text: &str) -> Self {
        let mut count = 0;
        let checkpoints = (!text.is_ascii()).then(|| {
            text.as_bytes()
                .chunks(STRIDE)
                .map(|chunk| {
                    let before = count;
                    count += beginnings(chunk);
                    before
                })
                .collect()
        });
        Self { checkpoints }
    }

    /// How many characters of the text these counts are of begin before a byte offset in it.
    pub(super) fn before(&self, text: &str, offset: usize) -> usize {
        let Some(checkpoints) = &self.checkpoints else {
            return offset;
        };
        let chunk = offset / STRIDE;
        // The end of the text may be where another chunk would begin.
        let chunk = chunk.min(checkpoints.len().saturating_sub(1));
        let rest = text.as_bytes().get(chunk * STRIDE..offset);
        checkpoints.get(chunk).copied().unwrap_or_default() + rest.map_or(0, beginnings)
    }
}

/// How many characters begin in these bytes: all bytes do but those that continue one.
fn beginnings(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
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
