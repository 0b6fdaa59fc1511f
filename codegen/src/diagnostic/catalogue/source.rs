//! GW00xx: the file and its YAML.

codes! {
    INVALID_YAML "GW0001" Error "the YAML is not well-formed"
    "The text is not YAML 1.2, so it has no structure that could be checked further. The place shown is where the \
     parser could not go on; the cause is often on that line or the one before it. Usual causes are indentation that \
     does not line up, a tab used as indentation, a bracket or quote left open, and unquoted text that contains a \
     colon followed by a space or begins with one of `{ [ * & ! | > % @`. Put such text in quotes."

    EMPTY_FILE "GW0002" Error "the file is empty"
    "The file holds no value: it has no text at all, or only comments and document markers. A capability file is a \
     mapping that begins with the format and release, such as `naftiko: 1.0.0-alpha2`, and has a `capability` with \
     what is consumed and what is exposed. Check that the right file was named and that it was saved."

    SEVERAL_DOCUMENTS "GW0003" Error "the file holds several documents"
    "A line `---` begins a new YAML document. One capability file is one document, and one gateway is compiled from \
     it, so it is not decidable what a second document would mean. Remove the `---` if it was meant as a mere divider, \
     or put each capability into a file of its own."

    COMPLEX_KEY "GW0004" Error "a key is not text"
    "A key of a mapping is a list or a mapping here. YAML allows that, but every key of the language is text. The \
     usual cause is a template at the beginning of a key or value that was not quoted: `{{x}}: y` is, to YAML, a \
     mapping used as a key. Put it in quotes."

    MERGE_KEY "GW0005" Error "merge keys are not supported"
    "The key `<<` merges another mapping into this one in YAML 1.1. YAML 1.2, by which capability files are read, has \
     no such key, and different tools disagree on what it does. Write the keys out. An alias (`*name`) for a whole \
     value works. If the key is really named `<<`, put it in quotes."

    UNKNOWN_TAG "GW0006" Error "a tag cannot be honoured"
    "A word that begins with `!` before a value is a YAML tag and says which type the value has. Capability files are \
     read by the YAML 1.2 core schema: `!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!!seq` and `!!map` are \
     known, and the value must be of the type its tag says. For any other tag it is not decidable what the value \
     would be. Remove the tag, or put the text in quotes if it is text that begins with an exclamation mark."

    UNKNOWN_ALIAS "GW0007" Error "an alias refers to nothing"
    "A word that begins with `*` is a YAML alias: it stands for the value that was marked earlier in the file with `&` \
     and the same name. Here there is no such mark before the alias, or the alias stands inside the very value it \
     refers to, which would never end. Add the mark, or put the text in quotes if it is text that begins with an \
     asterisk."

    FILE_TOO_LARGE "GW0008" Error "the file is too large"
    "Capability files of more than 16 MiB are not parsed. The limit keeps a mistaken file name, such as that of a log \
     or an archive, from taking the compiler's time and memory. A capability of this size should be divided into \
     several files."

    TOO_DEEP "GW0009" Error "values are nested too deep"
    "Lists and mappings may be nested 64 deep, aliases counted as what they stand for. The language itself needs about \
     a dozen levels; the limit keeps a hostile file from exhausting the compiler's stack. Look for brackets that are \
     opened and never closed, and for indentation that grows on every line."

    TOO_MANY_VALUES "GW0010" Error "the file holds too many values"
    "A file may hold a million values, and aliases may add 16 MiB of text, where every use of an alias counts as much \
     as the value it stands for. A few lines of aliases to aliases can otherwise stand for more values than any memory \
     holds. Write fewer aliases, or divide the capability."

    CONTROL_CHARACTER "GW0011" Error "the file contains a control character"
    "YAML allows no control characters but tab, line feed and carriage return; a reader that meets one may stop there \
     or drop it in silence. One that is part of a value is written as an escape in double quotes, such as `\"\\e\"` or \
     `\"\\x07\"`. Otherwise remove it: it often comes from copying out of a terminal, or from a file that is not text."

    NOT_UTF8 "GW0012" Error "the file is not UTF-8"
    "Capability files are read as UTF-8, with or without a byte order mark. This one contains bytes that are not UTF-8, \
     usually because it was saved as UTF-16 or in an older encoding of one language, or because it is not a text file. \
     Save it as UTF-8."

    UNREADABLE_FILE "GW0013" Error "the file cannot be read"
    "The operating system refused to give the file's content: it is not there, it is a directory, or permission is \
     missing. Paths inside a capability are relative to the file that contains them. Check the path and the \
     permissions."

    COMPILER_DEFECT "GW0014" Error "the compiler made a mistake"
    "The file passed every check, and what the compiler printed for it is not Rust. That is a defect of Gatewright, \
     not of the file. Please report it with the file."
}
