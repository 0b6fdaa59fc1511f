//! GW01xx: the document as such, whatever part of it.

codes! {
    UNKNOWN_KEY "GW0101" Warning "a key is not known"
    "The language has no key of this name at this place, so it changes nothing in the gateway. It is reported because a \
     misspelt key would otherwise be lost in silence. If a name is suggested, that is most likely what was meant. If \
     the key is meant for another tool or as a remark, turn it into a comment."

    WRONG_TYPE "GW0102" Error "a value has the wrong type"
    "A value is of another kind than its key requires: text where a list belongs, for instance, or a list where a \
     mapping belongs. Numbers and booleans where text is expected are no error and read as they are written. Often the \
     cause is indentation, or a `-` that is missing or too much."

    DUPLICATE_KEY "GW0103" Error "a key is given twice"
    "The same key stands twice in one mapping. Tools differ in which of the two they take, so the meaning is not \
     decidable. Remove one of them; if both carry entries, bring these together under one key. Keys are compared as \
     text: `200` and `\"200\"` are the same key."

    MISSING_KEY "GW0104" Error "a required key is missing"
    "Something that has to be said here is not said, and there is no value that could be assumed for it. The message \
     names the key. If it seems to be there, check its indentation: it may belong to another part of the file."

    NOT_SUPPORTED "GW0105" Error "a construct is not supported yet"
    "This is part of the capability language, and the compiler knows it, but cannot build it yet. It is an error and \
     not a warning because a gateway that leaves it out would do something else than the file says. Express it by \
     other means if you can, or remove it."

    UNKNOWN_RELEASE "GW0106" Warning "the release of the format is not known"
    "The file says that it is written in a release of the format that this compiler does not know. It is read as the \
     newest release it does know, which usually works, as releases differ little. Check the number for a slip, or use \
     a newer compiler."

    WRONG_DOCUMENT "GW0107" Error "this is not a capability"
    "The file is another kind of document than a capability: a capability is a mapping with `naftiko` or `ikanos` and \
     a release at the root. Files of related tools look similar but describe something else, such as a schema or a \
     settings file. Check that the right file was named."

    UNNAMED_ITEM "GW0108" Error "an item has no name"
    "Items of this list are referred to by name, and this one has none. Give it a `name`, or write the list as a \
     mapping whose keys are the names; both forms mean the same."

    DUPLICATE_NAME "GW0109" Error "a name is used twice"
    "Two items have the same name where names must differ, so a reference by that name would not be decidable. Both \
     places are shown. Rename one of them, together with what refers to it."

    EMPTY_VALUE "GW0110" Warning "a key has no value"
    "Nothing is written after the colon, or only `~` or `null`. The file is read as if the key were not there. Usually \
     the value was forgotten, or what should belong to the key is not indented. Write the value, or remove the key."

    NOTHING_EXPOSED "GW0111" Warning "nothing is exposed"
    "The capability has no adapter under `exposes`, so the gateway serves nothing; only the typed client can be used, \
     from Rust. Add an adapter of type `rest` or `mcp`, unless the client is all that is wanted."

    NOTHING_CONSUMED "GW0112" Error "nothing is consumed"
    "The capability names no API under `consumes`, and there is nothing else yet that a gateway could be made of. \
     Declare the API, with its operations."
}
