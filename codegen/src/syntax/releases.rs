//! The releases of the format.

/// Releases under the name `naftiko`, oldest first.
pub(crate) const NAFTIKO: &[&str] = &[
    "0.5",
    "1.0.0-alpha1",
    "1.0.0-alpha2",
    "1.0.0-alpha3",
    "1.0.0-alpha4",
    "1.0.0-alpha5",
];

/// Releases under the name `ikanos`, oldest first.
pub(crate) const IKANOS: &[&str] = &[
    "1.0.0-alpha3",
    "1.0.0-alpha4",
    "1.0.0-alpha5",
    "1.0.0-beta1",
    "1.0.0-beta2",
    "1.0.0-beta3",
    "1.0.0-beta4",
    "1.0.0-beta5",
];
