//! A value that is never shown.

use std::fmt;

/// A secret. Its `Debug` shows nothing of it, it has no `Display`, and it is not `Serialize`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The secret itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(redacted)")
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(value)
    }
}

/// A `Debug` for the parameters of an operation that shows only these fields: a secret may be in the others.
/// `show_only!(Find => id, page);`
#[macro_export]
macro_rules! show_only {
    ($parameters:ident => $($field:ident),*) => {
        impl ::std::fmt::Debug for $parameters {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                formatter
                    .debug_struct(stringify!($parameters))
                    $(.field(stringify!($field).trim_start_matches("r#"), &self.$field))*
                    .finish_non_exhaustive()
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::Secret;

    struct Find {
        id: i64,
        r#type: Option<Secret>,
        key: String,
    }

    show_only!(Find => id, r#type);

    #[test]
    fn nothing_of_a_secret_or_of_a_field_that_may_hold_one_is_shown() {
        let find = Find {
            id: 1,
            r#type: Some(Secret::new("canary")),
            key: "canary".to_owned(),
        };
        assert_eq!(
            format!("{find:?}"),
            "Find { id: 1, type: Some(Secret(redacted)), .. }"
        );
        assert_eq!(find.key, "canary");
    }
}
