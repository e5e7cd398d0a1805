import { mount } from 'svelte';
import App from './App.svelte';
import { tauri } from './ipc/tauri';
import './styles/tokens.css';
import './styles/base.css';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
mount(App, { target, props: { api: tauri } });
