//! By which ways a person wants to be told of what.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    base::{
        error::{Error, Result},
        ids::UserId,
    },
    change::Transaction,
    db::{Bind, Db},
    model::present,
};

/// Why a person is told something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotificationKind {
    Assigned,
    Added,
    Mentioned,
    Commented,
    Due,
    Overdue,
}

/// The ways of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Channels {
    pub page: bool,
    pub email: bool,
    pub push: bool,
}

impl Channels {
    #[must_use]
    pub const fn any(self) -> bool {
        self.page || self.email || self.push
    }
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelsPatch {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    page: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    email: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    push: Option<bool>,
}

macro_rules! kinds {
    ($($kind:ident $name:ident),+ $(,)?) => {
        impl NotificationKind {
            pub const ALL: &'static [Self] = &[$(Self::$kind),+];

            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => stringify!($name),)+
                }
            }
        }

        /// The ways of each kind of notification.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
        pub struct NotificationSettings {
            $(pub $name: Channels,)+
        }

        /// What changes: any part of it.
        #[derive(Debug, Default, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct NotificationSettingsPatch {
            $(#[serde(default, deserialize_with = "present")]
            #[schema(nullable = false)]
            $name: Option<ChannelsPatch>,)+
        }

        impl NotificationSettings {
            fn of(channels: impl Fn(NotificationKind) -> Channels) -> Self {
                Self { $($name: channels(NotificationKind::$kind),)+ }
            }
        }

        impl NotificationSettingsPatch {
            const fn of(&self, kind: NotificationKind) -> Option<ChannelsPatch> {
                match kind {
                    $(NotificationKind::$kind => self.$name,)+
                }
            }
        }
    };
}

kinds!(
    Assigned assigned,
    Added added,
    Mentioned mentioned,
    Commented commented,
    Due due,
    Overdue overdue,
);

impl NotificationKind {
    /// Whether it is about this very person, and not about something that they follow.
    #[must_use]
    pub const fn names_the_person(self) -> bool {
        matches!(self, Self::Assigned | Self::Added | Self::Mentioned)
    }

    /// How everybody is told at first.
    const fn channels(self) -> Channels {
        let push = matches!(self, Self::Assigned | Self::Mentioned | Self::Due);
        Channels { page: true, email: !matches!(self, Self::Overdue), push }
    }
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    user_id: UserId,
    kind: String,
    on_page: bool,
    by_email: bool,
    by_push: bool,
}

impl Row {
    fn kind(&self) -> Option<NotificationKind> {
        NotificationKind::ALL.iter().copied().find(|kind| kind.name() == self.kind)
    }

    const fn channels(&self) -> Channels {
        Channels { page: self.on_page, email: self.by_email, push: self.by_push }
    }
}

const OF_ONE: &str = "select user_id, kind, on_page, by_email, by_push from notification_settings where user_id = $1";

fn settings(rows: &[Row]) -> NotificationSettings {
    NotificationSettings::of(|kind| {
        let row = rows.iter().find(|row| row.kind == kind.name());
        row.map_or_else(|| kind.channels(), Row::channels)
    })
}

pub async fn find(db: &Db, user: UserId) -> Result<NotificationSettings> {
    Ok(settings(&db.query(OF_ONE).bind(user).all().await?))
}

pub async fn patch(
    tx: &mut Transaction,
    user: UserId,
    patch: &NotificationSettingsPatch,
) -> Result<NotificationSettings> {
    let rows: Vec<Row> = tx.query(OF_ONE).bind(user).all().await?;
    for kind in NotificationKind::ALL {
        let Some(new) = patch.of(*kind) else { continue };
        let row = rows.iter().find(|row| row.kind == kind.name());
        let now = row.map_or_else(|| kind.channels(), Row::channels);
        tx.query(
            "insert into notification_settings (user_id, kind, on_page, by_email, by_push)
             values ($1, $2, $3, $4, $5)
             on conflict (user_id, kind) do update
             set on_page = excluded.on_page, by_email = excluded.by_email, by_push = excluded.by_push",
        )
        .bind(user)
        .bind(kind.name())
        .bind(new.page.unwrap_or(now.page))
        .bind(new.email.unwrap_or(now.email))
        .bind(new.push.unwrap_or(now.push))
        .execute()
        .await?;
    }
    Ok(settings(&tx.query(OF_ONE).bind(user).all().await?))
}

/// Mail a person no more of these kinds, which are named as in a mail: by a link in it, without a session.
pub async fn end_mails(db: &Db, user: UserId, kinds: &str) -> Result<()> {
    let mut tx = db.begin().await?;
    let (known,): (i64,) = tx.query("select count(*) from users where id = $1").bind(user).one().await?;
    if known == 0 {
        return Err(Error::NotFound);
    }
    for kind in NotificationKind::ALL.iter().filter(|known| kinds.split(", ").any(|kind| known.name() == kind)) {
        let channels = kind.channels();
        tx.query(
            "insert into notification_settings (user_id, kind, on_page, by_email, by_push)
             values ($1, $2, $3, false, $4)
             on conflict (user_id, kind) do update set by_email = false",
        )
        .bind(user)
        .bind(kind.name())
        .bind(channels.page)
        .bind(channels.push)
        .execute()
        .await?;
    }
    tx.commit().await
}

/// How each of these persons wants to be told of these kinds of news.
pub async fn of_all(
    tx: &mut Transaction,
    told: &BTreeSet<(UserId, NotificationKind)>,
) -> Result<BTreeMap<(UserId, NotificationKind), Channels>> {
    let rows: Vec<Row> = tx
        .query(
            "select s.user_id, s.kind, s.on_page, s.by_email, s.by_push from {rows $1: id uuid, kind text} r
             join notification_settings s on s.user_id = r.id and s.kind = r.kind",
        )
        .bind_rows(told, |cells, (user, kind)| cells.bind(*user).bind(kind.name()))
        .all()
        .await?;
    let mut channels: BTreeMap<_, _> = told.iter().map(|one| (*one, one.1.channels())).collect();
    channels.extend(rows.iter().filter_map(|row| Some(((row.user_id, row.kind()?), row.channels()))));
    Ok(channels)
}
