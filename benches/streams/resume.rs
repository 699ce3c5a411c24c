//! Coming back.

use crate::{Options, sides::Ours};

pub fn storm(_options: &Options, _ours: &Ours) {}
pub fn long_log(_options: &Options) {}
