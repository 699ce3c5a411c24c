//! What members may do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a member may do, each more than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, sqlx_macros::Type, ToSchema)]
#[serde(rename_all = "snake_case")]
#[repr(i16)]
pub enum Role {
    Viewer = 1,
    Commenter = 2,
    Editor = 3,
    Manager = 4,
    Owner = 5,
}

impl Role {
    /// Whether a member with this role may give a role to others: owners every role, managers those below their own.
    #[must_use]
    pub fn may_give(self, role: Self) -> bool {
        self == Self::Owner || (self == Self::Manager && role < self)
    }

    /// What is left of a role that a member with this role gave earlier, as with a token's scopes: no more than they may
    /// give now.
    #[must_use]
    pub fn still_gives(self, role: Self) -> Option<Self> {
        [Self::Owner, Self::Manager, Self::Editor, Self::Commenter, Self::Viewer]
            .into_iter()
            .find(|given| *given <= role && self.may_give(*given))
    }
}

/// What a handler needs of its caller.
pub trait Right: Send + Sync + 'static {
    const ROLE: Role;
}

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident = $role:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;
        impl Right for $name {
            const ROLE: Role = Role::$role;
        }
    )+};
}

rights!(
    /// See the project, its stream and its files.
    Read = Viewer,
    /// Comment.
    Comment = Commenter,
    /// Create, edit and move tasks.
    Write = Editor,
    /// Columns, labels, settings, members below the own role.
    Manage = Manager,
    /// Everything, the project's end included.
    Own = Owner,
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_shrinks_with_the_role_of_who_gave_it() {
        use Role::{Commenter, Editor, Manager, Owner, Viewer};
        for role in [Viewer, Commenter, Editor, Manager, Owner] {
            assert_eq!(Owner.still_gives(role), Some(role));
            assert_eq!(Manager.still_gives(role), Some(role.min(Editor)));
            for below in [Viewer, Commenter, Editor] {
                assert_eq!(below.still_gives(role), None);
            }
        }
    }
}
