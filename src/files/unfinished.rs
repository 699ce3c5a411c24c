//! Uploads to a bucket that were begun and never completed. Their parts take room and are in no listing of objects, and
//! `object_store` does not list them: this is that one request (`ListMultipartUploads` of S3).

use http_body_util::{BodyExt, Limited};
use object_store::{
    aws::{AwsAuthorizer, AwsCredential},
    client::{HttpClient, HttpRequest, HttpRequestBody},
};
use serde::Deserialize;
use url::Url;

use crate::{
    base::clock::Timestamp,
    config::{self, Credentials},
};

/// The most bytes of an answer: a thousand uploads, of which each takes less than 2 KiB.
const LONGEST: usize = 4 * 1024 * 1024;

#[derive(Debug)]
pub struct Unfinished {
    client: HttpClient,
    credential: AwsCredential,
    region: String,
    /// The bucket's address.
    url: String,
}

/// An upload that is not complete.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Upload {
    pub key: String,
    #[serde(rename = "UploadId")]
    pub id: String,
    pub initiated: Timestamp,
}

#[derive(Debug, Deserialize)]
struct Listing {
    #[serde(rename = "Upload", default)]
    uploads: Vec<Upload>,
}

impl Unfinished {
    pub fn new(bucket: &config::Bucket, credentials: &Credentials, client: HttpClient) -> Self {
        let credential = AwsCredential {
            key_id: credentials.key_id.clone(),
            secret_key: credentials.secret.clone(),
            token: credentials.token.clone(),
        };
        let url = format!("{}/{}", bucket.endpoint, bucket.name);
        Self { client, credential, region: bucket.region.clone(), url }
    }

    /// Those whose keys begin so, at most a thousand. The error says why there is no list.
    pub async fn list(&self, prefix: &str) -> Result<Vec<Upload>, String> {
        let mut url = Url::parse(&self.url).map_err(|error| error.to_string())?;
        url.query_pairs_mut().append_pair("prefix", prefix).append_pair("uploads", "");
        let mut request = HttpRequest::new(HttpRequestBody::empty());
        *request.uri_mut() = url.as_str().parse().map_err(|error: http::uri::InvalidUri| error.to_string())?;
        AwsAuthorizer::new(&self.credential, "s3", &self.region)
            .try_authorize(&mut request, None)
            .map_err(|error| error.to_string())?;
        let answer = self.client.execute(request).await.map_err(|error| error.to_string())?;
        if !answer.status().is_success() {
            return Err(format!("it answers {}", answer.status()));
        }
        let body = Limited::new(answer.into_body(), LONGEST).collect().await.map_err(|error| error.to_string())?;
        let text = String::from_utf8(body.to_bytes().into()).map_err(|error| error.to_string())?;
        parse(&text)
    }
}

fn parse(text: &str) -> Result<Vec<Upload>, String> {
    let listing: Listing = quick_xml::de::from_str(text).map_err(|error| error.to_string())?;
    Ok(listing.uploads)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_read_as_servers_write_it() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?>
            <ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
              <Bucket>files</Bucket><KeyMarker/><NextKeyMarker>a</NextKeyMarker><MaxUploads>1000</MaxUploads>
              <Upload><Key>x/sha256/ab&amp;c</Key><UploadId>1</UploadId>
                <Initiator><ID>alice</ID></Initiator><StorageClass>STANDARD</StorageClass>
                <Initiated>2026-11-20T10:00:00.000Z</Initiated></Upload>
              <Upload><Initiated>2026-11-20T10:00:01Z</Initiated><Key>y</Key><UploadId>2</UploadId></Upload>
              <IsTruncated>false</IsTruncated>
            </ListMultipartUploadsResult>"#;
        let uploads = parse(text).unwrap();
        let found: Vec<_> = uploads.iter().map(|upload| (upload.key.as_str(), upload.id.as_str())).collect();
        assert_eq!(found, [("x/sha256/ab&c", "1"), ("y", "2")]);
        assert_eq!(uploads[0].initiated.plus(std::time::Duration::from_secs(1)), uploads[1].initiated);
        assert_eq!(parse("<ListMultipartUploadsResult/>").unwrap(), []);
        assert!(parse("<html>").is_err() && parse("no").is_err());
        assert!(parse("<R><Upload><Key>x</Key></Upload></R>").is_err());
    }
}
