//! Characters that a reader does not see: they hide, reorder their neighbours, or act on a terminal.

/// Whether a character is one of these. Line breaks and tabs are, too: they act, but many texts hold them.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            // Soft hyphen, joiners, and letters without a shape.
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{3164}' | '\u{ffa0}'
                // Zero width, directions of writing, line and paragraph separators.
                | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}'
                // Tags and variation selectors, which can carry any text. U+FE0F makes an emoji of a symbol.
                | '\u{fe00}'..='\u{fe0e}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Whether a character is hidden and is none of those that lay a text out.
pub(crate) fn is_invisible(character: char) -> bool {
    is_hidden(character) && !matches!(character, '\n' | '\r' | '\t')
}

/// How a character that cannot be seen is shown.
pub(crate) fn escaped(character: char) -> String {
    format!("\\u{{{:x}}}", u32::from(character))
}
