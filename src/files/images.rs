//! The width and the height of images, and small pictures of them. What is decoded was made by strangers: an image that
//! says it is enormous is believed, and left alone.

use std::{
    fs::File,
    io::{self, BufReader, Cursor},
    path::Path,
};

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, ImageResult, Limits, codecs::jpeg::JpegEncoder,
    metadata::Orientation,
};

const MOST_A_SIDE: u32 = 12_000;
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
const QUALITY: u8 = 80;

/// How large a small picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    Small,
    Large,
}

impl Size {
    /// The longer side at most, in pixels.
    const fn side(self) -> u32 {
        match self {
            Self::Small => 320,
            Self::Large => 1_280,
        }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Small => "small",
            Self::Large => "large",
        }
    }

    /// Where the store keeps the picture of what is kept under this key.
    #[must_use]
    pub fn key(self, of: &str) -> String {
        format!("{of}.{}", self.name())
    }
}

/// Whether there is a decoder for it.
#[must_use]
pub fn is_decodable(media_type: &str) -> bool {
    format_of(media_type).is_some()
}

fn format_of(media_type: &str) -> Option<ImageFormat> {
    match media_type {
        "image/png" => Some(ImageFormat::Png),
        "image/jpeg" => Some(ImageFormat::Jpeg),
        "image/gif" => Some(ImageFormat::Gif),
        "image/webp" => Some(ImageFormat::WebP),
        _ => None,
    }
}

/// A decoder that has read the head of an image, and refused one beyond the limits.
fn open(path: &Path) -> ImageResult<impl ImageDecoder> {
    let mut reader = ImageReader::new(BufReader::new(File::open(path)?)).with_guessed_format()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_A_SIDE);
    limits.max_image_height = Some(MOST_A_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits.clone());
    let decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    limits.check_dimensions(width, height)?;
    limits.reserve(decoder.total_bytes())?;
    Ok(decoder)
}

/// The width and the height of an image as it is shown. Nothing for what cannot be decoded within the limits.
#[must_use]
pub fn measure(path: &Path) -> Option<(i64, i64)> {
    let mut decoder = open(path).ok()?;
    let (width, height) = decoder.dimensions();
    let (width, height) = (i64::from(width), i64::from(height));
    let turned = matches!(
        decoder.orientation().ok()?,
        Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH
    );
    Some(if turned { (height, width) } else { (width, height) })
}

/// A small picture of an image, upright and without anything that the image says beside it, such as where it was taken.
/// Nothing for what cannot be decoded.
pub fn thumbnail(path: &Path, size: Size) -> io::Result<Option<Vec<u8>>> {
    // That the file cannot be opened says nothing about the image.
    drop(File::open(path)?);
    Ok(shrunk(path, size.side()).ok())
}

fn shrunk(path: &Path, side: u32) -> ImageResult<Vec<u8>> {
    let mut decoder = open(path)?;
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    if image.width() > side || image.height() > side {
        image = image.thumbnail(side, side);
    }
    image.apply_orientation(orientation);
    let mut bytes = vec![];
    if image.color().has_alpha() {
        // What can be seen through stays so. This encoder loses nothing.
        image.to_rgba8().write_to(&mut Cursor::new(&mut bytes), ImageFormat::WebP)?;
    } else {
        JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(&image.to_rgb8())?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;

    fn file(bytes: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        file
    }

    fn encoded(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
        let mut bytes = vec![];
        image.into().write_to(&mut Cursor::new(&mut bytes), format).unwrap();
        bytes
    }

    /// A PNG that says how large it is, and has almost no bytes.
    fn png_of(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = encoded(RgbImage::new(1, 1), ImageFormat::Png);
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let mut crc = flate2::Crc::new();
        crc.update(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&crc.sum().to_be_bytes());
        bytes
    }

    /// A JPEG whose EXIF says that it was taken with the camera turned.
    fn turned_jpeg() -> Vec<u8> {
        let jpeg = encoded(RgbImage::from_pixel(640, 320, Rgb([200, 10, 10])), ImageFormat::Jpeg);
        let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&jpeg[..2], b"\xff\xe1", &length, exif, &jpeg[2..]].concat()
    }

    #[test]
    fn a_turned_picture_stands_upright_and_says_nothing_of_where_it_was_taken() {
        let file = file(&turned_jpeg());
        assert_eq!(measure(file.path()), Some((320, 640)));
        let small = thumbnail(file.path(), Size::Small).unwrap().unwrap();
        assert!(memchr::memmem::find(&small, b"Exif").is_none());
        let small = image::load_from_memory_with_format(&small, ImageFormat::Jpeg).unwrap();
        assert_eq!((small.width(), small.height()), (160, 320));
    }

    #[test]
    fn what_can_be_seen_through_stays_so_and_a_small_picture_stays_small() {
        let clear = RgbaImage::from_pixel(400, 10, Rgba([1, 2, 3, 100]));
        for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
            let file = file(&encoded(clear.clone(), format));
            assert_eq!(measure(file.path()), Some((400, 10)), "{format:?}");
            let large = image::load_from_memory(&thumbnail(file.path(), Size::Large).unwrap().unwrap()).unwrap();
            assert_eq!((large.width(), large.height()), (400, 10), "{format:?}");
            assert!(large.color().has_alpha());
        }
    }

    #[test]
    fn an_image_that_says_it_is_enormous_costs_nothing() {
        for (width, height) in [(60_000, 60_000), (12_001, 1), (12_000, 12_000)] {
            let file = file(&png_of(width, height));
            assert_eq!(measure(file.path()), None, "{width} x {height}");
            assert_eq!(thumbnail(file.path(), Size::Small).unwrap(), None);
        }
        // Within the limits, and broken.
        let broken = file(&png_of(3_000, 3_000));
        assert_eq!(measure(broken.path()), Some((3_000, 3_000)));
        assert_eq!(thumbnail(broken.path(), Size::Small).unwrap(), None);
        assert!(thumbnail(std::path::Path::new("/nowhere"), Size::Small).is_err());
        assert_eq!(measure(file(b"no picture").path()), None);
    }
}
