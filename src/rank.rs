//! Order keys between neighbours: fractional indexing over the digits `0-9A-Za-z`, as described by
//! David Greenspan ("Implementing Fractional Indexing"). Keys are compared byte by byte and never
//! end in the lowest digit, so there is always room below a key.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Keys longer than this are spread anew.
pub const LONGEST: usize = 24;

fn digit(key: &[u8], at: usize, default: usize) -> usize {
    key.get(at).map_or(default, |byte| DIGITS.iter().position(|d| d == byte).unwrap_or(0))
}

/// A key strictly between two keys; `None` stands for the open end on that side.
#[must_use]
pub fn between(low: Option<&str>, high: Option<&str>) -> String {
    let low = low.unwrap_or("").as_bytes();
    let mut key = Vec::new();
    let mut high = high.map(str::as_bytes);
    let mut at = 0;
    loop {
        let below = digit(low, at, 0);
        let above = high.map_or(DIGITS.len(), |key| digit(key, at, 0));
        if above > below + 1 {
            // At an open end a step of one leaves room for many more of the same; in between, the middle does.
            let step = match (high, at < low.len()) {
                (None, true) => below + 1,
                _ => usize::midpoint(below, above),
            };
            key.push(DIGITS[step]);
            return String::from_utf8(key).unwrap_or_default();
        }
        key.push(DIGITS[below]);
        if above == below + 1 {
            // Everything that continues `low` is below `high` from here on.
            high = None;
        }
        at += 1;
    }
}

/// `count` keys in order, evenly spread and short.
#[must_use]
pub fn spread(count: usize) -> Vec<String> {
    let mut width = 1;
    let mut room = DIGITS.len();
    while room <= count.saturating_mul(4) {
        width += 1;
        room = room.saturating_mul(DIGITS.len());
    }
    let gap = room / (count + 1);
    (1..=count)
        .map(|n| {
            let mut value = n * gap;
            let mut key = vec![b'0'; width];
            for place in key.iter_mut().rev() {
                *place = DIGITS[value % DIGITS.len()];
                value /= DIGITS.len();
            }
            // The lowest digit may not end a key.
            while key.last() == Some(&b'0') {
                key.pop();
            }
            String::from_utf8(key).unwrap_or_default()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn appending_ten_thousand_keys_stays_in_order() {
        let mut last = between(None, None);
        for _ in 0..10_000 {
            let next = between(Some(&last), None);
            assert!(next > last, "{next} after {last}");
            last = next;
        }
    }

    #[test]
    fn spread_keys_are_ordered_and_short() {
        for count in [1, 2, 61, 62, 63, 5_000] {
            let keys = spread(count);
            assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "{count}");
            assert!(keys.iter().all(|key| key.len() <= 4 && !key.is_empty() && !key.ends_with('0')));
        }
    }

    proptest! {
        #[test]
        fn a_key_is_always_strictly_between_its_neighbours(places in prop::collection::vec(any::<prop::sample::Index>(), 1..400)) {
            let mut keys: Vec<String> = vec![];
            for place in places {
                let at = place.index(keys.len() + 1);
                let low = at.checked_sub(1).map(|i| keys[i].clone());
                let high = keys.get(at).cloned();
                let key = between(low.as_deref(), high.as_deref());
                prop_assert!(!key.ends_with('0'));
                prop_assert!(low.is_none_or(|low| low < key));
                prop_assert!(high.is_none_or(|high| key < high));
                keys.insert(at, key);
            }
        }
    }
}
