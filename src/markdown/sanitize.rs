//! The last word on HTML: what is not listed here does not come out, whatever the renderer makes.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};

const TAGS: [&str; 29] = [
    "p",
    "br",
    "hr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "strong",
    "em",
    "del",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "a",
    "img",
    "input",
    "span",
    "sup",
];

static POLICY: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut policy = Builder::empty();
    let attributes = [
        ("a", &["href", "title", "rel", "target"][..]),
        ("img", &["src", "alt", "title", "loading"]),
        ("input", &["checked", "disabled", "data-box"]),
        ("span", &["data-mention"]),
        ("ol", &["start"]),
        ("th", &["align"]),
        ("td", &["align"]),
        // Which language a block of code is in.
        ("code", &["class"]),
    ];
    policy
        .tags(HashSet::from(TAGS))
        .tag_attributes(attributes.map(|(tag, names)| (tag, names.iter().copied().collect())).into())
        // A box that can be nothing else.
        .set_tag_attribute_value("input", "type", "checkbox")
        .allowed_classes(HashMap::from([("a", HashSet::from(["reference"])), ("span", HashSet::from(["mention"]))]))
        .attribute_filter(|tag, name, value| match (tag, name) {
            ("code", "class") => {
                let language = value.strip_prefix("language-")?;
                let plain = language.chars().all(|c| c.is_ascii_alphanumeric() || "+-_#.".contains(c));
                plain.then(|| value.into())
            }
            // Images come from this server and no other.
            ("img", "src") => value.starts_with("/api/v1/projects/").then(|| value.into()),
            _ => Some(value.into()),
        })
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::PassThrough)
        // The renderer says it where it belongs.
        .link_rel(None);
    policy
});

pub(super) fn sanitize(html: &str) -> String {
    POLICY.clean(html).to_string()
}

/// HTML of ours as a mail may hold it: no images, whose addresses need a session, and links that lead here from anywhere.
#[must_use]
pub fn for_mail(html: &str, public_url: &str) -> String {
    let base = public_url.to_owned();
    let mut policy = Builder::empty();
    policy
        .tags(TAGS.iter().copied().filter(|tag| !["img", "input"].contains(tag)).collect())
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"])), ("ol", HashSet::from(["start"]))]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer nofollow"))
        .attribute_filter(move |_, name, value| match name {
            "href" if value.starts_with('/') => Some(format!("{base}{value}").into()),
            _ => Some(value.into()),
        });
    policy.clean(html).to_string()
}
