//! What is written to the audit log: who did what, to whom or what, and by which way.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::base::ids::{ProjectId, TokenId, UserId};

macro_rules! acts {
    ($($(#[$doc:meta])* $act:ident = $name:literal,)+) => {
        /// What was done. The names are those of the log's lines, too.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[schema(as = AuditAct)]
        pub enum Act {
            $($(#[$doc])* $act,)+
        }

        impl Act {
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$act => $name,)+
                }
            }
        }
    };
}

acts!(
    /// A sign-in, or a password asked for once more, that was refused.
    SignIn = "sign_in",
    SignUp = "sign_up",
    /// An administrator, or the command line, made an account.
    UserCreate = "user_create",
    /// An administrator changed an account.
    Administer = "administer",
    Password = "password",
    ForgottenPassword = "forgotten_password",
    PasswordLink = "password_link",
    /// A code of a second factor that was refused.
    SecondFactor = "second_factor",
    TotpOn = "totp_on",
    TotpOff = "totp_off",
    /// A person made new recovery codes.
    RecoveryCodes = "recovery_codes",
    /// A person signed in by a recovery code.
    RecoveryCode = "recovery_code",
    /// An administrator, or the command line, took the second factor off an account.
    TakeSecondFactor = "take_second_factor",
    /// A person deleted their account.
    RemoveAccount = "remove_account",
    TokenCreate = "token_create",
    TokenRevoke = "token_revoke",
    /// An administrator ended a session of another person.
    SessionEnd = "session_end",
    InvitationCreate = "invitation_create",
    InvitationRevoke = "invitation_revoke",
    MemberAdd = "member_add",
    MemberRole = "member_role",
    MemberRemove = "member_remove",
    GiveOwner = "give_owner",
    ProjectArchive = "project_archive",
    ProjectUnarchive = "project_unarchive",
    ProjectDelete = "project_delete",
    ProjectRestore = "project_restore",
    /// A project was deleted for good.
    ProjectPurge = "project_purge",
    WebhookCreate = "webhook_create",
    WebhookChange = "webhook_change",
    WebhookDelete = "webhook_delete",
    WebhookRotate = "webhook_rotate",
    WebhookPing = "webhook_ping",
    WebhookRedeliver = "webhook_redeliver",
    MailRetry = "mail_retry",
    MailRemove = "mail_remove",
    /// A project was exported.
    Export = "export",
    /// A person exported their own data.
    AccountExport = "account_export",
    Import = "import",
    /// The audit log itself was exported.
    AuditExport = "audit_export",
    Backup = "backup",
    /// This database was made from a backup.
    Restore = "restore",
    /// An administrator changed the policy of the instance.
    Policy = "policy",
    /// The server began with other settings than before.
    Settings = "settings",
);

/// What an act is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    User(UserId),
    /// An e-mail address with or without an account.
    Account,
    Project(ProjectId),
    /// A noun that has no page of its own, and its id.
    Other(&'static str, Uuid),
}

impl Target {
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Account => "account",
            Self::Project(_) => "project",
            Self::Other(kind, _) => kind,
        }
    }

    #[must_use]
    pub const fn id(self) -> Option<Uuid> {
        match self {
            Self::User(user) => Some(user.0),
            Self::Account => None,
            Self::Project(project) => Some(project.0),
            Self::Other(_, id) => Some(id),
        }
    }
}

/// Who did it, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct By {
    pub actor: Option<(UserId, String)>,
    pub token: Option<TokenId>,
    /// The name of the token, or the command line, or the schedule.
    pub via: Option<String>,
    pub address: Option<IpAddr>,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub act: Act,
    pub target: Option<Target>,
    pub target_name: Option<String>,
    pub project: Option<ProjectId>,
    pub details: Map<String, Value>,
}

impl Entry {
    #[must_use]
    pub fn new(act: Act) -> Self {
        Self { act, target: None, target_name: None, project: None, details: Map::new() }
    }

    #[must_use]
    pub const fn about(mut self, target: Target) -> Self {
        if let Target::Project(project) = target {
            self.project = Some(project);
        }
        self.target = Some(target);
        self
    }

    /// The name of its target. Those of projects are not told: administrators do not see them.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.target_name = Some(name.into());
        self
    }

    #[must_use]
    pub const fn in_project(mut self, project: ProjectId) -> Self {
        self.project = Some(project);
        self
    }

    /// Something more of it; what there is not is left out.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        // What is told here are names, numbers and lists of them.
        let value = serde_json::to_value(value).unwrap_or_default();
        if !value.is_null() {
            self.details.insert(name.into(), value);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_has_one_name() {
        for act in [Act::SignIn, Act::ProjectPurge, Act::AuditExport, Act::Settings] {
            assert_eq!(serde_json::to_value(act).unwrap(), act.name());
        }
    }
}
