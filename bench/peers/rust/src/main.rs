//! The crates `ais` and `nmea-parser` over a file: CPU seconds and messages.
use std::panic::{catch_unwind, set_hook, AssertUnwindSafe};

#[repr(C)]
struct Timespec {
    sec: i64,
    nsec: i64,
}

extern "C" {
    fn clock_gettime(id: i32, time: *mut Timespec) -> i32;
}

fn cpu() -> f64 {
    let mut t = Timespec { sec: 0, nsec: 0 };
    unsafe { clock_gettime(2, &mut t) }; // CLOCK_PROCESS_CPUTIME_ID
    t.sec as f64 + t.nsec as f64 / 1e9
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|c| *c == b'\n').map(|l| l.strip_suffix(b"\r").unwrap_or(l))
}

fn with_ais(text: &[u8]) -> usize {
    let mut parser = ais::AisParser::new();
    lines(text)
        .filter(|l| matches!(parser.parse(l, true), Ok(ais::AisFragments::Complete(s)) if s.message.is_some()))
        .count()
}

fn with_nmea_parser(text: &[u8]) -> usize {
    let mut parser = nmea_parser::NmeaParser::new();
    lines(text)
        .filter_map(|l| std::str::from_utf8(l).ok())
        // version 0.11.0 indexes out of bounds on short messages of type 25, which real logs have
        .filter(|l| match catch_unwind(AssertUnwindSafe(|| parser.parse_sentence(l))) {
            Ok(Ok(nmea_parser::ParsedMessage::Incomplete)) | Ok(Err(_)) | Err(_) => false,
            Ok(Ok(_)) => true,
        })
        .count()
}

fn main() {
    set_hook(Box::new(|_| {}));
    let text = std::fs::read(std::env::args().nth(1).expect("a file")).expect("readable");
    let decoders: [(&str, fn(&[u8]) -> usize); 2] = [("ais (Rust)", with_ais), ("nmea-parser (Rust)", with_nmea_parser)];
    for (name, decode) in decoders {
        let begun = cpu();
        let messages = decode(&text);
        println!("{} {:.3} {}", name.replace(' ', "_"), cpu() - begun, messages);
    }
}
