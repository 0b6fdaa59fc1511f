//! Any command line and environment: a refusal or values that are usable, and no secret is repeated in either.
#![no_main]

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use gatewright_fuzz::CAPABILITY;
use gatewright_runtime::settings::{SettingValues, parse};
use libfuzzer_sys::fuzz_target;

/// A secret that no other text is likely to hold.
const SECRET: &str = "kanarienvogel-8d1f";

fuzz_target!(|input: (Vec<Vec<u8>>, [Option<Vec<u8>>; 6])| {
    let (words, variables) = input;
    // A file that a flag names is not to be a device of this machine that never ends.
    if words
        .iter()
        .chain(variables.iter().flatten())
        .any(|word| word.contains(&b'/'))
    {
        return;
    }
    let arguments =
        std::iter::once(OsString::from("gateway")).chain(words.into_iter().map(OsString::from_vec));
    let flags = match parse(&CAPABILITY, arguments) {
        Ok(flags) => flags,
        Err(error) => {
            let _ = error.to_string();
            return;
        }
    };
    let environment = |name: &str| match name {
        "TOKEN" => Some(OsString::from(SECRET)),
        "TOKEN_FILE" => None,
        _ => variables
            .get(name.len() % variables.len())
            .and_then(Option::clone)
            .map(OsString::from_vec),
    };
    let shown = match SettingValues::read(CAPABILITY.settings, &flags, &environment) {
        Ok(values) => {
            let upstreams = (CAPABILITY.upstreams)(&values, &Default::default());
            format!(
                "{values:?} {:?}",
                upstreams.map_err(|error| error.to_string())
            )
        }
        Err(error) => format!("{error} {error:?}"),
    };
    assert!(!shown.contains(SECRET), "{shown}");
});
