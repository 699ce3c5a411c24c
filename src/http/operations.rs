//! What the API's document says of each operation, as the server itself uses it: what is not documented is not taken.

use std::collections::HashMap;

use http::{HeaderMap, Method};
use serde_json::Value;

use crate::{
    base::error::{Error, Result},
    http::{mcp, media, query::pairs},
};

/// Where a creation leads, from the address that it was asked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Created {
    /// `…/labels` → `…/labels/{label}`
    Below,
    /// `/projects/{project}/tasks/{task}/comments` → `/projects/{project}/comments/{comment}`
    InProject,
}

/// Whether the operation that a request asks for takes callers without credentials.
#[derive(Clone, Copy, Debug)]
pub struct Public(pub bool);

/// What the body of the operation that a request asks for is, if it is a file, which its handler reads as it comes.
#[derive(Clone, Copy, Debug)]
pub struct Uploads(pub Option<File>);

/// What a file is for; each has a limit of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    Attachment,
    Import,
}

#[derive(Debug, Default)]
pub struct Operation {
    /// The names of its query parameters.
    query: Vec<String>,
    /// The media types that its answers come in; none when they have no body, or a body of any type.
    answers: Vec<String>,
    /// It is for callers who are not signed in, too.
    pub public: bool,
    /// Its body is a file.
    pub uploads: Option<File>,
    /// It is for programs with a token, and no cookie is looked at.
    pub by_token: bool,
    created: Option<Created>,
}

/// The operations of the API by route and method.
#[derive(Debug)]
pub struct Operations(HashMap<String, HashMap<Method, Operation>>);

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];

impl Operations {
    #[must_use]
    pub fn of(document: &Value) -> Self {
        let paths = document["paths"].as_object();
        let routes = || paths.into_iter().flatten().map(|(path, _)| path.as_str());
        let mut all = HashMap::new();
        for (path, operations) in paths.into_iter().flatten() {
            let of_path = METHODS.into_iter().filter_map(|method| {
                let operation = operations.get(method.as_str().to_lowercase())?;
                let created = (method == Method::POST).then(|| created(path, routes())).flatten();
                Some((method, Operation { created, ..Operation::of(operation) }))
            });
            all.insert(path.clone(), of_path.collect());
        }
        for path in mcp::PATHS {
            all.insert(path.into(), HashMap::from([(Method::POST, Operation::of_tools())]));
        }
        Self(all)
    }

    #[must_use]
    pub fn find(&self, method: &Method, route: &str) -> Option<&Operation> {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        self.0.get(route)?.get(method)
    }

    /// The methods of a route, for `Allow`.
    #[must_use]
    pub fn methods(&self, route: &str) -> Option<String> {
        let known = self.0.get(route)?;
        let mut methods: Vec<&str> =
            METHODS.iter().filter(|method| known.contains_key(*method)).map(Method::as_str).collect();
        if let Some(get) = methods.iter().position(|method| *method == "GET") {
            methods.insert(get + 1, "HEAD");
        }
        methods.push("OPTIONS");
        Some(methods.join(", "))
    }
}

/// The route of one object, when a list's route is given.
fn created<'a>(path: &str, mut routes: impl Iterator<Item = &'a str> + Clone) -> Option<Created> {
    let is_one_of = |route: &str, list: &str| {
        route.strip_prefix(list).and_then(|rest| rest.strip_prefix("/{")).is_some_and(|rest| !rest.contains('/'))
    };
    if routes.clone().any(|route| is_one_of(route, path)) {
        return Some(Created::Below);
    }
    let noun = path.rsplit('/').next().unwrap_or_default();
    let list = format!("{PROJECT}/{noun}");
    (path.starts_with(PROJECT) && routes.any(|route| is_one_of(route, &list))).then_some(Created::InProject)
}

const PROJECT: &str = "/api/v1/projects/{project}";

impl Operation {
    fn of(operation: &Value) -> Self {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let query = parameters.filter(|parameter| parameter["in"] == "query");
        let query = query.filter_map(|parameter| parameter["name"].as_str().map(ToOwned::to_owned)).collect();
        let responses = operation["responses"].as_object().into_iter().flatten();
        let good = responses.filter(|(status, _)| status.starts_with('2')).map(|(_, response)| response);
        let mut answers: Vec<String> = good
            .filter_map(|response| response["content"].as_object())
            .flat_map(|content| content.keys().cloned())
            .collect();
        if answers.iter().any(|media| media.contains('*') || media == "application/octet-stream") {
            answers.clear();
        }
        let public = operation["security"]
            .as_array()
            .is_some_and(|ways| ways.iter().all(|way| way.as_object().is_some_and(serde_json::Map::is_empty)));
        let takes_file = operation["requestBody"]["content"].get("multipart/form-data").is_some();
        let file = if operation["tags"][0] == "imports" { File::Import } else { File::Attachment };
        let uploads = takes_file.then_some(file);
        Self { query, answers, public, uploads, by_token: false, created: None }
    }

    /// The calls of tools, which speak a protocol of their own and stand in no document.
    fn of_tools() -> Self {
        Self { query: vec!["run".into()], answers: vec![media::JSON.into()], by_token: true, ..Self::default() }
    }

    /// Refuse a query with a parameter that the document does not list.
    pub fn check_query(&self, query: &str) -> Result<()> {
        let unknown = pairs(query)?.into_iter().find(|(name, _)| !self.query.contains(name));
        let Some((name, _)) = unknown else { return Ok(()) };
        let expected =
            if self.query.is_empty() { "no parameters".into() } else { format!("only {}", self.query.join(", ")) };
        let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        Err(Error::invalid(pointer, format!("is unknown: this takes {expected}")))
    }

    /// Refuse a client that takes nothing of what may be answered.
    pub fn check_accept(&self, headers: &HeaderMap) -> Result<()> {
        if self.answers.is_empty() || media::takes_one(headers, &self.answers) {
            return Ok(());
        }
        Err(Error::NotAcceptable { offered: self.answers.join(", ") })
    }

    /// The address of what was created under this id, by a request to `path`.
    #[must_use]
    pub fn location(&self, path: &str, id: &str) -> Option<String> {
        match self.created? {
            Created::Below => Some(format!("{}/{id}", path.trim_end_matches('/'))),
            Created::InProject => {
                let project: Vec<&str> = path.split('/').take(5).collect();
                let noun = path.rsplit('/').next()?;
                Some(format!("{}/{noun}/{id}", project.join("/")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_created_has_an_address() {
        let operation = json!({"responses": {"201": {"content": {"application/json": {}}}}});
        let document = json!({"paths": {
            "/api/v1/projects": {"post": operation},
            "/api/v1/projects/{project}": {"get": operation},
            "/api/v1/projects/{project}/labels": {"post": operation},
            "/api/v1/projects/{project}/labels/{label}": {"patch": operation},
            "/api/v1/projects/{project}/tasks/{task}/comments": {"post": operation},
            "/api/v1/projects/{project}/comments/{comment}": {"patch": operation},
            "/api/v1/invitations/accept": {"post": operation},
        }});
        let operations = Operations::of(&document);
        let location = |route: &str, path: &str| operations.find(&Method::POST, route).unwrap().location(path, "7");
        let projects = "/api/v1/projects";
        assert_eq!(location(projects, projects).unwrap(), "/api/v1/projects/7");
        let labels = "/api/v1/projects/{project}/labels";
        assert_eq!(location(labels, "/api/v1/projects/p/labels").unwrap(), "/api/v1/projects/p/labels/7");
        let comments = "/api/v1/projects/{project}/tasks/{task}/comments";
        let asked = "/api/v1/projects/p/tasks/WEB-1/comments";
        assert_eq!(location(comments, asked).unwrap(), "/api/v1/projects/p/comments/7");
        let accept = "/api/v1/invitations/accept";
        assert_eq!(location(accept, accept), None);
    }
}
