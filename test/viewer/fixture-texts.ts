/** What models say in the fixtures: ours, short of sense, long enough to be folded. */
export const patchAnswer = `@@ -12,7 +12,7 @@
-  await sleep(delayMs);
+  await clock.sleep(delayMs, signal);`;

export const longAnswer = `The migration is safe to run after two changes.

1. \`orders.session_id\` still refers to \`legacy_sessions\`. Drop that constraint first, in a migration of its own, so that the
   lock on \`orders\` is short.
2. Keep a copy of the table for one release:

\`\`\`sql
ALTER TABLE orders DROP CONSTRAINT orders_session_fk;
ALTER TABLE legacy_sessions RENAME TO legacy_sessions_2026_11;
\`\`\`

What I checked
- Nothing in the code reads the table since the change of last month; the one script that does is in the archive folder.
- The nightly report joins on \`session_id\`, but only on the new table.
- The down migration creates the table again, without its rows. Say so in the release notes.

What I could not check
- Whether an outside report reads the table directly. Look at the database log for a day before you drop the copy.

How to roll back: rename the table, add the constraint as NOT VALID, validate it in the background.
`;

export const panelAnswers = {
  coder: `Take the event log.

- Orders change in small steps that people ask about later; a log answers those questions by itself.
- Snapshots every 200 events keep reading fast; they are a cache and can be thrown away.
- Start with one stream per order. Do not share streams between services.

The price is a migration: replay the history of open orders once, compare totals, then switch reads.`,
  fast: `Snapshots are simpler to run: one table, one row per order, an audit table beside it. Move to a log when you need to
answer "what was known when". Steps: 1. add the audit table, 2. write both, 3. compare for a week, 4. switch.`,
};

export const judgeNotes = JSON.stringify({
  best: 'A',
  consensus: ['Both want an audit of changes and a week of comparing.'],
  contradictions: ['What is the source of truth. The log answer is better founded for this service: refunds need history.'],
  unique_insights: ['The four migration steps of the second answer are concrete and should be kept.'],
  blind_spots: ['Nobody speaks of deleting personal data from a log.'],
});
