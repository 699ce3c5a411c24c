//! The snapshot of a project: everything that its events change, at one moment.

mod cache;
mod encode;
mod past;
mod proof;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::membership::Membership,
    base::error::Result,
    change::InSnapshot,
    log::{self, LogPosition, past::HeldKind},
    model::{
        objects::for_each_kind,
        projects::{self, Project},
    },
};

pub use cache::{BoardCache, EncodedBoard};
pub use encode::Encoding;
pub use past::{Difference, Moment, PastBoard, compare, past};
pub use proof::prove;

macro_rules! board {
    ($($kind:ident: $object:ty),+ $(,)?) => {
        #[derive(Debug, Serialize, ToSchema)]
        pub struct Board {
            /// Which life of the log `seq` belongs to.
            pub epoch: String,
            /// The last event that is in this snapshot.
            pub seq: i64,
            /// Where a stream or a page of the log goes on: behind that event, in this history.
            pub cursor: String,
            /// Whether this is the board of an earlier moment (`at`); absent when it is the present one.
            #[serde(skip_serializing_if = "std::ops::Not::not")]
            #[schema(required = false)]
            pub past: bool,
            pub project: Project,
            $(pub $kind: Vec<$object>,)+
        }

        /// A constant number of statements in one reading transaction, whatever the size of the project.
        async fn read(by: &Membership, epoch: &str) -> Result<(LogPosition, Board)> {
            let mut tx = by.read().await?;
            let head = log::read::head_in(&mut tx, by.project()).await?;
            let board = Board {
                epoch: epoch.to_owned(),
                seq: head.seq,
                cursor: head.cursor(epoch),
                past: false,
                project: projects::read(&mut tx, by).await?,
                $($kind: <$object>::load_all(&mut tx, by).await?,)+
            };
            Ok((head, board))
        }

        /// The kinds of a board as events tell of them.
        pub const HELD: &[HeldKind] = &[
            HeldKind { name: "project", omitted: &[] },
            $(HeldKind { name: stringify!($kind), omitted: <$object as InSnapshot>::OMITTED },)+
        ];

        /// The kinds that a board lists, and the fields that order them.
        const LISTED: &[(&str, &[&str])] = &[$((stringify!($kind), <$object as InSnapshot>::ORDER),)+];
    };
}

for_each_kind!(board);

/// The last event of a project, for answering that nothing is new without reading the rest.
pub async fn head(by: &Membership) -> Result<LogPosition> {
    log::read::head(by.db(), by.project()).await
}
