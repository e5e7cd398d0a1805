// The page on the fake transport, for `npm run dev` and for screenshots. The query chooses a scene:
// fake.html?world=empty&slow=600

import { mount } from 'svelte';
import App from './App.svelte';
import { fake, world } from './ipc/fake';
import { scenes } from './ipc/fake-scenes';
import { NOW } from './ipc/fixtures';
import { now } from './state/now.svelte';
import './styles/tokens.css';
import './styles/base.css';

const query = new URLSearchParams(location.search);
const state = world({ stepMs: Number(query.get('slow') ?? 350) });
if (query.get('world') === 'empty') state.connections = [];
if (query.get('world') === 'unreadable') {
  state.unreadable = [
    { path: '/home/ada/.config/proofkey/connections/old.toml', reason: 'Line 4: “grant” is not known.' },
  ];
}
const scene = scenes[query.get('world') ?? ''];
if (scene) scene(state);
Date.now = () => NOW;
now.refresh();

const target = document.getElementById('app');
if (!target) throw new Error('fake.html has no #app');
mount(App, { target, props: { api: fake(state) } });
