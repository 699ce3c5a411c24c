//! Query parameters. A struct with `Deserialize` and `IntoParams` declares those of an operation once: the handler
//! parses them with [`Query`], and `params(…)` in its `#[utoipa::path]` puts them into the API's document. What the
//! document does not list is refused (`operations::Operation`), so a struct cannot be parsed without being documented.
//! An enum's default is documented on the enum (`#[schema(default = "…")]`) and its parameter is `#[param(inline)]`.

use std::{borrow::Cow, collections::BTreeMap, str::FromStr};

use axum::{
    extract::FromRequestParts,
    http::{Uri, request::Parts},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{
        DeserializeOwned, Error as _, IntoDeserializer, Visitor,
        value::{Error as ValueError, MapDeserializer, SeqDeserializer, StrDeserializer},
    },
    forward_to_deserialize_any,
};
use utoipa::{IntoParams, PartialSchema, ToSchema, openapi};
use uuid::Uuid;

use crate::{
    app::App,
    base::error::{Error, Result},
    http::extract,
};

/// The query parameters that `T` declares. Others are ignored, so that one handler can take several such structs, for
/// instance a [`Page`] and a filter.
pub struct Query<T>(pub T);

/// The names and values of a query, decoded, in the order in which they were sent.
pub fn pairs(query: &str) -> Result<Vec<(String, String)>> {
    serde_urlencoded::from_str(query).map_err(|error| Error::BadRequest(format!("the query is not readable: {error}")))
}

impl<T: DeserializeOwned> FromRequestParts<App> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self> {
        let mut values: BTreeMap<String, Values> = BTreeMap::new();
        for (name, value) in pairs(parts.uri.query().unwrap_or_default())? {
            values.entry(name).or_default().0.push(value);
        }
        let values = MapDeserializer::new(values.into_iter());
        let declared = serde_path_to_error::deserialize(values)
            .map_err(|error| extract::invalid(error.path(), &error.inner().to_string()))?;
        Ok(Self(declared))
    }
}

/// The values of one name. A field takes one value, a list takes them all. Numbers are read by [`Number`], which
/// knows their bounds.
#[derive(Default)]
struct Values(Vec<String>);

impl Values {
    fn one(mut self) -> Result<String, ValueError> {
        match (self.0.pop(), self.0.is_empty()) {
            (Some(value), true) => Ok(value),
            _ => Err(ValueError::custom("is given more than once")),
        }
    }
}

impl IntoDeserializer<'_> for Values {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Values {
    type Error = ValueError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_string(self.one()?)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        match self.one()?.as_str() {
            "true" => visitor.visit_bool(true),
            "false" => visitor.visit_bool(false),
            _ => Err(ValueError::custom("must be true or false")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ValueError> {
        self.one()?.into_deserializer().deserialize_enum(name, variants, visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_seq(SeqDeserializer::new(self.0.into_iter()))
    }

    /// Of another struct of the same handler.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ValueError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple
        tuple_struct map struct identifier
    }
}

/// The values of a parameter that is repeated, or has commas between its values.
pub fn listed<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let each = texts.iter().flat_map(|text| text.split(',')).filter(|value| !value.is_empty());
    each.map(|value| T::deserialize(StrDeserializer::<D::Error>::new(value))).collect()
}

/// A whole number with its bounds and its default, which the API's document shows too.
#[derive(Clone, Copy, Debug)]
pub struct Number<const MIN: i64, const MAX: i64, const DEFAULT: i64>(pub i64);

impl<const MIN: i64, const MAX: i64, const DEFAULT: i64> Default for Number<MIN, MAX, DEFAULT> {
    fn default() -> Self {
        Self(DEFAULT)
    }
}

impl<'de, const MIN: i64, const MAX: i64, const DEFAULT: i64> Deserialize<'de> for Number<MIN, MAX, DEFAULT> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match String::deserialize(deserializer)?.parse() {
            Ok(number) if (MIN..=MAX).contains(&number) => Ok(Self(number)),
            _ => Err(D::Error::custom(format!("must be {MIN} to {MAX}"))),
        }
    }
}

impl<const MIN: i64, const MAX: i64, const DEFAULT: i64> PartialSchema for Number<MIN, MAX, DEFAULT> {
    fn schema() -> openapi::RefOr<openapi::Schema> {
        openapi::ObjectBuilder::new()
            .schema_type(openapi::schema::Type::Integer)
            .minimum(Some(MIN))
            .maximum(Some(MAX))
            .default(Some(DEFAULT.into()))
            .into()
    }
}

impl<const MIN: i64, const MAX: i64, const DEFAULT: i64> ToSchema for Number<MIN, MAX, DEFAULT> {
    fn name() -> Cow<'static, str> {
        format!("Number{MIN}To{MAX}").into()
    }
}

/// How many entries a page has.
pub type Limit = Number<1, 200, 100>;

/// The part of a list that a request asks for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// How many entries at most.
    #[serde(default)]
    #[param(inline)]
    pub limit: Limit,
    /// `next_cursor` of the page before; the first page when absent.
    cursor: Option<String>,
}

impl Page {
    /// Where the page begins: behind the entry that the cursor names.
    pub fn cursor<T: FromStr>(&self) -> Result<Option<T>> {
        let cursor = self.cursor.as_deref().map(str::parse);
        cursor.transpose().map_err(|_| Error::invalid("/cursor", "is not a cursor of this list"))
    }

    /// How many rows to read: one more than the page has says whether another one follows.
    #[must_use]
    pub const fn rows(&self) -> i64 {
        self.limit.0 + 1
    }
}

/// A page of a list, and where the next one begins.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    pub items: Vec<T>,
    /// Hand it back as `cursor`; `null` at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

impl<T> List<T> {
    /// A page of at most `limit` items. `items` has one more when another page follows: read `limit + 1`.
    pub fn page(mut items: Vec<T>, limit: Limit, cursor: impl Fn(&T) -> String) -> Self {
        let limit = usize::try_from(limit.0).unwrap_or(usize::MAX);
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| more).map(cursor);
        Self { items, next_cursor }
    }
}

/// A place in a list that is sorted by a text or a number and, where those are the same, by id. As a cursor it is opaque.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub key: String,
    pub id: Uuid,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode([self.id.as_bytes(), self.key.as_bytes()].concat()))
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| ())?;
        let (id, key) = bytes.split_at_checked(16).ok_or(())?;
        let key = String::from_utf8(key.to_vec()).ok().filter(|key| !key.contains('\0')).ok_or(())?;
        Ok(Self { key, id: Uuid::from_slice(id).map_err(|_| ())? })
    }
}

/// What the answer's `Link` to the next page says: the same address with another cursor.
#[derive(Clone, Debug)]
pub struct NextPage {
    /// The name of the query parameter that takes it.
    pub parameter: &'static str,
    pub cursor: String,
}

impl NextPage {
    /// Relative to the server: behind a proxy it knows its own name less well than its client does.
    #[must_use]
    pub fn address(&self, asked: &Uri) -> String {
        let mut query = pairs(asked.query().unwrap_or_default()).unwrap_or_default();
        query.retain(|(name, _)| name != self.parameter);
        query.push((self.parameter.into(), self.cursor.clone()));
        format!("{}?{}", asked.path(), serde_urlencoded::to_string(query).unwrap_or_default())
    }
}

/// A page of JSON, and how to get the one behind it.
pub fn page(body: impl Serialize, next_cursor: Option<String>) -> Response {
    let mut response = extract::Json(body).into_response();
    if let Some(cursor) = next_cursor {
        response.extensions_mut().insert(NextPage { parameter: "cursor", cursor });
    }
    response
}

impl<T: Serialize> IntoResponse for List<T> {
    fn into_response(self) -> Response {
        let next_cursor = self.next_cursor.clone();
        page(self, next_cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_as_it_was() {
        for key in ["", "Alice", "Жук, \"Ö\"", "1763632800000"] {
            let place = Place { key: key.into(), id: Uuid::from_u128(7) };
            assert_eq!(place.to_string().parse(), Ok(place));
        }
        for text in ["", "x", "====", "AAAA", &"A".repeat(24)] {
            assert!(text.parse::<Place>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_next_page_is_the_same_list_behind_another_cursor() {
        let next = NextPage { parameter: "cursor", cursor: "a b&c".into() };
        let asked = Uri::from_static("/api/v1/projects?archived=any&cursor=x&limit=2");
        assert_eq!(next.address(&asked), "/api/v1/projects?archived=any&limit=2&cursor=a+b%26c");
        assert_eq!(next.address(&Uri::from_static("/api/v1/projects")), "/api/v1/projects?cursor=a+b%26c");
    }
}
