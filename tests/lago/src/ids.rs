//! Identifiers and moments which are the same at every start.

/// What an identifier stands for: its first group of digits, so that one can be told from another at a glance.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    BillableMetric = 0xb,
    Coupon = 0xc,
    Charge = 0xd,
    Metadata = 0xe,
    Customer = 0x10,
    Invoice = 0x11,
    Request = 0x12,
}

/// The `number`-th identifier of a kind.
pub(crate) fn uuid(kind: Kind, number: u64) -> String {
    format!("{:08x}-0000-4000-8000-{number:012x}", kind as u32)
}

/// The moment `tick` seconds into 2025; it starts over after January.
pub(crate) fn moment(tick: u64) -> String {
    let (minutes, second) = (tick / 60, tick % 60);
    let (hours, minute) = (minutes / 60, minutes % 60);
    let (days, hour) = (hours / 24, hours % 24);
    let day = 1 + days % 31;
    format!("2025-01-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_uuids_which_name_their_kind() {
        assert_eq!(
            uuid(Kind::Customer, 26),
            "00000010-0000-4000-8000-00000000001a"
        );
    }

    #[test]
    fn moments_carry_into_minutes_hours_and_days() {
        assert_eq!(moment(0), "2025-01-01T00:00:00Z");
        assert_eq!(moment(59), "2025-01-01T00:00:59Z");
        assert_eq!(moment(86_400 + 3_661), "2025-01-02T01:01:01Z");
        assert_eq!(moment(31 * 86_400), "2025-01-01T00:00:00Z");
    }
}
