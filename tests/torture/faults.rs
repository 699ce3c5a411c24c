//! For each mistake that can be planted: what a run has to do often enough to meet it, and the law that it breaks.

use std::time::Duration;

use boardcast::faults::Fault;
use clap::ValueEnum;

use crate::{
    law::{
        Breach,
        Law::{
            self, BadInput, Kept, OneOrder, OneTransaction, OnlyMembers, Presence, Pushed, Replay, Revocation,
            SlowReader, WhatWasMissed,
        },
    },
    plan::Plan,
};

pub struct Case {
    laws: &'static [Law],
    /// Many mistakes end in an error of the server: what its log has to say of this one.
    error: &'static str,
    pub plan: Plan,
}

impl Case {
    /// Whether it is this mistake that was seen, and not another one.
    pub fn shows(&self, breach: &Breach) -> bool {
        match breach.law {
            Some(BadInput) => !self.error.is_empty() && breach.evidence.contains(self.error),
            Some(law) => self.laws.contains(&law),
            None => false,
        }
    }

    pub fn expected(&self) -> String {
        let laws: Vec<String> = self.laws.iter().map(|law| format!("law {law}")).collect();
        laws.join(" or ")
    }
}

/// What no run meets, and is caught by tests of its own.
pub const ELSEWHERE: [Fault; 1] = [
    // The database has to be away for longer than a run lasts.
    Fault::StreamsOutliveDatabase,
];

pub fn name(fault: Fault) -> String {
    fault.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Nothing goes wrong but what was planted.
fn quiet(seed: u64) -> Plan {
    Plan {
        projects: 2,
        people: 4,
        writers: 6,
        readers: 6,
        round: ms(800),
        kills: None,
        restores: 0.0,
        log_stops: None,
        vanishings: None,
        trims: None,
        removals: None,
        endings: None,
        lives: None,
        presence: None,
        offline: None,
        push: None,
        cut: 0.0,
        twice: 0.0,
        failed_commits: 0,
        stray: 0.0,
        invalid: 0.0,
        stall: 0.0,
        strangers: None,
        witness: 0.0,
        ..Plan::of_sqlite(seed)
    }
}

/// The plan that a mistake is met by, and the laws of which it breaks one. Nothing where there is no Postgres and
/// it needs one.
pub fn case(fault: Fault, seed: u64, postgres: Option<&str>) -> Option<Case> {
    let quiet = quiet(seed);
    let nodes = |nodes: usize| {
        let postgres = Some(postgres?.to_owned());
        Some(Plan { postgres, nodes, ..quiet.clone() })
    };
    let ending = Plan { endings: Some(ms(20)), enders: 3, people: 7, readers: 10, stay: ms(3_000), ..quiet.clone() };
    let removing = Plan { removals: Some(ms(30)), writers: 10, stay: ms(2_000), ..quiet.clone() };
    let trimming = Plan { trims: Some(ms(50)), kept: 3, stay: ms(150), away: ms(300), ..quiet.clone() };
    let offline = Plan { offline: Some(ms(50)), ..quiet.clone() };
    let visited = Plan { presence: Some(ms(50)), writers: 2, ..quiet.clone() };
    let pushed = Plan { push: Some(ms(100)), writers: 2, ..quiet.clone() };
    let (laws, plan): (&[Law], Plan) = match fault {
        Fault::PublishBeforeCommit => (&[OneTransaction], Plan { witness: 1.0, ..quiet }),
        // A number that is nowhere looks to readers like one that was trimmed.
        Fault::NumberFromAGlobalCounter | Fault::NumberKeptWithoutEvent => {
            (&[OneTransaction, OneOrder, WhatWasMissed], quiet)
        }
        Fault::NumberReadBeforeTheLock => (&[OneOrder, BadInput], Plan { projects: 1, writers: 10, ..nodes(1)? }),
        Fault::EventInItsOwnTransaction => (&[OneTransaction, OneOrder], nodes(1)?),
        Fault::StaleMembership => (&[OnlyMembers], Plan { removals: Some(ms(8)), writers: 16, ..quiet }),
        Fault::KeyClaimedByItself => (&[Kept], Plan { twice: 0.3, ..quiet }),
        Fault::VersionThatCounts => (&[Replay, Kept], quiet),
        Fault::ForgottenField
        | Fault::ForgottenParts
        | Fault::PastStopsShort
        | Fault::PastRunsAhead
        | Fault::PastKeepsRemoved
        | Fault::ChangesForgetRemovals
        | Fault::UndoForgetsAField
        | Fault::RestoreForgetsParts => (&[Replay], quiet),
        Fault::ActivityForgets => (&[WhatWasMissed], quiet),
        Fault::UndoGoesOverOthers => (&[Kept], quiet),
        Fault::StaleIfMatchAccepted | Fault::MergedEditForgotten | Fault::ConflictsUnnamed => (&[Kept], offline),
        Fault::SilentPeopleStay | Fault::ClosedStreamsStay => (&[Presence], visited),
        Fault::FormerMembersStay => (&[Presence, Revocation], visited),
        Fault::PresenceKeptToItself => (&[Presence], Plan { presence: Some(ms(50)), writers: 2, ..nodes(2)? }),
        Fault::PushNotForgotten => (&[Pushed], pushed),
        Fault::PushToFormerMembers => (&[Revocation], pushed),
        Fault::UndoIgnoresRoles => (&[OnlyMembers], Plan { people: 6, ..quiet }),
        Fault::AnswerBeforeCommit => {
            (&[OneTransaction, Kept], Plan { kills: Some(ms(300)), writers: 16, witness: 1.0, ..quiet })
        }
        Fault::RefusalBeforeCommit => (&[Kept], Plan { projects: 1, writers: 16, ..offline }),
        // What stays of it may be no more than its number.
        Fault::PartNotRolledBack => (&[OneTransaction, OneOrder, WhatWasMissed], Plan { writers: 16, ..quiet }),
        Fault::SynchronousNormal => (&[Kept, OneTransaction], quiet.until_the_power_goes()),
        Fault::TokenReachesEverything | Fault::ScopesIgnored => (&[OnlyMembers], ending),
        Fault::StrangersFindProjects => (&[OnlyMembers], removing),
        Fault::SessionWrittenBack => (&[Revocation], Plan { endings: Some(ms(8)), readers: 2, ..ending }),
        Fault::OthersStaySignedIn => (&[Revocation], Plan { passwords: 0.5, readers: 2, ..ending }),
        Fault::RevocationIgnored => (&[Revocation], ending),
        Fault::ExpiryUnwatched => (&[Revocation], Plan { expiring: 0.8, ..ending }),
        Fault::RemovalUnseen => (&[Revocation], removing),
        Fault::DeletionUnseen => (&[Revocation], Plan { lives: Some(ms(150)), stay: ms(2_000), ..quiet }),
        Fault::LaggardSkipsAhead | Fault::CursorOffByOne => (&[WhatWasMissed], Plan { stay: ms(100), ..quiet }),
        Fault::GapSkipped => (&[WhatWasMissed], Plan { writers: 12, projects: 1, plain: true, ..nodes(2)? }),
        Fault::HintsOnly => (&[WhatWasMissed, SlowReader], Plan { lost_hints: 100, stay: ms(3_000), ..nodes(2)? }),
        Fault::CheckpointAhead => {
            // More than one checkpoint's worth behind.
            let behind = Plan { projects: 1, writers: 12, plain: true, round: ms(4_000), ..quiet };
            (&[WhatWasMissed], Plan { single: 0.0, stay: ms(200), away: ms(1_500), ..behind })
        }
        Fault::PageAcrossATrim | Fault::TrimNotReported => (&[WhatWasMissed], trimming),
        Fault::RedisForgetsWhoLeft => {
            (&[Revocation], Plan { redis: true, removals: Some(ms(30)), stay: ms(2_000), ..nodes(2)? })
        }
        Fault::RedisMixesProjects => {
            (&[OneTransaction, OneOrder, WhatWasMissed, OnlyMembers], Plan { redis: true, ..nodes(2)? })
        }
        Fault::FilterIgnored => (&[OnlyMembers], quiet),
        Fault::UserNotNotified => (&[WhatWasMissed], Plan { single: 0.0, ..removing }),
        Fault::StartAtTopicHead => {
            let plan = Plan { lost_hints: 100, projects: 1, readers: 16, stay: ms(150), ..nodes(3)? };
            (&[WhatWasMissed, Revocation], plan)
        }
        Fault::PublishAfterAFailedCommit => {
            (&[OneTransaction, WhatWasMissed], Plan { failed_commits: 10, witness: 1.0, ..quiet })
        }
        Fault::SubscribeAfterReadingHead => {
            // Nobody else listens, and the last change of a project is never far away.
            let lonely = Plan { readers: 1, single: 0.0, stay: ms(20), away: ms(1), ..quiet };
            (&[WhatWasMissed], Plan { projects: 12, writers: 12, plain: true, round: ms(200), ..lonely })
        }
        Fault::HintsNeverSent | Fault::HintsIgnored => {
            (&[WhatWasMissed], Plan { apart: true, writers: 2, plain: true, stay: ms(2_000), ..nodes(2)? })
        }
        Fault::UnboundedWriteBuffer => (&[SlowReader], Plan { stuck: Some(ms(100)), writers: 1, ..quiet }),
        // A small body of one who is not there any more may be refused as a large one before that is found.
        Fault::BodyReadForStrangers => {
            (&[SlowReader, OnlyMembers], Plan { strangers: Some(ms(100)), writers: 1, ..quiet })
        }
        Fault::ByeNotSent => (&[WhatWasMissed], Plan { kills: Some(ms(300)), stay: ms(2_000), ..quiet }),
        Fault::ChainNotCompared => (&[WhatWasMissed], Plan { restores: 1.0, ..quiet }),
        Fault::ChainForgetsPredecessor => (&[OneOrder], quiet),
        // The whole server stands still: its readers may show it first.
        Fault::LogLinesBlock => (&[SlowReader, WhatWasMissed, Revocation], Plan { log_stops: Some(ms(600)), ..quiet }),
        Fault::VanishedFilesUnnoticed => (&[Kept], Plan { vanishings: Some(ms(400)), ..quiet }),
        Fault::StreamsOutliveDatabase => return None,
    };
    let error = match fault {
        // The log's primary key refuses the second event of a number.
        Fault::NumberReadBeforeTheLock => "events_pkey",
        _ => "",
    };
    Some(Case { laws, error, plan: Plan { fault: Some(fault), ..plan } })
}
