//! Reading the challenges of `WWW-Authenticate` (RFC 9110 §11.6.1, RFC 7616 §3.3).

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;

/// The parameters of one challenge, names in lower case.
pub(super) type Parameters = Vec<(String, String)>;

/// The parameters of every `Digest` challenge among the headers, in their order.
pub(super) fn digest_challenges(headers: &HeaderMap) -> Vec<Parameters> {
    let values = headers.get_all(WWW_AUTHENTICATE).iter();
    let challenges = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(challenges);
    challenges
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("digest"))
        .map(|(_, parameters)| parameters)
        .collect()
}

/// The first parameter of a name.
pub(super) fn find<'a>(parameters: &'a Parameters, name: &str) -> Option<&'a str> {
    let mut parameters = parameters.iter();
    let (_, value) = parameters.find(|(known, _)| known == name)?;
    Some(value)
}

/// The challenges of one header value. What cannot be read ends the list.
fn challenges(text: &str) -> Vec<(&str, Parameters)> {
    let mut challenges: Vec<(&str, Parameters)> = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let (word, after) = token(rest);
        if word.is_empty() {
            return challenges;
        }
        let spaced = after.trim_start_matches([' ', '\t']);
        match spaced.strip_prefix('=') {
            Some(value) => {
                let Some((value, after)) = parameter_value(value.trim_start_matches([' ', '\t']))
                else {
                    return challenges;
                };
                let Some((_, parameters)) = challenges.last_mut() else {
                    return challenges;
                };
                parameters.push((word.to_ascii_lowercase(), value));
                rest = after;
            }
            None => {
                challenges.push((word, Vec::new()));
                rest = spaced;
            }
        }
    }
}

fn token(text: &str) -> (&str, &str) {
    let is_token = |character: char| {
        character.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~/".contains(character)
    };
    let end = text
        .find(|character| !is_token(character))
        .unwrap_or(text.len());
    text.split_at(end)
}

/// A token or a quoted string, unescaped, and what follows it.
fn parameter_value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, after) = token(text);
        return Some((value.to_owned(), after.trim_start_matches('=')));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((position, character)) = characters.next() {
        match character {
            '"' => return Some((value, quoted.get(position + 1..)?)),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn read(values: &[&'static str]) -> Vec<Parameters> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(value));
        }
        digest_challenges(&headers)
    }

    #[test]
    fn several_challenges_in_one_header_and_in_several() {
        let read = read(&[
            r#"Basic realm="a, Digest x=\"1\"", Digest realm = "b\"c" , nonce=n1,qop="auth, auth-int""#,
            "Negotiate dG9rZW4=, DIGEST nonce=\"n2\", stale=TRUE",
            "Newauth",
        ]);
        assert_eq!(read.len(), 2);
        assert_eq!(find(&read[0], "realm"), Some("b\"c"));
        assert_eq!(find(&read[0], "nonce"), Some("n1"));
        assert_eq!(find(&read[0], "qop"), Some("auth, auth-int"));
        assert_eq!(find(&read[1], "nonce"), Some("n2"));
        assert_eq!(find(&read[1], "stale"), Some("TRUE"));
        assert_eq!(find(&read[1], "realm"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_to_its_end(text in r#"[ a-zD,="\\/é\t]{0,64}"#) {
            let _ = challenges(&text);
        }
    }
}
