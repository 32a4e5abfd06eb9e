/** Opening of the report: how it was made and how to read it. */
export const INTRODUCTION = (engine: string, date: string): string => `# How right the conformance engine is

Measured on ${date} with engine ${engine} by \`node packages/conformance/accuracy/report.ts\`, which writes this page. Labelled headers and sample files are not part of the repository: they are read from \`HUTONG_TEST_LABELS\` and \`HUTONG_TEST_DICOM\`, and what is absent is reported as not measured.

A share stands with its 95 % interval (Wilson score) and its counts. The words:

- **False PASS**: a PASS where the study must not pass, or of an item that the exam is not. The worst error, because it labels a study that must not be labelled.
- **False FAIL**: a FAIL of a study that has everything.
- **Undecided**: left to a person (REVIEW), or \`unknown\` of a series fact. It is the honest answer where headers cannot tell, and it costs a person's time.
- **Coverage**: the share of studies with a certain truth that were decided without REVIEW.

Three kinds of material are kept apart. **Real labels** and **real files** come from public sources and were made by other people. **Self-made studies** were written by this project, by hands that did not write the engine's rules and did not read them while writing; they follow makers' conformance statements, public protocol trees and the exam names of Chinese hospitals as far as they were known. They say whether the rules do what they should in many styles; they cannot say how often a real hospital does something that nobody here thought of. A set of real studies is kept aside for acceptance and has not been looked at.`;

/** End of the report: what the figures do not say. */
export const LIMITS = `## What these figures do not say

- **No whole clinical study with a radiologist's verdict was at hand.** Every figure of a whole study is of self-made ones. Expect new misses at every new hospital; the review queue and the exam table are there for them.
- **The real labels are heavy on brain and spine**, hold few abdominal, breast and joint series, and have **no CT phases**. Phases were measured on self-made studies only, where times, agents and names are as regular as the generator makes them. Published header-only classifiers do badly on phases when they see one series alone.
- **The development labels and studies were seen while rules were mended**, so their figures flatter. The held-out studies differ in seed, in maker and language together, and in words: they were only counted, and no example of them was read by those who mend the rules. They come from the same generator and share its blind spots.
- Many labels of \`names_only.csv\` were made from the same words that the engine reads: they show that the vocabulary is known, not that the scanner told the truth.
- The generated studies hold one exam each: orders of several parts, several accessions in one study and series that arrive late are tested by hand-written examples beside the rules, and are not in these figures.
- Image quality, positioning, motion, and whether the contrast agent arrived in time are in no header and are not judged.

## Thresholds that are ours

None of these is in the text of the list; each sends a study to a person and fails none. They should be reviewed with the first hospital.

- Thin slice: at most 1.5 mm; CT angiography: at most 1.25 mm; inner-ear hydrography: at most 1 mm.
- Diffusion: b at least 800 s/mm² in the brain, 500 elsewhere. Dynamic: at least three time points after the injection.
- The shortest range that can hold a part, and how much of the advised range a scan must cover.
- A phase that follows a plain scan of its range sooner than the contrast can arrive (portal venous 25 s, delayed 60 s, excretory 120 s), or phases in an order that contrast cannot take, are not what they are called.
- A repeat within 60 s, or an MR repeat with nothing in between, is not taken for an enhanced scan.
- Images acquired more than 12 h before or 40 h after the start of the study date are those of another exam.`;
