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
    if let (Some(low), None) = (low, high) {
        return behind(low.as_bytes());
    }
    let low = low.unwrap_or("").as_bytes();
    let mut key = Vec::new();
    let mut high = high.map(str::as_bytes);
    let mut at = 0;
    loop {
        let below = digit(low, at, 0);
        let above = high.map_or(DIGITS.len(), |key| digit(key, at, 0));
        if above > below + 1 {
            key.push(DIGITS[usize::midpoint(below, above)]);
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

/// A key behind a key, where nothing follows: it counts up. The run of highest digits at the beginning says how wide the
/// counter behind it is, so that keys grow with the logarithm of what is appended, and not with its number.
fn behind(low: &[u8]) -> String {
    let top = DIGITS.len() - 1;
    let run = (0..low.len()).take_while(|at| digit(low, *at, 0) == top).count();
    let width = (run + 2).min(6);
    let mut counter: Vec<usize> = (run..run + width).map(|at| digit(low, at, 0)).collect();
    for place in counter.iter_mut().rev() {
        *place += 1;
        if *place <= top {
            break;
        }
        *place = 0;
    }
    let mut key = vec![DIGITS[top]; run];
    if counter[0] == top || counter.iter().all(|place| *place == 0) {
        // The counter is used up: the next one is wider.
        key.extend([DIGITS[top], DIGITS[1]]);
    } else {
        key.extend(counter.into_iter().map(|place| DIGITS[place]));
        // The lowest digit may not end a key.
        while key.last() == Some(&b'0') {
            key.pop();
        }
    }
    String::from_utf8(key).unwrap_or_default()
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

/// `count` keys in order between two keys; `None` stands for the open end on that side. Halving keeps them short.
#[must_use]
pub fn spread_between(low: Option<&str>, high: Option<&str>, count: usize) -> Vec<String> {
    if low.is_none() && high.is_none() {
        return spread(count);
    }
    let mut keys = vec![String::new(); count];
    fill(&mut keys, low, high);
    keys
}

fn fill(keys: &mut [String], low: Option<&str>, high: Option<&str>) {
    let middle = keys.len() / 2;
    let (left, rest) = keys.split_at_mut(middle);
    let Some((key, right)) = rest.split_first_mut() else { return };
    *key = between(low, high);
    fill(left, low, Some(key));
    fill(right, Some(key), high);
}

/// `count` keys in order behind a key, evenly spread: what is appended at once.
#[must_use]
pub fn append(low: Option<&str>, count: usize) -> Vec<String> {
    let Some(low) = low else { return spread(count) };
    let first = between(Some(low), None);
    // All keys that begin with `first` are behind `low`, and `spread` puts them in order.
    spread(count).into_iter().map(|key| first.clone() + &key).collect()
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
            assert!(next.len() <= 4, "{next}: what is appended stays short");
            last = next;
        }
    }

    #[test]
    fn keys_behind_any_key_are_behind_it() {
        for low in ["z", "zz", "zzzzzzzzzzzzzzzzzzzz", "zy", "yz", "yzz", "zyzz", "zyzzz", "A", "Az", "9z", "zV1"] {
            let next = between(Some(low), None);
            assert!(next.as_str() > low && !next.ends_with('0'), "{next} after {low}");
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

    #[test]
    fn keys_between_and_behind_others_are_ordered_and_short() {
        for (low, high) in [(Some("A"), None), (None, Some("A")), (Some("A"), Some("B")), (Some("Az"), Some("B1"))] {
            for count in [1, 2, 63, 1_025] {
                let keys = spread_between(low, high, count);
                assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "{low:?} {high:?} {count}");
                assert!(
                    low.is_none_or(|low| low < keys[0].as_str())
                        && high.is_none_or(|high| keys[count - 1].as_str() < high)
                );
                assert!(keys.iter().all(|key| key.len() <= 8 && !key.ends_with('0')), "{low:?} {high:?} {count}");
            }
        }
        for count in [1, 5_000] {
            let keys = append(Some("Vz"), count);
            assert!(keys.windows(2).all(|pair| pair[0] < pair[1]) && keys[0].as_str() > "Vz");
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
