/** The viewer's entry: picks the way to the gateway, and draws what it tells. */
import { render } from 'preact';
import { App } from './app.tsx';
import { parseMemory } from './memory.ts';
import { initialState } from './state.ts';
import { createStore } from './store.ts';
import { httpTransport } from './transport-http.ts';
import { vscodeTransport } from './transport-vscode.ts';
import './viewer.css';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');

const transport = document.body.dataset.transport === 'vscode' ? vscodeTransport() : httpTransport();
const remove = transport.remove.bind(transport);
const rate = transport.rate.bind(transport);
let drawing = false;

const store = createStore(initialState(parseMemory(transport.recall())), { draw: drawSoon, get: (id) => transport.get(id) });

/** Many messages between two frames are one drawing. */
function drawSoon(): void {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(draw);
}

function draw(): void {
  drawing = false;
  const { selectedId, filter, follow } = store.state;
  transport.remember({ selectedId, filter, follow });
  if (root !== null) render(<App state={store.state} store={store} remove={remove} rate={rate} />, root);
}

root.replaceChildren();
draw();
transport.start((event) => store.dispatch(event));
