import { createContext } from 'svelte';
import type { Api } from './api';

/** Components ask for the transport instead of importing one. */
export const [useApi, provideApi] = createContext<Api>();
