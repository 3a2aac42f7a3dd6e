// The bin. Plain CommonJS in old syntax, so that even an old Node can read it and say what is wrong.
'use strict';

var WANTED = [22, 19];
var found = process.versions.node.split('.').map(Number);

if (found[0] > WANTED[0] || (found[0] === WANTED[0] && found[1] >= WANTED[1])) {
  require('./main.js');
} else {
  process.stderr.write('OpenFusion needs Node ' + WANTED.join('.') + ' or newer, and this is ' + process.versions.node + ' (' + process.execPath + '): install a newer one from https://nodejs.org.\n');
  process.exitCode = 2;
}
