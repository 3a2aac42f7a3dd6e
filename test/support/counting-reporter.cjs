// Mocha's spec reporter that also writes its counts, so that a parent run can add them up. Option: out=FILE
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const notes = [];
    runner.on(Runner.constants.EVENT_TEST_PENDING, (test) => notes.push(`Not run: ${test.fullTitle()}`));
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = runner.stats;
      writeFileSync(options.reporterOptions.out, JSON.stringify({ passed: passes, failed: failures, notes }));
    });
  }
};
