//! Tokens, key sets, and when keys are fetched.

mod cache;
pub(in crate::server) mod signer;

use std::time::Duration;

use serde_json::{Value, json};

use self::signer::{Signer, encoded, part};
use super::key_set::{KeySet, Verdict};
use super::token::{Expected, Fault, Token};

const NOW: u64 = 1_800_000_000;

pub(super) fn set(keys: &[Value]) -> Option<KeySet> {
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes())
}

fn claims() -> Value {
    json!({"iss": "https://a.test", "aud": "https://b.test/mcp", "exp": NOW + 60})
}

fn with(mut value: Value, name: &str, member: Value) -> Value {
    value[name] = member;
    value
}

/// What is wrong with a token before its signature is looked at.
fn fault(token: &str) -> Option<Fault> {
    fault_for("https://b.test/mcp", token)
}

fn fault_for(audience: &str, token: &str) -> Option<Fault> {
    let expected = Expected {
        issuer: "https://a.test".to_owned(),
        audience: audience.to_owned(),
    };
    let token = Token::parse(token.as_bytes());
    token
        .and_then(|token| token.check(&expected, Duration::from_secs(NOW)))
        .err()
}

const ALGORITHMS: [&str; 9] = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA",
];

#[test]
fn each_algorithm_verifies_what_its_key_signed_and_nothing_else() {
    for algorithm in ALGORITHMS {
        let signer = Signer::new(algorithm, "k");
        let keys = set(&[signer.jwk()]).unwrap();
        let text = signer.token(&claims());
        let token = Token::parse(text.as_bytes()).unwrap();
        assert_eq!(keys.verify(&token), Verdict::Verified, "{algorithm}");
        let (message, signature) = text.rsplit_once('.').unwrap();
        let (header, _) = message.split_once('.').unwrap();
        let others = part(&with(claims(), "sub", "admin".into()));
        for forged in [
            format!("{header}.{others}.{signature}"),
            format!("{message}."),
            format!("{message}.{}", encoded(&[0; 64])),
            format!("{message}.{}", encoded(&[0; 256])),
        ] {
            let token = Token::parse(forged.as_bytes()).unwrap();
            assert_eq!(keys.verify(&token), Verdict::Forged, "{forged}");
        }
    }
}

/// RFC 8725 §2.1: what a token says of its algorithm must not choose how a key is used.
#[test]
fn a_key_verifies_its_own_algorithm_only() {
    let rsa = Signer::new("RS256", "k");
    let mut any_rsa = rsa.jwk();
    any_rsa.as_object_mut().unwrap().remove("alg");
    for (signed_with, listed, expected) in [
        ("RS256", rsa.jwk(), Verdict::Verified),
        ("PS256", any_rsa.clone(), Verdict::Verified),
        ("PS256", rsa.jwk(), Verdict::UnknownKey),
        ("RS512", rsa.jwk(), Verdict::UnknownKey),
        ("ES256", any_rsa.clone(), Verdict::UnknownKey),
        ("EdDSA", any_rsa, Verdict::UnknownKey),
    ] {
        let text = Signer::new(signed_with, "k").token(&claims());
        let token = Token::parse(text.as_bytes()).unwrap();
        let verdict = set(&[listed]).unwrap().verify(&token);
        assert_eq!(verdict, expected, "{signed_with}");
    }
    // Signed with one algorithm, said to be of another.
    let header = json!({"alg": "PS256", "kid": "k"});
    let text = rsa.token_with(&header, &claims());
    let token = Token::parse(text.as_bytes()).unwrap();
    assert_ne!(set(&[rsa.jwk()]).unwrap().verify(&token), Verdict::Verified);
}

/// RFC 8725 §2.1: no token without a signature, and none that the public key signed.
#[test]
fn algorithms_that_prove_nothing_are_none() {
    let signer = Signer::new("RS256", "k");
    let public = signer.jwk()["n"].as_str().unwrap().to_owned();
    for name in [
        "none", "None", "NONE", "", "HS256", "HS384", "HS512", "RS1", "ES512", "ES256K", "rs256",
    ] {
        let header = json!({"alg": name, "kid": "k"});
        let message = format!("{}.{}", part(&header), part(&claims()));
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, public.as_bytes());
        let mac = ring::hmac::sign(&key, message.as_bytes());
        for signature in [String::new(), encoded(mac.as_ref())] {
            let token = format!("{message}.{signature}");
            assert_eq!(fault(&token), Some(Fault::Algorithm), "{token}");
        }
    }
}

#[test]
fn a_header_asks_for_nothing_that_is_not_understood() {
    let signer = Signer::new("ES256", "k");
    let header = || json!({"alg": "ES256", "kid": "k"});
    for (header, expected) in [
        (header(), None),
        (with(header(), "typ", "at+jwt".into()), None),
        (with(header(), "typ", "JWT".into()), None),
        (with(header(), "typ", "application/at+JWT".into()), None),
        (with(header(), "typ", "dpop+jwt".into()), Some(Fault::Type)),
        (
            with(header(), "typ", "logout+jwt".into()),
            Some(Fault::Type),
        ),
        (with(header(), "typ", "".into()), Some(Fault::Type)),
        (with(header(), "typ", 1.into()), Some(Fault::Malformed)),
        (
            with(header(), "crit", json!(["b64"])),
            Some(Fault::Critical),
        ),
        (with(header(), "crit", json!([])), Some(Fault::Critical)),
        (with(header(), "kid", 1.into()), Some(Fault::Malformed)),
        (json!({"kid": "k"}), Some(Fault::Malformed)),
        (json!(["ES256", null, "k", null]), Some(Fault::Malformed)),
    ] {
        let token = signer.token_with(&header, &claims());
        assert_eq!(fault(&token), expected, "{header}");
    }
    // A key that the token brings along is not looked at.
    let header = with(header(), "jwk", signer.jwk());
    let text = signer.token_with(&header, &claims());
    let token = Token::parse(text.as_bytes()).unwrap();
    let keys = set(&[Signer::new("ES256", "k").jwk()]).unwrap();
    assert_eq!(keys.verify(&token), Verdict::Forged);
}

#[test]
fn what_is_no_signed_jwt_is_malformed() {
    let good = Signer::new("ES256", "k").token(&claims());
    assert_eq!(fault(&good), None);
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (header, payload) = message.split_once('.').unwrap();
    let twice = encoded(br#"{"alg":"ES256","alg":"none"}"#);
    let issuers = encoded(br#"{"iss":"https://b.test","iss":"https://a.test"}"#);
    for token in [
        "",
        "..",
        "opaque",
        message,
        &format!("{good}."),
        &format!("{good}.a.b"),
        &format!("{good}="),
        &format!("{header}=.{payload}.{signature}"),
        &format!("{header}.{payload}+.{signature}"),
        &format!("{header}.!.{signature}"),
        &format!("{header}.{}.{signature}", encoded(b"{")),
        &format!("{header}.{}.{signature}", encoded(b"[]")),
        &format!("{header}.{issuers}.{signature}"),
        &format!("{twice}.{payload}.{signature}"),
        &format!("{header}.{}.{signature}", encoded(&[0xff])),
        &format!(
            "{header}.{}.{signature}",
            encoded("[".repeat(9000).as_bytes())
        ),
    ] {
        assert_eq!(fault(token), Some(Fault::Malformed), "{token}");
    }
    let long = with(claims(), "x", "x".repeat(16 * 1024).into());
    let long = Signer::new("ES256", "k").token(&long);
    assert_eq!(fault(&long), Some(Fault::TooLong));
}

#[test]
fn claims_are_those_that_are_expected() {
    let signer = Signer::new("ES256", "k");
    let judged = |name: &str, member: Value| {
        let token = signer.token(&with(claims(), name, member));
        fault(&token)
    };
    let cases = [
        ("iss", json!("https://a.test/"), Some(Fault::Issuer)),
        ("iss", json!("https://A.test"), Some(Fault::Issuer)),
        ("iss", json!("https://a.test.b"), Some(Fault::Issuer)),
        ("iss", Value::Null, Some(Fault::Issuer)),
        ("iss", json!(["https://a.test"]), Some(Fault::Malformed)),
        ("aud", json!("https://b.test"), Some(Fault::Audience)),
        ("aud", json!("https://b.test/mcp/"), Some(Fault::Audience)),
        ("aud", json!([]), Some(Fault::Audience)),
        ("aud", Value::Null, Some(Fault::Audience)),
        ("aud", json!(["x", "https://b.test/mcp"]), None),
        ("exp", Value::Null, Some(Fault::Eternal)),
        ("exp", json!(NOW.to_string()), Some(Fault::Malformed)),
        ("exp", json!(NOW - 29), None),
        ("exp", json!(NOW - 30), Some(Fault::Expired)),
        ("exp", json!(0), Some(Fault::Expired)),
        ("exp", json!(-1e300), Some(Fault::Expired)),
        ("exp", json!(1e300), None),
        ("nbf", json!(NOW + 30), None),
        ("nbf", json!(NOW + 31), Some(Fault::Early)),
        ("iat", json!(NOW as f64 + 30.5), Some(Fault::Early)),
        ("iat", json!(NOW - 86400), None),
        ("cnf", json!({"jkt": "x"}), Some(Fault::Bound)),
    ];
    for (name, member, expected) in cases {
        assert_eq!(judged(name, member.clone()), expected, "{name} {member}");
    }
}

/// RFC 3986 §6.2.3: clients send `https://b.test/` for a resource that is written `https://b.test`.
#[test]
fn an_audience_without_a_path_is_the_one_with_an_empty_path() {
    let signer = Signer::new("ES256", "k");
    for (audience, expected, same) in [
        ("https://b.test/", "https://b.test", true),
        ("https://b.test", "https://b.test/", true),
        ("https://b.test//", "https://b.test", false),
        ("https://b.test/a", "https://b.test/a/", false),
        ("http://b.test/", "https://b.test", false),
        ("api", "api/", false),
        ("urn:x://b/", "urn:x://b", false),
    ] {
        let token = signer.token(&with(claims(), "aud", audience.into()));
        let found = fault_for(expected, &token);
        assert_eq!(found.is_none(), same, "{audience} {expected}");
    }
}

#[test]
fn scopes_are_read_as_servers_write_them() {
    let has = |name: &str, member: Value, scope: &str| {
        let text = Signer::new("ES256", "k").token(&with(claims(), name, member));
        Token::parse(text.as_bytes()).unwrap().has_scope(scope)
    };
    assert!(has("scope", json!("a b:c"), "b:c"));
    assert!(has("scope", json!(["a", "b:c"]), "b:c"));
    assert!(has("scp", json!(["a", "b:c"]), "a"));
    assert!(has("scp", json!("a b:c"), "a"));
    for (member, scope) in [
        (json!("a b:c"), "b"),
        (json!("A"), "a"),
        (json!(""), "a"),
        (json!("aa"), "a"),
        (Value::Null, "a"),
    ] {
        assert!(!has("scope", member, scope), "{scope}");
    }
}

#[test]
fn only_keys_that_verify_are_taken() {
    let rsa = Signer::new("RS256", "k").jwk();
    let curve = Signer::new("ES256", "k").jwk();
    let short = encoded(&[0x81; 128]);
    for unusable in [
        with(rsa.clone(), "use", "enc".into()),
        with(rsa.clone(), "key_ops", json!(["sign"])),
        with(rsa.clone(), "alg", "RSA-OAEP".into()),
        with(rsa.clone(), "alg", "HS256".into()),
        with(rsa.clone(), "alg", "ES256".into()),
        with(rsa.clone(), "kty", "oct".into()),
        with(rsa.clone(), "n", short.into()),
        with(rsa.clone(), "n", "!".into()),
        with(rsa.clone(), "e", Value::Null),
        with(curve.clone(), "crv", "P-521".into()),
        with(curve.clone(), "crv", "P-384".into()),
        with(curve.clone(), "x", "AA".into()),
        json!({"kty": "oct", "k": "AAAA"}),
        json!(1),
    ] {
        assert_eq!(set(std::slice::from_ref(&unusable)), None, "{unusable}");
        // One that cannot be used does not keep the others from it.
        assert!(set(&[unusable, curve.clone()]).is_some());
    }
    assert!(set(&[with(rsa, "key_ops", json!(["verify"]))]).is_some());
    for none in ["", "[]", "{}", r#"{"keys":{}}"#, r#"{"keys":[]}"#] {
        assert_eq!(KeySet::parse(none.as_bytes()), None, "{none}");
    }
}

#[test]
fn a_token_that_names_no_key_is_tried_on_some() {
    let signers: Vec<Signer> = (0..6).map(|_| Signer::new("ES256", "k")).collect();
    let keys: Vec<Value> = signers.iter().map(Signer::jwk).collect();
    let keys = set(&keys).unwrap();
    let verdict = |signer: &Signer| {
        let text = signer.token_with(&json!({"alg": "ES256"}), &claims());
        keys.verify(&Token::parse(text.as_bytes()).unwrap())
    };
    assert_eq!(verdict(&signers[3]), Verdict::Verified);
    // Each trial costs time, so there is an end to them.
    assert_eq!(verdict(&signers[5]), Verdict::UnknownKey);
    assert_eq!(verdict(&Signer::new("ES256", "k")), Verdict::UnknownKey);
}
