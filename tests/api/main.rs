//! The whole server from outside. Every test makes its own people and projects, so that all of
//! them run at once against one process; the replay law is checked after every mutation.
#![recursion_limit = "512"]
#![expect(
    clippy::unwrap_used,
    clippy::match_wild_err_arm,
    clippy::disallowed_methods,
    clippy::needless_pass_by_value,
    reason = "a test ends with a panic, reads its own settings, makes ids that nobody has, and \
              writes bodies where they are sent"
)]

mod access;
mod account_export;
mod account_removal;
mod activity;
mod archive;
mod attachments;
mod audit;
mod backup;
mod below;
mod bulk;
mod calendars;
mod checklist;
mod cli;
mod columns;
mod comments;
mod concurrency;
mod console;
mod contract;
mod copies;
mod crash;
mod crowds;
mod doctor;
mod done;
mod drain;
mod events;
mod exports;
mod faults;
mod files;
mod idempotency;
mod if_match;
mod imports;
mod input;
mod invitation_links;
mod invitations;
mod labels;
mod live;
mod load;
mod log_lines;
mod mail;
mod markdown;
mod maxima;
mod mcp;
mod members;
mod metrics;
mod min_seq;
mod nodes;
mod notifications;
mod openapi;
mod operating;
mod origins;
mod orphans;
mod password_resets;
mod past;
mod policy;
mod postgres;
mod presence;
mod process;
mod project_trash;
mod projects;
mod proxy;
mod push;
mod queries;
mod quiet_tasks;
mod reminders;
mod replay;
mod reports;
mod restored;
mod retention;
mod revocation;
mod s3;
mod scheduled_backups;
mod search;
mod session;
mod settings_file;
mod sign_ins;
mod slow;
mod snapshot;
mod stream;
mod support;
mod sweeps;
mod tail;
mod task_lists;
mod tasks;
mod timeline;
mod tokens;
mod topic;
mod totps;
mod trash;
mod undo;
mod updated;
mod users;
mod views;
mod watching;
mod webhook_chats;
mod webhook_settings;
mod webhooks;
