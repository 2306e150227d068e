// Package packfile reads what every dated pack of rules has in common, whatever
// its rules decide: plain YAML with the place of each mistake, the head that
// says from when and where a pack is in force, the small language of its
// expressions, periods of the calendar, and texts with placeholders.
//
// A pack is one YAML stream or a folder of .yaml files read in the order of their
// names. Its reader is handed a [Cursor] for every document, reads what it knows
// and notes what is wrong; a pack with any mistake is refused as a whole with
// fault "policy.pack_invalid", whose places name file and line.
//
// Anchors, aliases, tags and other YAML that hides what it says are refused.
package packfile
