import assert from 'node:assert/strict';
import { judgeNotes } from '../../../src/viewer/judge-notes.ts';

describe('a judge\'s notes', () => {
  it('are read as lists, empty ones left out', () => {
    const said = JSON.stringify({ best: 'A', consensus: ['both agree', 'on two things'], contradictions: [], unique_insights: ['one'], blind_spots: [] });
    const notes = [{ label: 'Best', items: ['A'] }, { label: 'Consensus', items: ['both agree', 'on two things'] }, { label: 'Unique insights', items: ['one'] }];
    assert.deepEqual(judgeNotes(said), notes);
    assert.deepEqual(judgeNotes(`\`\`\`json\n${said}\n\`\`\``), notes);
  });

  it('stay text while they are not whole, or when they are something else', () => {
    for (const said of ['', '{"best":"A","consensus":["bo', 'A is better.', '[1]', '{}', '{"best":1}', '{"best":"A","secret":"more"}', '{"consensus":[{"a":1}]}', '{"__proto__":["x"]}']) {
      assert.equal(judgeNotes(said), null, said);
    }
  });
});
