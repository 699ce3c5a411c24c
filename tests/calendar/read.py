"""What the library `icalendar` reads in a calendar: one JSON object an entry, on a line each."""

import json
import sys

from icalendar import Calendar

calendar = Calendar.from_ical(sys.stdin.buffer.read())
assert not calendar.errors, calendar.errors
print(json.dumps({"name": str(calendar["X-WR-CALNAME"]), "every": str(calendar["X-PUBLISHED-TTL"])}))
for entry in calendar.subcomponents:
    assert not entry.errors, entry.errors
    day = lambda name: entry.decoded(name).isoformat() if name in entry else None
    text = lambda name: str(entry[name]) if name in entry else None
    categories = entry["CATEGORIES"].cats if "CATEGORIES" in entry else []
    print(
        json.dumps(
            {
                "kind": entry.name,
                "uid": text("UID"),
                "summary": text("SUMMARY"),
                "description": text("DESCRIPTION"),
                "start": day("DTSTART"),
                "end": day("DTEND"),
                "due": day("DUE"),
                "status": text("STATUS"),
                "priority": entry.get("PRIORITY"),
                "sequence": entry["SEQUENCE"],
                "modified": entry.decoded("LAST-MODIFIED").strftime("%Y-%m-%dT%H:%M:%SZ"),
                "categories": sorted(str(name) for name in categories),
            }
        )
    )
