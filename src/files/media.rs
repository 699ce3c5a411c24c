//! What a content is. Its bytes say so, or else its name; never the client. A browser may show only what its bytes say.

/// What a browser shows in its place: pictures, which run nothing.
const INLINE: [&str; 5] = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];
/// What is not known.
pub const ANY: &str = "application/octet-stream";

/// Whether a browser may show it in its place.
#[must_use]
pub fn is_inline(media_type: &str) -> bool {
    INLINE.contains(&media_type)
}

/// The media type of a content that begins with these bytes. A name may make it anything but what is shown in its place.
#[must_use]
pub fn type_of(head: &[u8], name: &str) -> String {
    if let Some(known) = infer::get(head) {
        return known.mime_type().into();
    }
    let by_name = mime_guess::from_path(name).first_raw().filter(|guess| !is_inline(guess));
    by_name.unwrap_or(ANY).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

    #[test]
    fn bytes_say_what_a_content_is_and_a_name_cannot_make_a_picture() {
        for (head, name, media_type, inline) in [
            (PNG, "x.html", "image/png", true),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "x", "image/jpeg", true),
            (b"GIF89a", "x", "image/gif", true),
            (b"RIFF\0\0\0\0WEBPVP8 ", "x", "image/webp", true),
            (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf", "x", "image/avif", true),
            (b"<!DOCTYPE html><script>1</script>", "x.png", "text/html", false),
            (b"  <p onclick=x>", "x.png", "text/html", false),
            (b"no picture", "x.png", ANY, false),
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "x.svg", "image/svg+xml", false),
            (b"%PDF-1.7", "x.png", "application/pdf", false),
            (b"plain", "notes.txt", "text/plain", false),
            (b"", "x.png", ANY, false),
            (b"", "", ANY, false),
        ] {
            let found = type_of(head, name);
            assert_eq!((found.as_str(), is_inline(&found)), (media_type, inline), "{name}");
        }
    }
}
