//! A frame as a message between nodes: one line with the sender, the project and what the frame does not say itself, then
//! its bytes.

use bytes::Bytes;
use uuid::Uuid;

use crate::{
    base::ids::{ProjectId, UserId},
    faults::planted,
    log::Frame,
};

pub fn encode(node: Uuid, project: ProjectId, frame: &Frame) -> Vec<u8> {
    let left = planted!(RedisForgetsWhoLeft => None, frame.left);
    let left = left.map_or_else(|| "-".to_owned(), |user| user.to_string());
    let gone = u8::from(frame.gone);
    let mut message = format!("frame {node} {project} {} {left} {gone}\n", frame.seq).into_bytes();
    message.extend_from_slice(frame.as_bytes());
    message
}

/// The node that sent a message, and the project and the frame in it; `None` when it is not the message of a frame.
pub fn decode(message: &[u8]) -> Option<(Uuid, ProjectId, Frame)> {
    let end = message.iter().position(|byte| *byte == b'\n')?;
    let (line, bytes) = (std::str::from_utf8(&message[..end]).ok()?, &message[end + 1..]);
    let mut words = line.strip_prefix("frame ")?.split(' ');
    let from = Uuid::try_parse(words.next()?).ok()?;
    let project = ProjectId(Uuid::try_parse(words.next()?).ok()?);
    let seq: i64 = words.next()?.parse().ok()?;
    let left = match words.next()? {
        "-" => None,
        user => Some(UserId(Uuid::try_parse(user).ok()?)),
    };
    let gone = words.next()? == "1";
    let frame = Frame::from_bytes(Bytes::copy_from_slice(bytes), left, gone).filter(|frame| frame.seq == seq)?;
    Some((from, project, frame))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::ids::RequestId,
        log::{Chain, LogPosition},
    };

    #[test]
    fn a_frame_is_decoded_as_it_was_encoded() {
        let (there, project) = (RequestId::new().0, ProjectId::new());
        let user = UserId::new();
        let position = LogPosition::new(7, Chain::NONE.next("x"));
        let frame = Frame::new("e1", position, "member.removed", r#"{"title":"a\nb"}"#, Some(user));
        let message = encode(there, project, &frame);
        let (from, of, decoded) = decode(&message).unwrap();
        assert_eq!((from, of, decoded.left, decoded.gone), (there, project, Some(user), false));
        assert_eq!(decoded.position(), position);
        assert_eq!(decoded.as_bytes(), frame.as_bytes());
        assert_eq!(decoded.bare(), frame.bare());
        assert!(decode(b"frame x").is_none());
        assert!(decode(b"").is_none());
    }
}
