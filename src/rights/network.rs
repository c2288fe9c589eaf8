//! Addresses and networks as ranges: whether one list of them lies within another. Pure.

use std::net::IpAddr;

/// What a list of addresses and networks allows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Networks {
    /// First and last address of each family, in order and apart from each other.
    v4: Vec<(u128, u128)>,
    v6: Vec<(u128, u128)>,
    /// What is neither an address nor a network: known by its text alone.
    odd: Vec<String>,
}

/// Reads a list of addresses and networks in CIDR notation.
pub(super) fn networks(list: &[String]) -> Networks {
    let mut all = Networks::default();
    for text in list {
        match range(text) {
            Some((4, range)) => all.v4.push(range),
            Some((_, range)) => all.v6.push(range),
            None => all.odd.push(text.clone()),
        }
    }
    (all.v4, all.v6) = (merged(all.v4), merged(all.v6));
    all
}

/// Whether every address of `inner` is one of `outer`.
pub(super) fn contains(outer: &Networks, inner: &Networks) -> bool {
    let within = |outer: &[(u128, u128)], inner: &[(u128, u128)]| {
        inner.iter().all(|(first, last)| outer.iter().any(|(from, to)| from <= first && last <= to))
    };
    within(&outer.v4, &inner.v4) && within(&outer.v6, &inner.v6) && inner.odd.iter().all(|it| outer.odd.contains(it))
}

/// The family, 4 or 6, and the first and the last address. An IPv4 address that is written as an IPv6 one is IPv4.
fn range(text: &str) -> Option<(u8, (u128, u128))> {
    let (address, prefix) = text.trim().split_once('/').map_or((text.trim(), None), |(it, prefix)| (it, Some(prefix)));
    let address: IpAddr = address.parse().ok()?;
    let own_bits = if address.is_ipv4() { 32 } else { 128 };
    let prefix: u32 = prefix.map_or(Some(own_bits), |it| it.parse().ok())?;
    if prefix > own_bits {
        return None;
    }
    let (family, bits, prefix, number) = match address {
        IpAddr::V4(it) => (4, 32, prefix, u128::from(u32::from(it))),
        IpAddr::V6(it) => match it.to_ipv4_mapped().filter(|_| prefix >= 96) {
            Some(it) => (4, 32, prefix - 96, u128::from(u32::from(it))),
            None => (6, 128, prefix, u128::from(it)),
        },
    };
    // All bits behind the prefix; a shift by all 128 would overflow.
    let behind = u128::MAX.checked_shr(128 - (bits - prefix)).unwrap_or(0);
    Some((family, (number & !behind, number | behind)))
}

/// Ranges in order, those that touch as one.
fn merged(mut ranges: Vec<(u128, u128)>) -> Vec<(u128, u128)> {
    ranges.sort_unstable();
    let mut all: Vec<(u128, u128)> = Vec::new();
    for (first, last) in ranges {
        match all.last_mut() {
            Some((_, end)) if first <= end.saturating_add(1) => *end = last.max(*end),
            _ => all.push((first, last)),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(outer: &[&str], inner: &[&str], expected: bool) {
        let list = |it: &[&str]| networks(&it.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>());
        assert_eq!(contains(&list(outer), &list(inner)), expected, "{outer:?} {inner:?}");
    }

    #[test]
    fn a_narrower_network_lies_in_a_wider_one() {
        check(&["10.0.0.0/8"], &["10.1.0.0/16", "10.2.3.4"], true);
        check(&["10.1.0.0/16"], &["10.0.0.0/8"], false);
        check(&["10.0.0.1"], &["10.0.0.1/32"], true);
        check(&["10.0.0.1"], &["10.0.0.2"], false);
        check(&["0.0.0.0/0"], &["203.0.113.7"], true);
        check(&["2001:db8::/32"], &["2001:db8:1::/48", "2001:db8::1"], true);
        check(&["2001:db8:1::/48"], &["2001:db8::/32"], false);
        check(&["::/0"], &["2001:db8::1"], true);
        // The bits behind a prefix do not count.
        check(&["10.0.0.77/24"], &["10.0.0.0/24"], true);
    }

    #[test]
    fn networks_that_touch_are_one() {
        check(&["10.0.0.0/25", "10.0.0.128/25"], &["10.0.0.0/24"], true);
        check(&["10.0.0.0/25", "10.0.1.0/25"], &["10.0.0.0/24"], false);
        check(&["255.255.255.254/31", "0.0.0.0"], &["255.255.255.255"], true);
    }

    #[test]
    fn families_are_apart_and_a_mapped_address_is_ipv4() {
        check(&["0.0.0.0/0"], &["::1"], false);
        check(&["::/0"], &["10.0.0.1"], false);
        check(&["10.0.0.0/8"], &["::ffff:10.0.0.1", "::ffff:10.1.0.0/112"], true);
    }

    #[test]
    fn what_is_no_address_is_known_by_its_text() {
        check(&["vpn"], &["vpn"], true);
        check(&["10.0.0.0/8"], &["vpn"], false);
        check(&["10.0.0.0/8"], &["10.0.0.0/33"], false);
    }
}
