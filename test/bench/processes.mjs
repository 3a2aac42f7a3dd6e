// Starting, measuring and ending the processes of a run. CPU and memory come from /proc (Linux); elsewhere they are NaN.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';

const MICROS_PER_TICK = 1e6 / 100; // USER_HZ is 100 on every Linux that Node runs on
const STOP_GRACE_MS = 1500;
const running = new Set();

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a process with its output in a file of `logFolder`. `done` resolves with the exit code, -1 when it could not start. */
export function launch(name, { cmd, args = [], env = {}, cwd }, logFolder) {
  const logFile = join(logFolder, `${name.replace(/\W+/g, '_')}.log`);
  const log = openSync(logFile, 'a');
  const child = spawn(cmd, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', log, log] });
  closeSync(log);
  running.add(child);
  child.logFile = logFile;
  child.done = new Promise((resolve) => {
    child.once('exit', (code) => { running.delete(child); resolve(code); });
    child.once('error', (error) => { running.delete(child); child.failed = error; resolve(-1); });
  });
  return child;
}

export async function stop(child) {
  if (!running.has(child)) return;
  const children = tree(child.pid).filter((pid) => pid !== child.pid);
  child.kill('SIGTERM');
  if ((await Promise.race([child.done.then(() => true), sleep(STOP_GRACE_MS)])) !== true) child.kill('SIGKILL');
  for (const pid of children) try { process.kill(pid, 'SIGKILL'); } catch { /* gone */ }
  await child.done;
}

export function killAll() {
  for (const child of running) child.kill('SIGKILL');
}

/** Resolves when GET `path` answers below 400; rejects when the process is gone or the time is over. */
export async function untilReady(child, port, path, limitMs) {
  const end = performance.now() + limitMs;
  while (!(await answers(port, path))) {
    if (child.exitCode !== null || child.failed) throw new Error(`ended with ${child.failed?.message ?? child.exitCode}: ${lastLines(child.logFile)}`);
    if (performance.now() > end) throw new Error(`not ready after ${limitMs} ms: ${lastLines(child.logFile)}`);
    await sleep(2);
  }
}

function answers(port, path) {
  return new Promise((resolve) => {
    const get = http.get({ host: '127.0.0.1', port, path, agent: false }, (res) => {
      res.resume();
      res.on('end', () => resolve(res.statusCode < 400));
    });
    get.setTimeout(1000, () => get.destroy());
    get.on('error', () => resolve(false));
  });
}

function lastLines(file) {
  return readFileSync(file, 'utf8').trim().split('\n').slice(-3).join(' | ');
}

function tree(pid) {
  const all = [pid];
  for (const each of all) { // grows as children are found
    try {
      for (const task of readdirSync(`/proc/${each}/task`)) {
        const children = readFileSync(`/proc/${each}/task/${task}/children`, 'utf8').trim();
        for (const child of children.split(/\s+/)) if (child) all.push(Number(child));
      }
    } catch { /* no /proc, or gone */ }
  }
  return all;
}

/** User and system CPU time of the process tree so far, in microseconds. */
export function cpuMicros(pid) {
  return sumOver(pid, (each) => {
    const fields = readFileSync(`/proc/${each}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
    return (Number(fields[11]) + Number(fields[12])) * MICROS_PER_TICK;
  });
}

/** Resident memory of the process tree, in MB. */
export function rssMb(pid) {
  return sumOver(pid, (each) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${each}/status`, 'utf8'))[1]) / 1024);
}

function sumOver(pid, read) {
  let sum = NaN;
  for (const each of tree(pid)) {
    try {
      const value = read(each);
      sum = Number.isNaN(sum) ? value : sum + value;
    } catch { /* no /proc, or gone */ }
  }
  return sum;
}
