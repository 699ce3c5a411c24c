//! Whose request it is: the other end of the connection, or the address that a trusted proxy forwards.

use std::{
    net::{IpAddr, SocketAddr},
    sync::atomic::{AtomicBool, Ordering},
};

use http::HeaderMap;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The client's address: the peer's, or the one that a trusted proxy forwards.
#[derive(Clone, Copy, Debug)]
pub struct Client(pub IpAddr);

/// The proxies whose word is taken, and whether others were warned of.
#[derive(Debug)]
pub struct Proxies {
    networks: Vec<IpNet>,
    warned: AtomicBool,
}

/// An address as proxies write it: bare, with a port, in brackets.
fn hop(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    bare.parse().ok().or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

/// Whether an address is one of these proxies'. An IPv4 address inside of an IPv6 one is the IPv4 address.
#[must_use]
pub fn is_proxy(networks: &[IpNet], address: IpAddr) -> bool {
    let address = address.to_canonical();
    networks.iter().any(|network| network.contains(&address))
}

impl Proxies {
    #[must_use]
    pub const fn new(networks: Vec<IpNet>) -> Self {
        Self { networks, warned: AtomicBool::new(false) }
    }

    /// The peer's address, or behind trusted proxies the last forwarded address that is not a trusted proxy's.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> Client {
        let peer = peer.to_canonical();
        if !is_proxy(&self.networks, peer) {
            if headers.contains_key(FORWARDED_FOR) && !self.warned.swap(true, Ordering::Relaxed) {
                tracing::warn!(
                    %peer,
                    "a request says X-Forwarded-For, and --proxies does not name its sender: all that comes by way of \
                     that address is limited as if it came from one client"
                );
            }
            return Client(peer);
        }
        let forwarded = headers.get_all(FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
        let mut addresses: Vec<&str> = forwarded.flat_map(|value| value.split(',')).collect();
        let mut client = peer;
        // From the nearest hop outwards. The walk ends at the first text that is not an address: the hops beyond it
        // prove nothing.
        while let Some(address) = addresses.pop().and_then(hop) {
            client = address;
            if !is_proxy(&self.networks, address) {
                break;
            }
        }
        Client(client)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn client(peer: &str, networks: &[&str], forwarded: &[&str]) -> IpAddr {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append(FORWARDED_FOR, value.parse().unwrap());
        }
        let networks = networks.iter().map(|network| network.parse().unwrap()).collect();
        Proxies::new(networks).client(address(peer), &headers).0
    }

    #[test]
    fn only_trusted_proxies_say_whose_request_it_is() {
        let hops = ["9.9.9.9, 198.51.100.7", "10.0.0.2"];
        assert_eq!(client("10.0.0.1", &["10.0.0.0/8"], &hops), address("198.51.100.7"));
        assert_eq!(client("192.0.2.1", &["10.0.0.0/8"], &hops), address("192.0.2.1"));
        assert_eq!(client("10.0.0.1", &[], &hops), address("10.0.0.1"));
        assert_eq!(client("10.0.0.1", &["10.0.0.0/8"], &["9.9.9.9, unknown"]), address("10.0.0.1"));
    }

    #[test]
    fn a_proxy_may_write_a_port_brackets_or_an_ipv4_address_as_an_ipv6_one() {
        for (written, meant) in [
            ("198.51.100.7:4711", "198.51.100.7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("\"[2001:db8::7]:4711\"", "2001:db8::7"),
            ("::ffff:198.51.100.7", "198.51.100.7"),
        ] {
            assert_eq!(client("10.0.0.1", &["10.0.0.0/8"], &[written]), address(meant), "{written}");
        }
        assert_eq!(client("::ffff:10.0.0.1", &["10.0.0.0/8"], &["198.51.100.7"]), address("198.51.100.7"));
        assert_eq!(client("::ffff:192.0.2.1", &["10.0.0.0/8"], &["198.51.100.7"]), address("192.0.2.1"));
    }
}
