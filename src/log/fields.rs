//! The fields of an object as JSON texts, for telling which of them differ. Going through [`serde_json::Value`] would make
//! a hash map of each state of each object, and a change may rewrite thousands of them.

use std::borrow::Cow;

use serde::{
    Serialize, Serializer,
    ser::{Error as _, Impossible, SerializeMap, SerializeStruct},
};
use serde_json::Error;

#[derive(Debug, Default)]
pub struct Fields {
    json: Vec<u8>,
    /// The name of each field, and where its text ends in `json`.
    ends: Vec<(Cow<'static, str>, usize)>,
}

impl Fields {
    /// Fails for what is no object.
    pub fn of(object: &impl Serialize) -> Result<Self, Error> {
        let mut fields = Self::default();
        object.serialize(&mut fields)?;
        Ok(fields)
    }

    /// The fields in the order of their declaration.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let begins = std::iter::once(0).chain(self.ends.iter().map(|(_, end)| *end));
        begins.zip(&self.ends).map(|(begin, (name, end))| (name.as_ref(), &self.json[begin..*end]))
    }

    /// The text of a field; `null` when there is none.
    pub fn get(&self, name: &str) -> &[u8] {
        self.iter().find(|(field, _)| *field == name).map_or(b"null", |(_, json)| json)
    }

    fn push(&mut self, name: Cow<'static, str>, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        serde_json::to_writer(&mut self.json, value)?;
        self.ends.push((name, self.json.len()));
        Ok(())
    }
}

/// An object that is being written.
#[derive(Debug)]
pub struct ObjectText(String);

impl ObjectText {
    pub fn new() -> Self {
        Self("{".into())
    }

    /// Names of fields need no escape.
    pub fn push(&mut self, name: &str, json: &[u8]) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
        self.0.push_str(&String::from_utf8_lossy(json));
    }

    pub fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

impl SerializeStruct for &mut Fields {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        self.push(name.into(), value)
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

/// An object of which a part is flattened is serialised as a map.
impl SerializeMap for &mut Fields {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), Error> {
        // Written where the value will stand, and taken from there: there are dozens of them in each of thousands of objects.
        let begin = self.json.len();
        serde_json::to_writer(&mut self.json, name)?;
        let quoted = String::from_utf8_lossy(&self.json[begin..]);
        let name = quoted.trim_matches('"').to_owned();
        self.json.truncate(begin);
        // The value follows.
        self.ends.push((name.into(), begin));
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let (name, _) = self.ends.pop().ok_or_else(|| Error::custom("a value without a name"))?;
        self.push(name, value)
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

fn refused<T>() -> Result<T, Error> {
    Err(Error::custom("an event holds objects only"))
}

macro_rules! refuse {
    ($($verb:ident($($of:ty),*)),+ $(,)?) => {
        $(fn $verb(self, $(_: $of),*) -> Result<(), Error> {
            refused()
        })+
    };
}

impl<'a> Serializer for &'a mut Fields {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Impossible<(), Error>;
    type SerializeTuple = Impossible<(), Error>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = &'a mut Fields;
    type SerializeStruct = &'a mut Fields;
    type SerializeStructVariant = Impossible<(), Error>;

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    refuse! {
        serialize_bool(bool), serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_i64(i64),
        serialize_u8(u8), serialize_u16(u16), serialize_u32(u32), serialize_u64(u64), serialize_f32(f32),
        serialize_f64(f64), serialize_char(char), serialize_str(&str), serialize_bytes(&[u8]), serialize_none(),
        serialize_unit(), serialize_unit_struct(&'static str), serialize_unit_variant(&'static str, u32, &'static str),
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Error> {
        refused()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Error> {
        refused()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Error> {
        refused()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Error> {
        refused()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Error> {
        refused()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Error> {
        refused()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Inner {
        id: i64,
        name: &'static str,
    }

    #[derive(Serialize)]
    struct Outer {
        #[serde(flatten)]
        inner: Inner,
        days: Vec<i64>,
    }

    #[test]
    fn fields_are_found_in_structs_and_in_flattened_ones() {
        let inner = Inner { id: 7, name: "a \"name\"" };
        let fields = Fields::of(&inner).unwrap();
        assert_eq!(fields.get("name"), br#""a \"name\"""#);
        let outer = Outer { inner, days: vec![1, 2] };
        let fields = Fields::of(&outer).unwrap();
        let mut text = ObjectText::new();
        for (name, json) in fields.iter() {
            text.push(name, json);
        }
        assert_eq!(text.end(), serde_json::to_string(&outer).unwrap());
        assert_eq!((fields.get("days"), fields.get("none")), (&b"[1,2]"[..], &b"null"[..]));
        assert!(Fields::of(&7).is_err() && Fields::of(&"x").is_err() && Fields::of(&[1]).is_err());
    }
}
