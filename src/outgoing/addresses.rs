//! Which addresses belong to the public network, and which to a network of its own or to none.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use http::Uri;
use ipnet::IpNet;
use url::{Host, Url};

/// Networks of IPv4 that requests do not go to, with the length of their prefix:
/// <https://www.iana.org/assignments/iana-ipv4-special-registry>, and the groups.
const NOT_PUBLIC_V4: [(Ipv4Addr, u32); 15] = [
    // This network.
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    // Between a provider and its customers.
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // The link, where clouds keep the credentials of their machines.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    // Protocols.
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    // Documentation.
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    // Relays of 6to4.
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    // Benchmarks.
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    // Documentation.
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Groups.
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    // Reserved, with the broadcast.
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// All public addresses of IPv6 are in here …
const GLOBAL_V6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
/// … but for these: <https://www.iana.org/assignments/iana-ipv6-special-registry>.
const NOT_PUBLIC_V6: [(Ipv6Addr, u32); 4] = [
    // Protocols: Teredo, which wraps IPv4, benchmarks, hashes.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    // Documentation.
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
    // 6to4, which wraps IPv4.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
];

/// How a network without IPv4 reaches the addresses of IPv4: the last 32 bits are one (RFC 6052).
const NAT64: (Ipv6Addr, u32) = (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96);

fn in_v4(address: Ipv4Addr, (network, length): (Ipv4Addr, u32)) -> bool {
    (address.to_bits() ^ network.to_bits()).leading_zeros() >= length
}

fn in_v6(address: Ipv6Addr, (network, length): (Ipv6Addr, u32)) -> bool {
    (address.to_bits() ^ network.to_bits()).leading_zeros() >= length
}

/// The address that is meant: one of IPv4 may be written as one of IPv6.
fn meant(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) if in_v6(address, NAT64) => {
            let [.., a, b, c, d] = address.octets();
            IpAddr::V4(Ipv4Addr::new(a, b, c, d))
        }
        address => address,
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_PUBLIC_V4.iter().any(|network| in_v4(address, *network)),
        IpAddr::V6(address) => {
            in_v6(address, GLOBAL_V6) && !NOT_PUBLIC_V6.iter().any(|network| in_v6(address, *network))
        }
    }
}

/// Which addresses requests may go to.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Networks that are not public and that the settings name.
    opened: Arc<[IpNet]>,
}

impl Reach {
    #[must_use]
    pub fn new(opened: &[IpNet]) -> Self {
        Self { opened: opened.into() }
    }

    #[must_use]
    pub fn allows(&self, address: IpAddr) -> bool {
        is_public(meant(address)) || self.opens(address)
    }

    /// Whether the settings name a network that this address is in.
    #[must_use]
    pub fn opens(&self, address: IpAddr) -> bool {
        let address = meant(address);
        self.opened.iter().any(|network| network.contains(&address))
    }
}

const LONGEST_URL: usize = 2_048;

/// Refuse an address that requests cannot go to, as far as it says so itself: where a name leads is checked when it is
/// dialled. `http` is for the networks that the settings name.
pub fn check_url(reach: &Reach, text: &str) -> Result<(), &'static str> {
    if text.len() > LONGEST_URL {
        return Err("must have at most 2048 bytes");
    }
    let (Ok(url), Ok(_)) = (Url::parse(text), text.parse::<Uri>()) else {
        return Err("must be an https address");
    };
    let plain = match url.scheme() {
        "https" => false,
        "http" if reach.opened.is_empty() => return Err("must be an https address"),
        "http" => true,
        _ => return Err("must be an https address"),
    };
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err("must be without a name, a password and #");
    }
    let address: IpAddr = match url.host() {
        Some(Host::Ipv4(address)) => address.into(),
        Some(Host::Ipv6(address)) => address.into(),
        // Names of this machine itself (RFC 6761).
        Some(Host::Domain(name)) if is_localhost(name) => Ipv4Addr::LOCALHOST.into(),
        _ => return Ok(()),
    };
    if !reach.allows(address) {
        return Err("must be a public address, or in a network that --outgoing-networks names");
    }
    if plain && !reach.opens(address) {
        return Err("must be an https address: http is for networks that --outgoing-networks names");
    }
    Ok(())
}

fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_itself_that_it_is_not_for_requests() {
        let closed = Reach::new(&[]);
        let opened = Reach::new(&["10.0.0.0/8".parse().unwrap()]);
        for (text, without, with) in [
            ("https://hooks.example.org/x?token=1", true, true),
            ("https://1.1.1.1:8443/x", true, true),
            ("http://hooks.example.org/x", false, true),
            ("http://1.1.1.1/x", false, false),
            ("http://10.0.0.1/x", false, true),
            ("https://10.1/x", false, true),
            ("https://localhost/x", false, false),
            ("https://a.LOCALHOST./x", false, false),
            ("https://[::ffff:127.0.0.1]/", false, false),
            ("https://alice:secret@hooks.example.org/", false, false),
            ("https://hooks.example.org/#x", false, false),
            ("ftp://hooks.example.org/", false, false),
            ("hooks.example.org", false, false),
            ("", false, false),
        ] {
            assert_eq!(check_url(&closed, text).is_ok(), without, "{text}");
            assert_eq!(check_url(&opened, text).is_ok(), with, "{text}, with a network");
        }
    }

    fn allows(opened: &[&str], address: &str) -> bool {
        let opened: Vec<IpNet> = opened.iter().map(|network| network.parse().unwrap()).collect();
        Reach::new(&opened).allows(address.parse().unwrap())
    }

    #[test]
    fn requests_go_to_public_addresses() {
        for address in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.1",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:4860:4860::8888",
            "2001:200::1",
            "2003::1",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
        ] {
            assert!(allows(&[], address), "{address}");
        }
    }

    #[test]
    fn requests_go_to_no_address_that_is_not_public() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.170",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            // Unspecified, loopback, and the deprecated way to write an address of IPv4.
            "::",
            "::1",
            "::127.0.0.1",
            "::1.1.1.1",
            // Mapped, and mapped twice over.
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "::ffff:0:127.0.0.1",
            // NAT64 by its own prefix and by one for local use.
            "64:ff9b::10.0.0.1",
            "64:ff9b::127.0.0.1",
            "64:ff9b:1::1.1.1.1",
            // 6to4, also of a public address, and Teredo.
            "2002:7f00:1::1",
            "2002:a00:1::",
            "2002:101:101::1",
            "2001::1",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
            // Benchmarks, hashes, documentation, discarding.
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "3fff::1",
            "3fff:fff::1",
            "100::1",
            "5f00::1",
            // Unique local, link-local, the former site-local, groups.
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "ff0e::1",
        ] {
            assert!(!allows(&[], address), "{address}");
        }
    }

    #[test]
    fn a_network_that_the_settings_name_is_open_and_no_other() {
        let opened = ["10.1.0.0/16", "fd00:1::/32"];
        for address in ["10.1.2.3", "::ffff:10.1.2.3", "64:ff9b::10.1.2.3", "fd00:1::5", "1.1.1.1"] {
            assert!(allows(&opened, address), "{address}");
        }
        for address in ["10.2.0.1", "127.0.0.1", "fd00:2::5", "2002:a01:203::1"] {
            assert!(!allows(&opened, address), "{address}");
        }
    }
}
